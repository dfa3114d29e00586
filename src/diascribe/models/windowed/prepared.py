"""What the networks leave of one recording: all that clustering needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.reconstruct import FULL
from diascribe.algorithms.windows import Windows


@dataclass(frozen=True, slots=True, eq=False)
class LocalVoices:
    """The voices heard in windows."""

    owners: NDArray[np.intp]
    """Window and local speaker (vector, 2) of each vector."""
    vectors: NDArray[np.float32]
    """(vector, dimension), as the encoder gives them."""
    seconds: NDArray[np.float32]
    """Speech behind each vector (vector,)."""
    alone: NDArray[np.float32]
    """Share (vector,) of its window in which the voice speaks and no other does."""

    @classmethod
    def joined(cls, batches: Sequence[LocalVoices]) -> LocalVoices:
        """The voices of all batches, in order."""
        return cls(
            owners=np.concatenate([one.owners for one in batches]),
            vectors=np.concatenate([one.vectors for one in batches]),
            seconds=np.concatenate([one.seconds for one in batches]),
            alone=np.concatenate([one.alone for one in batches]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """All that the networks found in one recording."""

    duration: float
    windows: Windows
    activity: NDArray[np.uint8]
    """(window, frame, local speaker), 0 to 255."""
    speech: NDArray[np.bool_]
    """(frame,) of the recording: where somebody speaks."""
    voices: LocalVoices

    @property
    def active(self) -> NDArray[np.bool_]:
        """Local speakers (window, local speaker) who speak at all in their window."""
        active: NDArray[np.bool_] = self.activity.max(axis=1, initial=0) > FULL // 2
        return active
