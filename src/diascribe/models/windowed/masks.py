"""Whose frames are whose: what an encoder is to hear of each local speaker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.reconstruct import FULL
from diascribe.models.windowed.prepared import LocalVoices


@dataclass(frozen=True, slots=True, eq=False)
class Masks:
    """Where local speakers are heard, in all windows."""

    activity: NDArray[np.uint8]
    """(window, frame, local speaker), 0 to 255."""
    spoken: NDArray[np.bool_] | None
    """Speech (window, frame) to which activity is held; null where activity itself decides."""
    least_clean: int
    """With fewer frames to themselves, a speaker's overlapped frames are used as well."""
    frame_s: float

    def of(self, batch: slice) -> BatchMasks:
        """The masks of a batch of windows."""
        heard = self.activity[batch] > FULL // 2
        if self.spoken is not None:
            heard = heard & self.spoken[batch][:, :, None]
        alone = heard & (heard.sum(axis=2, keepdims=True) == 1)
        clean = alone.sum(axis=1, keepdims=True) >= self.least_clean
        return BatchMasks(batch.start, np.where(clean, alone, heard), alone, self.frame_s)


@dataclass(frozen=True, slots=True, eq=False)
class BatchMasks:
    """The masks of some windows in a row."""

    first: int
    """The first window."""
    chosen: NDArray[np.bool_]
    """Frames (window, frame, local speaker) that tell a voice."""
    alone: NDArray[np.bool_]
    """Frames (window, frame, local speaker) in which nobody else speaks."""
    frame_s: float

    @property
    def weights(self) -> NDArray[np.float32]:
        """The chosen frames as an encoder takes them."""
        return self.chosen.astype(np.float32)

    def voices(self, vectors: NDArray[np.float32]) -> LocalVoices:
        """The vectors (window, local speaker, dimension) that there are, with their owners."""
        window, local = np.nonzero(~np.isnan(vectors[:, :, 0]))
        seconds = self.chosen.sum(axis=1)[window, local] * self.frame_s
        return LocalVoices(
            owners=np.stack([window + self.first, local], axis=1),
            vectors=vectors[window, local],
            seconds=seconds.astype(np.float32),
            alone=self.alone.mean(axis=1, dtype=np.float32)[window, local],
        )
