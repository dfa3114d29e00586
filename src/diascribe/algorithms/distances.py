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
"""Room for new columns, as a share of the clusters alive."""

EXACT_LIMIT = 2048
"""Clusters up to which distances are float64: 40 MB; of more they are float32."""

STRIP = 512
"""Rows computed or moved at once."""


class Distances:
    """Squared Euclidean distances between means, infinite to itself and to the dead."""

    def __init__(self, means: Floats) -> None:
        count = len(means)
        self._dtype: type[np.floating[Any]]
        self._dtype = np.float64 if count <= EXACT_LIMIT else np.float32
        self._memory: Floats = np.empty(count * _width(count), self._dtype)
        self.count = count
        """Clusters, alive or dead: they are numbered from 0."""
        self._make_room(np.arange(count))
        _fill(self._matrix, np.asarray(means, self._dtype))

    def _make_room(self, rows: NDArray[np.intp]) -> None:
        """Start numbering anew: cluster `i` has row `rows[i]`, and all columns are written."""
        count, width = len(rows), _width(len(rows))
        self.count = self._written = count
        self._matrix = self._memory[: count * width].reshape(count, width)
        self._pending: Floats = np.zeros((PENDING, width), self._dtype)  # (new cluster, cluster)
        self._row = np.zeros(width, np.intp)
        self._row[:count] = rows
        self._dead: Floats = np.zeros(width, self._dtype)
        self._one: Floats = np.empty(width, self._dtype)
        self._other: Floats = np.empty(width, self._dtype)

    @property
    def room(self) -> int:
        """Clusters that can be numbered before the dead must be dropped."""
        return len(self._row)

    @property
    def full(self) -> bool:
        """Whether there is no room for another cluster."""
        return self.count == len(self._row)

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
        row += self._dead[: self.count]
        self._pending[self.count - self._written, : self.count] = row
        self._row[self.count] = self._row[one]
        self.count += 1
        return row

    def compact(self) -> NDArray[np.intp]:
        """Drop the dead; the new number (cluster,) of each by its old one, -1 for the dead."""
        self._write()
        alive = self.alive()
        numbers = np.full(self.count, -1)
        numbers[alive] = np.arange(len(alive))
        order = np.argsort(self._row[alive])
        sources, old = self._row[alive][order], self._matrix
        rows = np.empty(len(alive), np.intp)
        rows[order] = np.arange(len(alive))
        self._make_room(rows)
        for first in range(0, len(alive), STRIP):  # never before the row it is read from
            part = slice(first, first + STRIP)
            self._matrix[part, : len(alive)] = old[sources[part]].take(alive, axis=1)
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


def _width(count: int) -> int:
    return count + max(PENDING, round(SPARE * count))


def _fill(matrix: Floats, means: Floats) -> None:
    """Distances of all to all; every second one is the mirror of another."""
    squares = np.einsum("ij,ij->i", means, means)
    for first in range(0, len(means), STRIP):
        last = min(first + STRIP, len(means))
        strip = means[first:last] @ means[:last].T
        strip *= -2
        strip += squares[first:last, None]
        strip += squares[:last]
        np.maximum(strip, 0, out=strip)
        matrix[first:last, :last] = strip
        matrix[:first, first:last] = strip[:, :first].T
    diagonal = np.arange(len(means))
    matrix[diagonal, diagonal] = np.inf
