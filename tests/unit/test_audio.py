"""Seconds become samples in one place: which ones, at what level, and never all at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE, Audio, Recording
from diascribe.span import Span

COUNTED = Audio(np.arange(SAMPLE_RATE, dtype=np.int16).reshape(-1, 1))
"""One second in which each sample is its own number."""


def numbers(samples: NDArray[np.float32]) -> list[int]:
    return [round(sample * 32768) for sample in samples.tolist()]


def test_full_scale_lies_within_minus_one_and_one() -> None:
    audio = Audio(np.array([[-32768], [0], [16384], [32767]], np.int16))

    read = audio.read(0, 4)

    assert read.dtype == np.float32
    assert read.tolist() == [-1.0, 0.0, 0.5, 32767 / 32768]


@given(st.integers(0, SAMPLE_RATE), st.integers(0, 2000))
def test_a_cut_holds_the_samples_of_its_seconds(first: int, count: int) -> None:
    span = Span(first / SAMPLE_RATE, (first + count) / SAMPLE_RATE)

    cut = COUNTED.cut(span)

    assert numbers(cut) == list(range(first, min(first + count, SAMPLE_RATE)))


@given(st.lists(st.floats(0, 1.5), min_size=3, max_size=3).map(sorted))
def test_adjacent_cuts_together_are_the_cut_of_both(edges: list[float]) -> None:
    start, between, end = edges

    pieces = [COUNTED.cut(Span(start, between)), COUNTED.cut(Span(between, end))]

    assert np.array_equal(np.concatenate(pieces), COUNTED.cut(Span(start, end)))


def test_a_cut_beyond_the_end_is_empty() -> None:
    assert COUNTED.cut(Span(1.0, 2.0)).shape == (0,)


def test_reading_before_the_beginning_gives_what_there_is() -> None:
    assert numbers(COUNTED.read(-3, 5)) == [0, 1]
    assert numbers(COUNTED.read(-9, 5)) == []


@pytest.mark.parametrize("channels", [2, 3])
def test_several_channels_are_heard_as_their_mean(channels: int) -> None:
    samples = np.random.default_rng(0).integers(-32768, 32768, (50, channels)).astype(np.int16)

    read = Audio(samples).read(0, 50)

    mean = samples.astype(np.float64).mean(axis=1) / 32768
    assert read.dtype == np.float32
    np.testing.assert_allclose(read, mean, rtol=0, atol=1e-7)


@pytest.mark.parametrize("channels", [1, 2])
def test_a_cut_of_years_of_sound_reads_only_itself(channels: int) -> None:
    years = np.broadcast_to(np.int16(16384), (10**13, channels))  # 20 years, 2 bytes of memory
    audio = Audio(years)

    cut = audio.cut(Span(1e8, 1e8 + 1))

    assert audio.span == Span(0.0, 10**13 / SAMPLE_RATE)
    assert cut.shape == (SAMPLE_RATE,)
    assert set(cut.tolist()) == {0.5}


def test_a_recording_gives_views_of_its_channels_and_of_their_mix() -> None:
    samples = np.array([[100, 300], [200, 400]], np.int16)
    recording = Recording(samples, "call.wav")

    views = [recording.channel(0), recording.channel(1), recording.mix()]

    assert recording.channels == 2
    assert recording.duration == 2 / SAMPLE_RATE
    assert [numbers(view.read(0, 2)) for view in views] == [[100, 200], [300, 400], [200, 300]]
    assert all(np.shares_memory(view.samples, samples) for view in views)


def test_chosen_channels_are_heard_as_their_mean_and_no_others() -> None:
    samples = np.array([[100, 900, 300], [200, 900, 400]], np.int16)

    assert numbers(Audio(samples, (0, 2)).read(0, 2)) == [200, 300]
    assert numbers(Audio(samples, (1,)).read(0, 2)) == [900, 900]


def test_a_view_is_silent_where_it_is_not_heard_and_fades_within_a_frame() -> None:
    samples = np.full((4 * 160, 1), 16_384, np.int16)
    view = Audio(samples, heard=np.array([True, True, False, False]))

    sound = view.read(0, 640)

    assert set(sound[: 160 + 80].tolist()) == {0.5}
    assert set(sound[320 + 80 :].tolist()) == {0.0}
    assert (np.diff(sound) <= 0).all()


def test_a_recording_gives_blocks_of_all_its_channels() -> None:
    samples = np.array([[100, 300], [200, 400], [300, 500]], np.int16)

    block = Recording(samples, "call.wav").read(1, 9)

    assert block.dtype == np.float32
    assert (block * 32_768).round().tolist() == [[200, 400], [300, 500]]
