"""Speech where a segmentation hears anybody: as WhisperX finds it, with a network that is brought.

Bredin and Laurent 2021 (arXiv:2104.04045): the largest of the local speakers' activities, the
mean over the windows that hear an instant.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.protocols import Segmenter
from diascribe.timeline import Grid
from diascribe.transcript import Model

OVERLAP = 2
"""How many windows hear each instant."""

BATCH = 32
"""Windows a call: 5 MB of samples."""


@dataclass(frozen=True, slots=True)
class SegmentedVad:
    """Finds speech with a segmentation. One instance serves all threads."""

    segmenter: Segmenter

    @property
    def model(self) -> Model:
        """What it is, for the result."""
        return replace(self.segmenter.model, stage="activity")

    @property
    def grid(self) -> Grid:
        """Where its frames lie."""
        return self.segmenter.grid

    def probabilities(self, audio: Audio) -> Generator[float, None, NDArray[np.float32]]:
        """Probability of speech (frame,) on `grid`; yields seconds of audio done."""
        total = len(audio.samples)
        step = round(self.grid.step * SAMPLE_RATE)
        length = round(self.segmenter.window_s * SAMPLE_RATE)
        hop = length // OVERLAP // step * step  # whole frames, so that windows lie on one grid
        starts = list(range(0, max(1, total - length + hop), hop))
        frames = self.segmenter.frames
        sums = np.zeros((starts[-1] // step + frames,), np.float64)
        counts = np.zeros_like(sums)
        for first in range(0, len(starts), BATCH):
            batch = starts[first : first + BATCH]
            windows = np.stack([_window(audio, start, length) for start in batch])
            speech = self.segmenter.activity(windows).max(axis=2)  # (window, frame)
            for start, heard in zip(batch, speech, strict=True):
                place = slice(start // step, start // step + frames)
                sums[place] += heard
                counts[place] += 1
            yield min(total, batch[-1] + length) / SAMPLE_RATE
        inside = -(-total // step)
        mean: NDArray[np.float32] = (sums / np.maximum(counts, 1)).astype(np.float32)
        return mean[:inside]


def _window(audio: Audio, start: int, length: int) -> NDArray[np.float32]:
    """Samples (time,) of a window, silence after the end."""
    samples = audio.read(start, length)
    return np.pad(samples, (0, length - len(samples)))
