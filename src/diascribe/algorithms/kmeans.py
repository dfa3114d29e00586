"""K-means: as many clusters as were asked for, the same ones every time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

SEED = 42
"""The same points give the same clusters; this is where their lots come from."""

STARTS = 3
"""Of so many beginnings the one with the tightest clusters counts."""

ROUNDS = 300
"""At most so many; it ends when no point changes its cluster."""


def kmeans(points: NDArray[np.floating[Any]], count: int, sizes: Doubles) -> NDArray[np.intp]:
    """Labels (point,) of `count` clusters, from 0; fewer where fewer points differ.

    `sizes` (point,) says for how many equal ones each stands. k-means++ (Arthur and
    Vassilvitskii 2007), then Lloyd's rounds.
    """
    random = np.random.default_rng(SEED)
    exact = points.astype(np.float64)
    runs = [_settled(exact, sizes, _spread(exact, count, sizes, random)) for _ in range(STARTS)]
    labels, _ = min(runs, key=lambda run: run[1])
    return np.unique(labels, return_inverse=True)[1].astype(np.intp)


def _spread(points: Doubles, count: int, sizes: Doubles, random: np.random.Generator) -> Doubles:
    """Points (cluster, dimension) to begin with, drawn by their distance to those drawn before."""
    chosen = [int(random.choice(len(points), p=sizes / sizes.sum()))]
    least = _squares(points, points[chosen])[:, 0]
    while len(chosen) < count and least.max() > 0:
        chosen.append(int(random.choice(len(points), p=least * sizes / (least @ sizes))))
        least = np.minimum(least, _squares(points, points[chosen[-1:]])[:, 0])
    return points[chosen]


def _settled(points: Doubles, sizes: Doubles, centres: Doubles) -> tuple[NDArray[np.intp], float]:
    """Labels (point,) that no round changes, and the sum of squared distances."""
    labels = np.full(len(points), -1)
    for _ in range(ROUNDS):
        squares = _squares(points, centres)
        fresh = squares.argmin(axis=1)
        if np.array_equal(fresh, labels):
            break
        labels = fresh
        centres = _means(points, sizes, labels, centres)
    least = _squares(points, centres)[np.arange(len(points)), labels]
    return labels, float(least @ sizes)


def _squares(points: Doubles, centres: Doubles) -> Doubles:
    """Squared distances (point, centre), nothing below 0."""
    lengths = np.square(points).sum(axis=1)[:, None] + np.square(centres).sum(axis=1)
    return np.asarray(np.maximum(0, lengths - 2 * points @ centres.T))


def _means(points: Doubles, sizes: Doubles, labels: NDArray[np.intp], before: Doubles) -> Doubles:
    """The mean (cluster, dimension) of each cluster; an empty one stays where it was."""
    members = np.zeros((len(before), len(points)))
    members[labels, np.arange(len(points))] = sizes
    total = members.sum(axis=1, keepdims=True)
    return np.where(total > 0, members @ points / np.maximum(1, total), before)
