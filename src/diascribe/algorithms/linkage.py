"""Centroid linkage below a threshold, for an hour of voice vectors at once.

Cut at `t`, its tree gives what SciPy's `fcluster(linkage(x, "centroid"), t, "distance")` does:
that goes by the highest merge at or below each node, and the first merge above `t` is of the
nearest two of all, so that whatever comes after is above `t` or contains it. Merging stops there.
Many vectors are merged part by part, where parts never meet (`algorithms/parts`).

Müllner's generic algorithm (arXiv:1109.2378): each cluster keeps a lower bound of the distance
to its nearest, and is searched again only when that bound is the least of all.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.cluster import Groups, Tree, cut
from diascribe.algorithms.distances import Distances
from diascribe.algorithms.parts import parted_tree

PARTED_FROM = 2048
"""Vectors from which on it is worth the trouble to look for parts that never meet."""

UNKNOWN = -1
"""Nearest of a cluster that must be searched again."""


def centroid_tree(
    vectors: NDArray[np.floating[Any]], *, up_to: float, sizes: NDArray[np.float64] | None = None
) -> Tree:
    """The merges at no more than a distance, nearest two first; ties go to the earliest.

    Clusters are compared by the Euclidean distance of their means; `sizes` (vector,) says of
    how many each of `vectors` (vector, dimension) is the mean already.
    """
    counts = np.ones(len(vectors)) if sizes is None else sizes
    if len(vectors) == 0:
        return Tree(0, np.zeros((0, 2), np.intp), np.zeros(0))

    def whole(some: NDArray[np.floating[Any]], weights: NDArray[np.float64]) -> Tree:
        linkage = _Linkage(Distances(some), weights)
        while linkage.merge_nearest(up_to**2):
            pass
        return linkage.tree()

    if len(vectors) < PARTED_FROM or math.isinf(up_to):
        return whole(vectors, counts)
    return parted_tree(vectors, counts, up_to=up_to, whole=whole)


def centroid_labels(groups: Groups, threshold: float) -> NDArray[np.intp]:
    """Labels (group,) by centroid linkage."""
    tree = centroid_tree(groups.means, up_to=threshold, sizes=groups.sizes)
    return cut(tree, threshold=threshold)


class _Linkage:
    """The clusters of one run: what each is made of, and what is nearest to it."""

    def __init__(self, distances: Distances, sizes: NDArray[np.float64]) -> None:
        self._distances, count = distances, len(sizes)
        self._vectors = count
        self._pairs: list[tuple[int, int]] = []
        """The two nodes of each merge; vector `i` is node `i`, merge `j` node `count + j`."""
        self._heights = [0.0] * count
        """The highest merge (node,) at or below each, squared."""
        self._start(np.arange(count), sizes, *distances.nearest())

    def _search(self, cluster: int) -> tuple[np.floating, np.intp]:
        row = self._distances.of(cluster)
        nearest = row.argmin()
        return row[nearest], nearest

    def _start(
        self,
        nodes: NDArray[np.intp],
        sizes: NDArray[np.float64],
        least: NDArray[np.floating[Any]],
        nearest: NDArray[np.intp],
    ) -> None:
        """Begin with clusters numbered from 0, and room for those to come."""
        room = self._distances.room - len(nodes)
        self._node = np.pad(nodes, (0, room))
        self._size = np.pad(sizes, (0, room))
        self._least = np.pad(least, (0, room), constant_values=np.inf)
        """At most the distance (cluster,) to any other; infinite for the dead."""
        self._nearest = np.pad(nearest, (0, room))
        """The cluster (cluster,) at that distance, while it lives; else the bound is loose."""

    def merge_nearest(self, limit: float) -> bool:
        """Make one cluster of the two nearest, if their squared distance is within a limit."""
        if self._distances.crowded:
            self._renumber()
        pair = self._closest(limit)
        if pair is not None:
            self._merge(*pair)
        return pair is not None

    def _closest(self, limit: float) -> tuple[int, int] | None:
        """The two nearest clusters, the earlier first; null where they are beyond the limit."""
        while True:
            one = int(self._least[: self._distances.count].argmin())
            least = float(self._least[one])
            if least > limit or least == math.inf:
                return None
            other = int(self._nearest[one])
            if other != UNKNOWN and not self._distances.is_dead(other):
                return min(one, other), max(one, other)
            self._least[one], self._nearest[one] = self._search(one)

    def _merge(self, one: int, other: int) -> None:
        apart = float(min(self._least[one], self._least[other]))
        size = self._size[one] + self._size[other]
        new = self._distances.count
        share = float(self._size[one] / size)
        row = self._distances.merge(one, other, share=share, apart=apart)
        self._least[[one, other]] = np.inf
        closer = (row < self._least[:new]).nonzero()[0]
        self._least[closer], self._nearest[closer] = row[closer], new
        nearest = row.argmin()
        self._least[new], self._nearest[new] = row[nearest], nearest
        self._size[new], self._node[new] = size, len(self._heights)
        self._note(int(self._node[one]), int(self._node[other]), apart)

    def _note(self, one: int, other: int, apart: float) -> None:
        """Remember a merge of two nodes."""
        self._pairs.append((one, other))
        self._heights.append(max(apart, self._heights[one], self._heights[other]))

    def _renumber(self) -> None:
        """Drop the dead."""
        alive = self._distances.alive()
        nearest = self._nearest[alive]
        numbers = self._distances.compact()
        fresh = np.where(nearest == UNKNOWN, UNKNOWN, numbers[nearest])
        self._start(self._node[alive], self._size[alive], self._least[alive], fresh)

    def tree(self) -> Tree:
        """All merges so far."""
        pairs = np.array(self._pairs, np.intp).reshape(-1, 2)
        return Tree(self._vectors, pairs, np.sqrt(np.maximum(0, self._heights[self._vectors :])))
