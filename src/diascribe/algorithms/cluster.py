"""Voice vectors to speakers: agglomerative clustering and what to make of its tree."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """Merges in the order they were made; vector `i` is node `i`, merge `j` node `count + j`."""

    count: int
    """Vectors clustered."""
    pairs: NDArray[np.intp]
    """The two nodes (merge, 2) that became one."""
    heights: NDArray[np.float64]
    """Distance (merge,) of the two, made monotone: at least that of every merge below."""


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The vectors (…, dimension) at length 1; zero vectors stay zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: NDArray[np.float32] = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return scaled


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Vectors already grouped: each group's mean, its size, and whose group each vector is in.

    The mean dot product of two groups' members is the dot product of their (unscaled) means,
    so average linkage over groups continues exactly where grouping stopped; so does centroid
    linkage, which knows clusters by their means alone.
    """

    means: NDArray[np.float32]
    """(group, dimension), not scaled to length 1."""
    sizes: NDArray[np.float64]
    """Vectors in each group (group,)."""
    labels: NDArray[np.intp]
    """The group of each vector (vector,)."""

    @classmethod
    def singles(cls, vectors: NDArray[np.float32]) -> Groups:
        """Each vector a group of its own."""
        return cls(vectors, np.ones(len(vectors)), np.arange(len(vectors)))

    def joined(self, labels: NDArray[np.intp]) -> Groups:
        """Groups of groups; `labels` (group,) says which belong together."""
        sizes = np.bincount(labels, self.sizes).astype(np.float64)
        sums = np.zeros((len(sizes), self.means.shape[1]))
        np.add.at(sums, labels, self.means * self.sizes[:, None])
        return Groups((sums / sizes[:, None]).astype(np.float32), sizes, labels[self.labels])


Cutting = Callable[[Groups, float], NDArray[np.intp]]
"""A way to cluster: labels (group,) of groups, from 0, cut at a threshold."""


def average_labels(groups: Groups, threshold: float) -> NDArray[np.intp]:
    """Labels (group,) by average linkage."""
    return cut(agglomerate(groups), threshold=threshold)


def agglomerate(groups: Groups) -> Tree:
    """The merge tree of groups of unit vectors, nearest two first; O(group²) memory.

    Distances are mean cosine distances between members. Ties go to the earliest rows.
    """
    count = len(groups.means)
    distance = _distances(groups.means)
    neighbours = _Neighbours(distance)
    sizes, nodes = groups.sizes.copy(), np.arange(count)
    pairs, heights = np.zeros((max(0, count - 1), 2), np.intp), np.zeros(max(0, count - 1))
    for merge in range(count - 1):
        kept, gone = neighbours.closest()
        pairs[merge], heights[merge] = (nodes[kept], nodes[gone]), distance[kept, gone]
        row = _merged_row(distance, sizes, kept, gone)
        row[kept] = np.inf
        distance[kept], distance[:, kept] = row, row
        distance[gone], distance[:, gone] = np.inf, np.inf
        sizes[kept] += sizes[gone]
        nodes[kept] = count + merge
        neighbours.refresh(kept, gone)
    return Tree(count, pairs, _monotone(heights, pairs, count))


def group_nearby(
    vectors: NDArray[np.float32], *, threshold: float, at_most: int, cutting: Cutting
) -> Groups:
    """Groups few enough to cluster at once, made by clustering block after block.

    Blocks of `at_most` consecutive vectors are clustered on their own, first up to a fraction
    of `threshold` and then closer to it, until `at_most` groups are left.
    Within `at_most` vectors nothing is grouped and nothing is lost.
    """
    groups = Groups.singles(vectors)
    for share in BLOCK_SHARES:
        if len(groups.means) <= at_most:
            break
        reach = share if math.isinf(share) else share * threshold  # of a threshold of 0 too
        labels = _labels_by_block(groups, reach, at_most, cutting)
        groups = groups.joined(labels)
    return groups


BLOCK_SHARES = (0.5, 0.7, 0.85, 1.0, 1.5, 2.0, math.inf)
"""Shares of the threshold up to which blocks are clustered, least risky first. Beyond 1 only
where more voices lie apart than can be compared at once."""


def _labels_by_block(
    groups: Groups, threshold: float, block: int, cutting: Cutting
) -> NDArray[np.intp]:
    labels, used = np.zeros(len(groups.means), np.intp), 0
    for first in range(0, len(groups.means), block):
        part = slice(first, first + block)
        some = Groups(groups.means[part], groups.sizes[part], np.arange(0))
        labels[part] = used + cutting(some, threshold)
        used = int(labels[part].max()) + 1
    return labels


class _Neighbours:
    """Each row's nearest other row, kept up to date while rows of `distance` merge."""

    def __init__(self, distance: NDArray[np.float32]) -> None:
        self._distance = distance
        self._nearest = distance.argmin(axis=1) if len(distance) else np.zeros(0, np.intp)
        self._lowest = distance.min(axis=1, initial=np.inf)

    def closest(self) -> tuple[int, int]:
        """The two rows nearest to each other, the earlier first."""
        row = int(self._lowest.argmin())
        other = int(self._nearest[row])
        return min(row, other), max(row, other)

    def refresh(self, kept: int, gone: int) -> None:
        """Row `gone` has become part of row `kept`, whose distances are new."""
        column = self._distance[:, kept]
        closer = column < self._lowest
        lost = (self._nearest == gone) | ((self._nearest == kept) & (column > self._lowest))
        self._nearest[closer], self._lowest[closer] = kept, column[closer]
        stale = np.append(np.flatnonzero(lost & ~closer), (kept, gone))
        for row in stale.tolist():
            self._nearest[row] = self._distance[row].argmin()
            self._lowest[row] = self._distance[row, self._nearest[row]]


def _distances(means: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean cosine distances (group, group), with infinity on the diagonal."""
    distance: NDArray[np.float32] = means @ means.T
    np.subtract(1, distance, out=distance)
    np.fill_diagonal(distance, np.inf)
    return distance


def _merged_row(
    distance: NDArray[np.float32], sizes: NDArray[np.float64], a: int, b: int
) -> NDArray[np.float32]:
    """Distances of the union of `a` and `b` to all others (Lance and Williams 1967)."""
    share_a, share_b = sizes[a] / (sizes[a] + sizes[b]), sizes[b] / (sizes[a] + sizes[b])
    row: NDArray[np.float32] = share_a * distance[a] + share_b * distance[b]
    return row


def _monotone(
    heights: NDArray[np.float64], pairs: NDArray[np.intp], count: int
) -> NDArray[np.float64]:
    """Heights no lower than any merge below, from which rounding may part them."""
    raised = heights.copy()
    for merge, pair in enumerate(pairs):
        below = [raised[node - count] for node in pair if node >= count]
        raised[merge] = max([raised[merge], *below])
    return raised


def cut(tree: Tree, *, threshold: float) -> NDArray[np.intp]:
    """Labels (vector,) from 0 in order of first member, merges above `threshold` undone."""
    parents = np.arange(tree.count + len(tree.pairs))
    made = np.flatnonzero(tree.heights <= threshold)
    parents[tree.pairs[made]] = tree.count + made[:, None]
    while not np.array_equal(above := parents[parents], parents):
        parents = above
    return relabel(parents[: tree.count])


def relabel(labels: NDArray[np.intp]) -> NDArray[np.intp]:
    """The same partition with labels 0, 1… in order of first appearance."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(first))
    ordered: NDArray[np.intp] = order[inverse]
    return ordered
