"""PyanNet: who of a few local speakers is active within a short window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE
from diascribe.timeline import Grid
from diascribe.transcript import Model
from diascribe.weights.session import Session

STEP = 270  # samples between frames: stride 10 and three poolings by 3
FIELD = 991  # samples one frame sees: filters of 251, 5 and 5 taps through those poolings


class PyanNet:
    """The network with a sigmoid per local speaker, trained on windows of `window_s`."""

    grid = Grid(step=STEP / SAMPLE_RATE, width=FIELD / SAMPLE_RATE)

    def __init__(
        self, session: Session, revision: str, *, window_s: float = 5.0, local_speakers: int = 3
    ) -> None:
        self._session = session
        self.window_s = window_s
        self.local_speakers = local_speakers
        self.model = Model("segmentation", "pyannet-5s", revision)

    @property
    def frames(self) -> int:
        """Frames of one window."""
        return (round(self.window_s * SAMPLE_RATE) - FIELD) // STEP + 1

    def activity(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Activity 0 to 1 (window, frame, local speaker) of samples (window, time)."""
        (activity,) = self._session.run({"samples": np.ascontiguousarray(windows)})
        return activity
