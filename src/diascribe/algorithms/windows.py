"""Overlapping windows over a recording: where they lie, and how frames in them add up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from diascribe.timeline import Grid

N = TypeVar("N", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Windows:
    """Equal windows every `step_s`; their frames fall on the recording's own `grid`.

    A window's first frame is the recording's frame nearest to it (pyannote.core's
    `closest_frame`), so window starts need not be multiples of the frame step.
    """

    count: int
    step_s: float
    window_s: float
    frames: int
    """Frames in one window."""
    grid: Grid
    """The recording's frames."""

    @property
    def total_frames(self) -> int:
        """Frames of the recording that at least one window may cover."""
        end = (self.count - 1) * self.step_s + self.window_s
        return max(round(end / self.grid.step) + 1, self.first_frame(self.count - 1) + self.frames)

    def first_frame(self, window: int) -> int:
        """The recording's frame where a window begins."""
        return round(window * self.step_s / self.grid.step)

    def over(self, frames: range) -> range:
        """The windows that cover any of some frames."""
        near = int((frames.start - self.frames) * self.grid.step / self.step_s) - 1
        begin = max(0, near)
        while begin < self.count and self.first_frame(begin) + self.frames <= frames.start:
            begin += 1
        end = begin
        while end < self.count and self.first_frame(end) < frames.stop:
            end += 1
        return range(begin, end)


def count_windows(duration: float, *, window_s: float, step_s: float) -> int:
    """Windows needed to cover `duration` seconds; the last may reach beyond the end.

    >>> count_windows(60, window_s=5, step_s=2.5)
    23
    """
    beyond = duration - window_s
    return 1 + max(0, math.ceil(round(beyond / step_s, 6)))


def overlap_sum(values: NDArray[N], windows: Windows) -> NDArray[N]:
    """Sum (frame, …) over all windows of their values (window, frame, …)."""
    total = np.zeros((windows.total_frames, *values.shape[2:]), values.dtype)
    for window in range(windows.count):
        first = windows.first_frame(window)
        total[first : first + windows.frames] += values[window]
    return total


def overlap_mean(values: NDArray[np.float32], windows: Windows) -> NDArray[np.float32]:
    """Mean (frame, …) over the windows that cover each frame; 0 where none does."""
    everywhere = np.broadcast_to(np.float32(1), (windows.count, windows.frames))
    covered = overlap_sum(everywhere, windows)
    shape = (-1, *[1] * (values.ndim - 2))
    mean = overlap_sum(values, windows) / np.maximum(1, covered).reshape(shape)
    return mean.astype(np.float32, copy=False)


def cut_windows(frames: NDArray[N], windows: Windows) -> NDArray[N]:
    """The recording's frames (frame,) as each window sees them (window, frame)."""
    padded = np.pad(frames, (0, max(0, windows.total_frames - len(frames))))
    starts = [windows.first_frame(window) for window in range(windows.count)]
    return np.stack([padded[first : first + windows.frames] for first in starts])
