"""What each stage of the reference pipeline gave, as our types."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.cluster import unit
from diascribe.algorithms.reconstruct import FULL
from diascribe.algorithms.windows import Windows
from diascribe.timeline import Grid

LEAST_ALONE = 0.2
"""Vectors of those who are alone for less of their window train no cluster."""

LEAST_WEIGHT = 1e-7
"""Speakers whose share VBx left below this are none."""


class Stages:
    """The saved stages of one recording."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name

    def load(self, stage: str) -> NDArray[Any]:
        loaded: NDArray[Any] = np.load(self._folder / f"{self._name}_{stage}.npy")
        return loaded

    @property
    def activity(self) -> NDArray[np.uint8]:
        """(window, frame, local), 0 or 255."""
        return (self.load("segmentation_data") * FULL).astype(np.uint8)

    @property
    def heard(self) -> NDArray[np.bool_]:
        """Local speakers (window, local) who are active at all."""
        heard: NDArray[np.bool_] = self.activity.max(axis=1) > 0
        return heard

    @property
    def heard_alone(self) -> NDArray[np.bool_]:
        """Local speakers (window, local) who are active alone in a fifth of the window."""
        active = self.activity > 0
        alone = active & (active.sum(axis=2, keepdims=True) == 1)
        return np.asarray(alone.mean(axis=1) >= LEAST_ALONE, bool)

    @property
    def windows(self) -> Windows:
        count, frames, _ = self.load("segmentation_data").shape
        axis = json.loads((self._folder / f"{self._name}_segmentation_window.json").read_text())
        return Windows(count, axis["step"], axis["duration"], frames, self.grid)

    @property
    def grid(self) -> Grid:
        """The recording's frames."""
        path = self._folder / f"{self._name}_discrete_diarization_window.json"
        axis = json.loads(path.read_text())
        return Grid(axis["step"], axis["duration"], axis["start"])

    @property
    def centroids(self) -> NDArray[np.float32]:
        """Unit vectors (speaker, dimension): means of the raw vectors, weighted by VBx."""
        shares = self.load("vbx_gamma")[:, self.load("vbx_pi") > LEAST_WEIGHT]
        means = shares.T @ self.load("train_embeddings") / shares.sum(axis=0)[:, None]
        return unit(means.astype(np.float32))
