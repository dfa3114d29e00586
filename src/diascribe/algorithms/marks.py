"""Who is active in which frame of a long recording, eight speakers to a byte."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Marks:
    """Activity (frame, speaker), at first nobody's; a day of eight speakers is 5 MB."""

    def __init__(self, frames: int, speakers: int) -> None:
        self.speakers = speakers
        self._bits = np.zeros((frames, -(-speakers // 8)), np.uint8)

    def write(self, frames: range, active: NDArray[np.bool_]) -> None:
        """Take over the activity (frame, speaker) of some frames."""
        self._bits[frames.start : frames.stop] = np.packbits(active, axis=1)

    def read(self, frames: range) -> NDArray[np.bool_]:
        """The activity (frame, speaker) of some frames."""
        bits = self._bits[frames.start : frames.stop]
        return np.unpackbits(bits, axis=1, count=self.speakers).astype(bool)

    @property
    def anybody(self) -> NDArray[np.bool_]:
        """Frames (frame,) in which at least one is active."""
        active: NDArray[np.bool_] = np.asarray(self._bits.any(axis=1))
        return active

    def of(self, speaker: int) -> NDArray[np.bool_]:
        """One speaker's activity (frame,)."""
        return (self._bits[:, speaker // 8] & _bit(speaker)) > 0

    def set(self, speaker: int, active: NDArray[np.bool_]) -> None:
        """Take over one speaker's activity (frame,)."""
        column = self._bits[:, speaker // 8]
        column &= ~_bit(speaker)
        column |= np.where(active, _bit(speaker), np.uint8(0))

    def give(self, frames: slice, speaker: int) -> None:
        """Let one speaker be active in some frames, and nobody else."""
        self._bits[frames] = 0
        self._bits[frames, speaker // 8] = _bit(speaker)


def _bit(speaker: int) -> np.uint8:
    return np.uint8(128 >> speaker % 8)
