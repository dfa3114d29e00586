"""Silero: silence is low, speech is high, and a recording's state is a value."""

from collections.abc import Generator
from functools import cache
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from media_files import recording
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.formats import rttm
from diascribe.models.silero import BLOCK, FRAME, SileroState, SileroVad
from diascribe.span import Span
from diascribe.weights.embedded import silero
from diascribe.weights.session import Session


@cache
def vad() -> SileroVad:
    return SileroVad(Session(silero().path), "test")


def finished(steps: Generator[float, None, NDArray[np.float32]]) -> NDArray[np.float32]:
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            probabilities: NDArray[np.float32] = stop.value
            return probabilities


@cache
def sounds(frames: int = 60) -> NDArray[np.float32]:
    """Bursts of coloured noise and silence (time,): something to have an opinion on."""
    random = np.random.default_rng(0)
    noise = np.cumsum(random.normal(size=frames * FRAME)) * 0.002
    return (noise * (np.arange(frames * FRAME) // 8000 % 2)).astype(np.float32)


@cache
def in_one_go() -> NDArray[np.float32]:
    probabilities, _ = vad().step(sounds(), SileroState.start())
    return probabilities


@given(st.lists(st.integers(1, 59), unique=True, max_size=12).map(sorted))
@settings(max_examples=25)
def test_a_recording_sounds_the_same_however_it_is_cut_into_blocks(edges: list[int]) -> None:
    state, heard = SileroState.start(), []

    for block in np.split(sounds(), np.array(edges, int) * FRAME):
        probabilities, state = vad().step(block, state)
        heard.append(probabilities)

    np.testing.assert_allclose(np.concatenate(heard), in_one_go(), atol=1e-5)


def test_a_state_can_be_used_again() -> None:
    _, state = vad().step(sounds()[: 20 * FRAME], SileroState.start())
    rest = sounds()[20 * FRAME :]

    once, _ = vad().step(rest, state)
    again, _ = vad().step(rest, state)

    assert np.array_equal(once, again)


def test_two_recordings_at_once_do_not_hear_each_other() -> None:
    heard: dict[int, NDArray[np.float32]] = {}

    def listen(number: int) -> None:
        heard[number], _ = vad().step(sounds() * number, SileroState.start())

    threads = [Thread(target=listen, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert np.array_equal(heard[1], in_one_go())


def test_silence_is_no_speech() -> None:
    silence = Audio(np.zeros((10 * SAMPLE_RATE, 1), np.int16))

    assert finished(vad().probabilities(silence)).max() < 0.1


@pytest.mark.parametrize("samples", [0, 1, FRAME, FRAME + 1, 5 * FRAME - 1])
def test_every_sample_lies_in_one_frame(samples: int) -> None:
    steps = vad().probabilities(Audio(np.zeros((samples, 1), np.int16)))

    assert finished(steps).shape == (-(-samples // FRAME),)


def test_progress_ends_at_the_recordings_end() -> None:
    block_s, more_s = BLOCK * FRAME / SAMPLE_RATE, 3.5
    samples = np.zeros((round((block_s + more_s) * SAMPLE_RATE), 1), np.int16)

    done = list(vad().probabilities(Audio(samples)))

    assert done == [block_s, block_s + more_s]


def test_blocks_of_a_long_recording_join_without_a_seam() -> None:
    quiet = np.zeros((BLOCK - 30) * FRAME, np.float32)
    samples = np.concatenate([quiet, sounds()])
    audio = Audio((samples * 32767).astype(np.int16)[:, None])

    probabilities = finished(vad().probabilities(audio))

    whole, _ = vad().step(audio.read(0, len(samples)), SileroState.start())
    np.testing.assert_allclose(probabilities, whole, atol=1e-5)


def test_speech_is_heard_where_the_reference_says(shared_data: Path) -> None:
    folder = shared_data / "sim" / "dev"
    (turns,) = rttm.parse((folder / "d1_2spk_1m.rttm").read_text()).values()
    audio = recording(folder / "d1_2spk_1m.wav").mix()

    probabilities = finished(vad().probabilities(audio))

    middles = [vad().grid.middle(frame) for frame in range(len(probabilities))]
    instants = [Span(max(0, middle), max(0, middle)) for middle in middles]
    spoken = np.array([any(turn.gap(instant) == 0 for turn in turns) for instant in instants])
    clear = np.array([all(turn.gap(instant) > 0.25 for turn in turns) for instant in instants])
    assert (probabilities[spoken] > 0.5).mean() > 0.9
    assert (probabilities[clear] < 0.5).mean() > 0.9
