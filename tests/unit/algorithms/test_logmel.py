"""Log-mel frames: as the models were trained with, and the same however samples come."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from diascribe.algorithms.logmel import GROUP, HOP, MELS, LogMel, begin_sound
from diascribe.algorithms.mel import mel_filters


def noise(samples: int) -> NDArray[np.float32]:
    return np.random.default_rng(samples).normal(0, 0.1, samples).astype(np.float32)


def frames_of(*pieces: NDArray[np.float32]) -> NDArray[np.float32]:
    """The frames (frame, mel) of a sound that comes in pieces (time,)."""
    maker, sound, found = LogMel(), begin_sound(), []
    for piece in pieces:
        sound, frames = maker.feed(sound, piece)
        assert len(frames) % GROUP == 0
        assert len(sound.waiting) < GROUP * HOP + 400
        found.append(frames)
    return np.concatenate([*found, maker.finish(sound)])


def by_definition(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """As NeMo's `FilterbankFeatures` computes them: `torch.stft`, centred, in 64 bits."""
    emphasised = samples.astype(np.float64)
    emphasised[1:] -= 0.97 * samples[:-1]
    padded = np.pad(emphasised, 256)
    window = np.pad(np.hanning(400), 56)
    rows = []
    for frame in range(len(samples) // 160):
        spectrum = np.fft.rfft(padded[frame * 160 : frame * 160 + 512] * window)
        rows.append(np.log(np.square(np.abs(spectrum)) @ mel_filters(128, 512) + 2.0**-24))
    return np.array(rows).reshape(-1, 128)


@pytest.mark.parametrize("samples", [160, 1279, 1280, 1281, 1600, 4000, 16_000])
def test_frames_are_those_that_the_models_were_trained_with(samples: int) -> None:
    found = frames_of(noise(samples))

    np.testing.assert_allclose(found, by_definition(noise(samples)), atol=2e-4)


@pytest.mark.parametrize(
    ("samples", "frames"), [(0, 0), (1, 0), (159, 0), (160, 1), (1280, 8), (1439, 8), (16_000, 100)]
)
def test_a_frame_comes_of_each_whole_ten_milliseconds(samples: int, frames: int) -> None:
    assert frames_of(noise(samples)).shape == (frames, MELS)


def test_digital_silence_is_the_guard_alone() -> None:
    found = frames_of(np.zeros(3200, np.float32))

    np.testing.assert_allclose(found, np.full((20, MELS), -24 * np.log(2)), rtol=1e-6)


@settings(max_examples=40)
@given(st.integers(0, 9000), st.lists(st.integers(0, 3000), max_size=12))
def test_any_cutting_gives_the_same_frames_bit_for_bit(samples: int, cuts: list[int]) -> None:
    sound = noise(samples)

    pieces = np.split(sound, np.cumsum(cuts).clip(max=samples))

    np.testing.assert_array_equal(frames_of(*pieces), frames_of(sound))


def test_samples_may_come_one_by_one() -> None:
    sound = noise(1700)

    np.testing.assert_array_equal(frames_of(*np.split(sound, 1700)), frames_of(sound))


def test_frames_come_as_soon_as_they_are_heard_whole() -> None:
    # The eighth frame is centred on sample 1120 and reaches 200 samples further.
    maker = LogMel()

    _, early = maker.feed(begin_sound(), noise(1319))
    _, ready = maker.feed(begin_sound(), noise(1320))

    assert (len(early), len(ready)) == (0, 8)


def test_a_sound_may_be_gone_on_with_from_an_earlier_moment() -> None:
    maker = LogMel()
    earlier, _ = maker.feed(begin_sound(), noise(5000))

    once = maker.feed(earlier, noise(3000))[1]
    again = maker.feed(earlier, noise(3000))[1]

    np.testing.assert_array_equal(once, again)


def test_other_filters_may_be_given() -> None:
    filters = np.zeros((257, MELS), np.float32)

    frames = LogMel(filters).finish(LogMel(filters).feed(begin_sound(), noise(400))[0])

    np.testing.assert_allclose(frames, np.full((2, MELS), -24 * np.log(2)), rtol=1e-6)
