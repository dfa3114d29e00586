"""A recording as windows and stretches of samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.windows import Windows
from diascribe.audio import SAMPLE_RATE, Audio


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

    def seconds(self, windows: int) -> float:
        """Seconds of the recording behind the end of so many windows."""
        last = self.windows.step_s * (windows - 1) + self.windows.window_s
        return min(self.audio.duration, last)
