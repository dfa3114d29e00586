"""Windows over a recording: they cover it, and what they agree on comes back whole."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.algorithms.windows import (
    Windows,
    count_windows,
    cut_windows,
    overlap_mean,
    overlap_sum,
)
from diascribe.timeline import Grid

BY_HAND = Windows(count=3, step_s=2.0, window_s=4.0, frames=4, grid=Grid(step=1.0, width=1.0))
"""Windows on frames 0-3, 2-5 and 4-7."""


@st.composite
def any_windows(draw: st.DrawFn) -> Windows:
    """Overlapping windows, their step no multiple of the frame's."""
    step_s = draw(st.floats(0.1, 3))
    window_s = step_s * draw(st.floats(1.5, 5))
    frame_s = step_s / draw(st.floats(4, 40))
    count = draw(st.integers(1, 12))
    frames = math.ceil(window_s / frame_s)
    return Windows(count, step_s, window_s, frames, Grid(step=frame_s, width=frame_s))


@pytest.mark.parametrize(
    ("duration", "windows"), [(0, 1), (4.9, 1), (5, 1), (5.001, 2), (7.5, 2), (7.6, 3), (60, 23)]
)
def test_windows_by_hand(duration: float, windows: int) -> None:
    assert count_windows(duration, window_s=5, step_s=2.5) == windows


@given(st.floats(0, 100_000), st.floats(0.5, 30), st.floats(0.1, 1))
def test_the_windows_cover_the_recording_and_none_is_wasted(
    duration: float, window_s: float, share: float
) -> None:
    step_s = share * window_s
    count = count_windows(duration, window_s=window_s, step_s=step_s)
    tolerance_s = 2e-6 * step_s

    end = (count - 1) * step_s + window_s
    assert end >= duration - tolerance_s
    assert count == 1 or end - step_s < duration + tolerance_s


def test_whole_steps_need_no_window_more_for_rounding() -> None:
    assert count_windows(0.1 + 0.2, window_s=0.1, step_s=0.1) == 3


def test_sums_and_means_by_hand() -> None:
    values = np.array([[1, 1, 1, 1], [2, 2, 2, 2], [4, 4, 4, 4]], np.float32)

    assert overlap_sum(values, BY_HAND).tolist() == [1, 1, 3, 3, 6, 6, 4, 4, 0]
    assert overlap_mean(values, BY_HAND).tolist() == [1, 1, 1.5, 1.5, 3, 3, 4, 4, 0]


def test_cuts_by_hand_see_nothing_beyond_the_end() -> None:
    cut = cut_windows(np.arange(1, 7), BY_HAND)

    assert cut.tolist() == [[1, 2, 3, 4], [3, 4, 5, 6], [5, 6, 0, 0]]


@given(any_windows(), st.integers(0, 2**32 - 1))
def test_the_mean_of_a_recordings_windows_is_the_recording(windows: Windows, seed: int) -> None:
    frames = np.random.default_rng(seed).random(windows.total_frames).astype(np.float32)
    last = windows.first_frame(windows.count - 1) + windows.frames

    again = overlap_mean(np.asarray(cut_windows(frames, windows), np.float32), windows)

    assert again.shape == frames.shape
    np.testing.assert_allclose(again[:last], frames[:last], rtol=1e-6)
    assert not again[last:].any()


@given(any_windows())
def test_every_window_lies_within_the_frames_of_the_recording(windows: Windows) -> None:
    last = windows.first_frame(windows.count - 1) + windows.frames

    assert last <= windows.total_frames
    assert windows.total_frames * windows.grid.step >= (
        (windows.count - 1) * windows.step_s + windows.window_s
    )


@given(any_windows(), st.integers(1, 3))
def test_axes_after_the_frame_add_up_apart(windows: Windows, speakers: int) -> None:
    shape = windows.count, windows.frames, speakers
    values = np.random.default_rng(0).random(shape, np.float32)

    together = overlap_mean(values, windows)

    for speaker in range(speakers):
        assert np.array_equal(together[:, speaker], overlap_mean(values[:, :, speaker], windows))
