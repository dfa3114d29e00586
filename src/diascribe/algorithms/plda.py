"""Voice vectors to a space where speakers differ along axes: probabilistic LDA.

The two-covariance model (Ioffe 2006): within a speaker vectors vary with one covariance,
between speakers with another. One transform makes the first the identity and the second
diagonal, so that variational Bayes (`vbx`) handles each axis alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Plda:
    """A trained model, with the centering, LDA and length normalization before it.

    The published files keep the transform that makes the within-class covariance the identity
    and the between-class one `psi`. Solving that generalized eigenproblem anew, as the reference
    does, gives the same rows by falling `psi`, since they solve it already; only their signs are
    free, and `vbx` does not see signs.
    """

    mean1: Doubles
    """Mean (dimension,) of raw vectors."""
    mean2: Doubles
    """Mean (axis,) after LDA."""
    lda: Doubles
    """(dimension, axis)."""
    mu: Doubles
    """Mean (axis,) of the model."""
    transform: Doubles
    """(axis, axis), a row for each axis of the result."""
    psi: Doubles
    """Between-class variance (axis,) along each row."""

    @property
    def phi(self) -> Doubles:
        """Between-class variance (axis,) of the features, the largest first."""
        return self.psi[self._order]

    @property
    def _order(self) -> NDArray[np.intp]:
        return np.argsort(-self.psi, kind="stable")

    def features(self, vectors: NDArray[np.floating[Any]]) -> Doubles:
        """Features (vector, axis) of raw vectors (vector, dimension)."""
        dimension, axes = self.lda.shape
        centered = np.sqrt(dimension) * _unit(vectors.astype(np.float64) - self.mean1)
        projected = np.sqrt(axes) * _unit(centered @ self.lda - self.mean2)
        return np.asarray((projected - self.mu) @ self.transform[self._order].T)


def _unit(vectors: Doubles) -> Doubles:
    """Vectors (vector, dimension) at length 1; zero vectors stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, np.finfo(np.float64).tiny))
