"""Distances between clusters that keep merging, for as long as they do.

A matrix whose rows are complete and whose columns come late: a merged cluster's row is written
at once, over that of a cluster it was made of, but its column lies beside the last one and is
written together with those that follow it. Single columns of a large matrix would take most of
the time of a clustering. When there is no room for another column, the dead are dropped.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

PENDING = 64
"""New columns written at once."""

SPARE = 0.25
"""Room for new columns, as a share of the clusters."""

MOST_DEAD = 2
"""Clusters for each that is alive, above which the dead are dropped."""

EXACT_LIMIT = 2048
"""Clusters up to which distances are float64: 40 MB; of more they are float32."""

STRIP = 512
"""Rows computed or moved at once."""


class Distances:
    """Squared Euclidean distances between means, infinite to itself and to the dead."""

    def __init__(self, means: Floats) -> None:
        count = len(means)
        width = count + max(PENDING, round(SPARE * count))
        self._dtype: type[np.floating[Any]]
        self._dtype = np.float64 if count <= EXACT_LIMIT else np.float32
        self.count = self._written = self._alive = count
        """Clusters, alive or dead: they are numbered from 0."""
        self._matrix: Floats = np.empty((count, width), self._dtype)
        self._pending: Floats = np.zeros((PENDING, width), self._dtype)  # (new cluster, cluster)
        self._row = np.arange(width)
        """The row of the matrix (cluster,) that is a cluster's."""
        self._dead: Floats = np.zeros(width, self._dtype)
        """Infinity (cluster,) for the dead, else 0."""
        self._one: Floats = np.empty(width, self._dtype)
        self._other: Floats = np.empty(width, self._dtype)
        _fill(self._matrix, np.asarray(means, self._dtype))

    @property
    def room(self) -> int:
        """Clusters that can be numbered before the dead must be dropped."""
        return len(self._row)

    @property
    def crowded(self) -> bool:
        """Whether the dead should be dropped: they are half, or there is no room for another."""
        return self.count == self.room or self.count >= max(MOST_DEAD * self._alive, PENDING)

    def nearest(self) -> tuple[Floats, NDArray[np.intp]]:
        """The distance of each cluster (cluster,) to its nearest, and which that is."""
        rows = self._matrix[:, : self.count]  # before any merge
        nearest = np.array([row.argmin() for row in rows], np.intp)  # by axis, all were copied
        return rows[np.arange(self.count), nearest], nearest

    def alive(self) -> NDArray[np.intp]:
        """The clusters that have not become part of another."""
        return np.flatnonzero(self._dead[: self.count] == 0)

    def is_dead(self, cluster: int) -> bool:
        """Whether a cluster has become part of another."""
        return bool(self._dead[cluster])

    def of(self, cluster: int) -> Floats:
        """Distances (cluster,) of one to all; the array is used again by the next call."""
        row = self._scaled(cluster, 1.0, self._one)
        row += self._dead[: self.count]
        return row

    def merge(self, one: int, other: int, *, share: float, apart: float) -> Floats:
        """Make a new last cluster of two; its distances (cluster,) to all before it.

        `share` is the part of its members that `one` brings, `apart` the distance of the two
        (Lance and Williams 1967). The array is used again by the next call.
        """
        if self.count - self._written == PENDING:
            self._write()
        row = self._scaled(one, share, self._one)
        row += self._scaled(other, 1 - share, self._other)
        row -= self._dtype(share * (1 - share) * apart)
        self._dead[[one, other]] = np.inf
        self._alive -= 1
        row += self._dead[: self.count]
        self._pending[self.count - self._written, : self.count] = row
        self._row[self.count] = self._row[one]
        self.count += 1
        return row

    def compact(self) -> NDArray[np.intp]:
        """Drop the dead; the new number (cluster,) of each by its old one, -1 for the dead."""
        self._write()
        alive = self.alive()
        count, rows = len(alive), self._row[alive]
        numbers = np.full(self.count, -1)
        numbers[alive] = np.arange(count)
        for row in rows.tolist():
            self._matrix[row, :count] = self._matrix[row, alive]
        self._row[:count] = rows
        self._dead[:] = 0
        self.count = self._written = count
        return numbers

    def _scaled(self, cluster: int, share: float, out: Floats) -> Floats:
        """A share of a cluster's distances (cluster,), those to the dead left as they were."""
        count, written, factor = self.count, self._written, self._dtype(share)
        pending = self._pending[: count - written]
        known = max(cluster, written)
        is_new = cluster >= written
        source = pending[cluster - written] if is_new else self._matrix[self._row[cluster]]
        np.multiply(source[:known], factor, out=out[:known])
        np.multiply(pending[known - written :, cluster], factor, out=out[known:count])
        if is_new:
            out[cluster] = np.inf
        return out[:count]

    def _write(self) -> None:
        """Write the pending rows and columns of those alive into the matrix."""
        first, last, alive = self._written, self.count, self.alive()
        old = alive[alive < first]
        self._matrix[self._row[old], first:last] = self._pending[: last - first].T[old]
        for cluster in alive[alive >= first].tolist():
            row = self._scaled(cluster, 1.0, self._other)
            self._matrix[self._row[cluster], :last] = row
        self._written = last


def _fill(matrix: Floats, means: Floats) -> None:
    """Distances of all to all, as one product: |x|² + |y|² - 2xy; every second is a mirror."""
    squares = np.einsum("ij,ij->i", means, means)[:, None]
    ones = np.ones_like(squares)
    left = np.concatenate([-2 * means, squares, ones], axis=1)
    right = np.concatenate([means, ones, squares], axis=1)
    for first in range(0, len(means), STRIP):
        last = min(first + STRIP, len(means))
        strip = left[first:last] @ right[:last].T
        matrix[first:last, :last] = strip
        matrix[:first, first:last] = strip[:, :first].T
    diagonal = np.arange(len(means))
    matrix[diagonal, diagonal] = np.inf
