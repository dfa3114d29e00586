"""A recording as windows and stretches of samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.levels import levels_db
from diascribe.algorithms.windows import Windows
from diascribe.audio import SAMPLE_RATE, Audio

LEVEL_REACH = 400
"""Samples on either side of a frame's middle by which it is loud or quiet: 25 ms."""

LEVEL_BLOCK = 8192
"""Frames whose levels are taken at once: two minutes, 20 MB."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What is heard of a recording, and in which windows. After its end there are zeros."""

    audio: Audio
    windows: Windows

    @property
    def step(self) -> int:
        """Samples from one window's start to the next one's."""
        return round(self.windows.step_s * SAMPLE_RATE)

    @property
    def length(self) -> int:
        """Samples of a window."""
        return round(self.windows.window_s * SAMPLE_RATE)

    def cut(self, first: int, count: int) -> NDArray[np.float32]:
        """So many samples (time,)."""
        samples = self.audio.read(first, count)
        return np.pad(samples, (0, count - len(samples)))

    def batch(self, batch: slice) -> NDArray[np.float32]:
        """Samples (window, time) of a batch of windows."""
        wanted = (batch.stop - batch.start - 1) * self.step + self.length
        samples = self.cut(batch.start * self.step, wanted)
        return np.lib.stride_tricks.sliding_window_view(samples, self.length)[:: self.step]

    def batches(self, size: int) -> list[slice]:
        """All windows, so many at once."""
        count = self.windows.count
        return [slice(first, min(first + size, count)) for first in range(0, count, size)]

    def batches_of(self, seconds: float) -> list[slice]:
        """All windows, as many at once as together last so long; at least one."""
        return self.batches(max(1, round(seconds / self.windows.window_s)))

    def seconds(self, windows: int) -> float:
        """Seconds of the recording behind the end of so many windows."""
        last = self.windows.step_s * (windows - 1) + self.windows.window_s
        return min(self.audio.duration, last)

    def levels(self) -> NDArray[np.float32]:
        """Power (frame,) in dB around the recording's frames; beyond its end the last one's."""
        grid, total = self.windows.grid, self.windows.total_frames
        last = max(0, len(self.audio.samples) - 1)
        middles = np.rint((grid.middle(0) + np.arange(total) * grid.step) * SAMPLE_RATE)
        middles = middles.clip(0, last).astype(np.intp)
        blocks = (middles[first : first + LEVEL_BLOCK] for first in range(0, total, LEVEL_BLOCK))
        return np.concatenate([self._levels(block) for block in blocks])

    def _levels(self, middles: NDArray[np.intp]) -> NDArray[np.float32]:
        first = max(0, int(middles[0]) - LEVEL_REACH)
        samples = self.audio.read(first, int(middles[-1]) + LEVEL_REACH - first)
        return levels_db(samples, middles - first, reach=LEVEL_REACH)
