"""Centroid linkage part by part, where it is proved that parts never meet.

Voices of two people lie far apart, and the clusters of one need no distances to those of the
other. So vectors are parted by a guess, each part is clustered by itself, and then the guess is
proved: parts of which any two clusters could have merged become one and are clustered again.

The proof. All at once, the nearest of all clusters merge next. While no two of different parts
are nearer, that is the nearest of the parts' own next merges. Until a cluster is merged away, no
merge of the whole was then higher than the highest of its own part before and at that: call this
its reach. So if any two clusters of different parts, at any time, are further apart than the
lesser of their reaches, no merge of the whole joins parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.cluster import Tree, cut

Floats = NDArray[np.floating[Any]]
Rows = NDArray[np.intp]
Whole = Callable[[Floats, NDArray[np.float64]], Tree]
"""Clusters vectors (vector, dimension) that stand for so many each (vector,) all at once."""

T = TypeVar("T")

SAMPLE = 1000
"""Vectors, about, by which the parts are guessed; of each part too, when two are compared."""

LEAST_SHARE = 0.02
"""Share of them that makes a part."""

OUTLIERS = 0.1
"""Share of a part's vectors that may lie nearer to another part than it does."""

MARGIN = 1e-3
"""Distances of unit vectors in float32 are nearer to the truth than that."""

BLOCK = 256
"""Clusters compared with those of another part at once."""


def parted_tree(vectors: Floats, sizes: NDArray[np.float64], *, up_to: float, whole: Whole) -> Tree:
    """The merges of `whole` at no more than a distance, found in parts that do not meet.

    Vectors (vector, dimension) are unit vectors or means of such: of longer ones, distances in
    float32 would be less sure than the proof takes them to be.
    """

    def clustered(rows: Rows) -> _Part:
        return _Part.of(vectors[rows], sizes[rows], whole(vectors[rows], sizes[rows]), up_to)

    guess = _guessed(vectors, up_to=up_to, whole=whole)
    parts = _kept_apart(guess, clustered, _may_meet)
    return _joined(len(vectors), [(rows, part.tree) for rows, part in parts])


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Vectors clustered by themselves, and every cluster that there was meanwhile."""

    tree: Tree
    means: Floats
    """Of each node (node, dimension)."""
    reach: NDArray[np.float64]
    """The highest merge (node,) of this part until the node was merged away."""

    @classmethod
    def of(cls, vectors: Floats, sizes: NDArray[np.float64], tree: Tree, up_to: float) -> _Part:
        """The part that a tree of its vectors makes."""
        reach = np.full(tree.count + len(tree.pairs), up_to)
        reach[tree.pairs] = np.maximum.accumulate(tree.heights)[:, None]
        return cls(tree, _means(vectors, sizes, tree), reach)


def _means(vectors: Floats, sizes: NDArray[np.float64], tree: Tree) -> NDArray[np.float32]:
    """The mean (node, dimension) of each node's vectors."""
    means = np.empty((tree.count + len(tree.pairs), vectors.shape[1]), np.float32)
    means[: tree.count] = vectors
    counts: list[float] = sizes.tolist()
    for node, (one, other) in enumerate(tree.pairs.tolist(), start=tree.count):
        counts.append(counts[one] + counts[other])
        mean = means[node]
        np.subtract(means[other], means[one], out=mean)
        mean *= counts[other] / counts[node]
        mean += means[one]
    return means


def _guessed(vectors: Floats, *, up_to: float, whole: Whole) -> list[Rows]:
    """Parts that a sample's clusters suggest: each vector goes with the nearest large one."""
    some = vectors[:: -(-len(vectors) // SAMPLE)]
    labels = cut(whole(some, np.ones(len(some))), threshold=up_to)
    large = np.flatnonzero(np.bincount(labels) >= LEAST_SHARE * len(some))
    if len(large) < 2:
        return [np.arange(len(vectors))]
    centres = np.stack([some[labels == one].mean(axis=0) for one in large.tolist()])
    lengths = np.einsum("ij,ij->i", centres, centres)
    nearest = (lengths - 2 * (vectors @ centres.T)).argmin(axis=1)
    parts = [np.flatnonzero(nearest == one) for one in range(len(large))]
    some_of = partial(_some, vectors)
    near = partial(_near, up_to=up_to)
    guess = _kept_apart([one for one in parts if len(one)], some_of, near)
    return [rows for rows, _ in guess]


def _some(vectors: Floats, rows: Rows) -> Floats:
    """Some of a part's vectors (vector, dimension)."""
    return vectors[rows[:: -(-len(rows) // SAMPLE)]]


def _near(one: Floats, other: Floats, *, up_to: float) -> bool:
    """Whether all but the outliers of two parts are within a distance, on a line through both."""
    axis = _direction(one, other)
    gap = np.quantile(other @ axis, OUTLIERS) - np.quantile(one @ axis, 1 - OUTLIERS)
    return bool(gap < up_to)


def _direction(one: Floats, other: Floats) -> Floats:
    """A vector (dimension,) of length 1, or less, from the mean of one part to another's."""
    way: Floats = other.mean(axis=0) - one.mean(axis=0)
    length = max(float(np.linalg.norm(way)), float(np.finfo(np.float32).tiny))
    unit: Floats = way / length
    return unit


def _kept_apart(
    rows: Iterable[Rows], make: Callable[[Rows], T], meet: Callable[[T, T], bool]
) -> list[tuple[Rows, T]]:
    """Parts and what is made of each, those that meet made anew as one."""
    waiting, kept = list(rows), list[tuple[Rows, T]]()
    while waiting:
        mine = waiting.pop()
        fresh = make(mine)
        near = [place for place, (_, one) in enumerate(kept) if meet(one, fresh)]
        if near:
            waiting.append(np.sort(np.concatenate([mine, *(kept[place][0] for place in near)])))
            kept = [one for place, one in enumerate(kept) if place not in near]
        else:
            kept.append((mine, fresh))
    return kept


def _may_meet(one: _Part, other: _Part) -> bool:
    """Whether any two clusters of two parts are within the lesser of their reaches.

    Those that are further apart on a line through both parts need no more proof.
    """
    axis = _direction(one.means[: one.tree.count], other.means[: other.tree.count])
    along = one.means @ axis
    order = np.argsort(-along)
    bound = other.means @ axis - other.reach - MARGIN
    rivals = np.searchsorted(-along[order], -bound, side="right")  # so many first of `order`
    doubtful = np.argsort(-rivals, kind="stable")[: np.count_nonzero(rivals)]
    for first in range(0, len(doubtful), BLOCK):
        block = doubtful[first : first + BLOCK]
        if _within_reach(one, order[: rivals[block[0]]], other, block):
            return True
    return False


def _within_reach(one: _Part, mine: Rows, other: _Part, theirs: Rows) -> bool:
    """Whether any of some nodes of a part is within the lesser reach of any of another's."""
    left, right = one.means[mine], other.means[theirs]
    squares = np.einsum("ij,ij->i", left, left)[:, None] + np.einsum("ij,ij->i", right, right)
    squares -= 2 * (left @ right.T)
    reach = np.minimum(one.reach[mine][:, None], other.reach[theirs]) + MARGIN
    return bool((squares <= np.square(reach)).any())


def _joined(count: int, parts: list[tuple[Rows, Tree]]) -> Tree:
    """One tree of the trees of parts, the merges in the order that the whole makes them."""
    reach = np.concatenate([np.maximum.accumulate(tree.heights) for _, tree in parts])
    order = np.argsort(reach, kind="stable")
    place = np.empty(len(order), np.intp)
    place[order] = count + np.arange(len(order))
    pairs, begun = [], 0
    for rows, tree in parts:
        nodes = np.concatenate([rows, place[begun : begun + len(tree.pairs)]])
        pairs.append(nodes[tree.pairs])
        begun += len(tree.pairs)
    heights = np.concatenate([tree.heights for _, tree in parts])
    return Tree(count, np.concatenate(pairs)[order], heights[order])
