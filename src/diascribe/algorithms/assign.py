"""Which speaker each window's local speakers are."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

NOBODY = -1
"""Label of a local speaker who is nobody: inactive, or one too many for its window."""

UNSERVED = -1e6
"""Score of leaving an active local speaker without a speaker: worse than any similarity."""

BLOCK = 1024
"""Windows compared at once, to bound memory."""


def assign_speakers(similarity: NDArray[np.float32], active: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Best speaker (window, local); two local speakers of one window never share one.

    `similarity` is (window, local, speaker), NaN where a local speaker has no vector: such
    rows take what the others leave. `active` is (window, local). Each window's sum of
    similarities is the largest possible, as by the Hungarian method: an optimum needs only
    each row's few best speakers, so all choices among those are simply compared.
    """
    labels = np.full(similarity.shape[:2], NOBODY)
    if similarity.shape[2] == 0:
        return labels
    floor = np.nanmin(similarity, initial=0.0) - 1
    scores = np.where(np.isnan(similarity), floor, similarity)
    for first in range(0, len(scores), BLOCK):
        block = slice(first, first + BLOCK)
        labels[block] = _assign_block(scores[block], active[block])
    return labels


def _assign_block(scores: NDArray[np.float32], active: NDArray[np.bool_]) -> NDArray[np.intp]:
    local = scores.shape[1]
    ranked = np.argsort(-scores, axis=2, kind="stable")[:, :, :local]  # (window, local, rank)
    ranked_scores = np.take_along_axis(scores, ranked, axis=2)
    ranked_scores = np.where(active[:, :, None], ranked_scores, 2 * UNSERVED)
    nobody = np.where(active, UNSERVED, 0.0)[:, :, None]
    candidates = np.concatenate([ranked, np.full((*active.shape, 1), NOBODY)], axis=2)
    values = np.concatenate([ranked_scores, nobody], axis=2)

    choices = np.array(list(product(range(candidates.shape[2]), repeat=local)))
    rows = np.arange(local)
    picked = candidates[:, rows, choices]  # (window, choice, local)
    total = values[:, rows, choices].sum(axis=2)
    for one, other in combinations(range(local), 2):
        clash = (picked[:, :, one] == picked[:, :, other]) & (picked[:, :, one] != NOBODY)
        total[clash] = -np.inf
    best: NDArray[np.intp] = picked[np.arange(len(picked)), total.argmax(axis=1)]
    return best


def assign_one_to_one(gain: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Pairs of row and column whose `gain` (row, column) is largest in sum, by row.

    Nothing is in two pairs, and pairs without gain are left out. The Hungarian method by
    shortest augmenting paths (Crouse 2016, doi:10.1109/TAES.2016.140952), each step of a
    path over all columns at once: fast for few rows, however many columns.
    """
    if not gain.size:
        return []
    if gain.shape[0] > gain.shape[1]:
        return sorted((row, column) for column, row in assign_one_to_one(gain.T))
    cost = -np.maximum(gain, 0.0)
    rows, columns = cost.shape
    of_row, of_column = np.zeros(rows), np.zeros(columns)  # the dual prices
    owner = np.full(columns, NOBODY)
    for row in range(rows):
        _augment(cost, row, owner, (of_row, of_column))
    pairs = ((int(row), column) for column, row in enumerate(owner) if row != NOBODY)
    return sorted((row, column) for row, column in pairs if gain[row, column] > 0)


def _augment(
    cost: NDArray[np.float64],
    row: int,
    owner: NDArray[np.intp],
    prices: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> None:
    """Give one more row a column, others moving along the cheapest path; in place."""
    of_row, of_column = prices
    columns = cost.shape[1]
    shortest, before = np.full(columns, np.inf), np.full(columns, NOBODY)
    done = np.zeros(columns, bool)
    visited, way, at = [row], 0.0, row
    while True:
        reduced = way + cost[at] - of_row[at] - of_column
        better = ~done & (reduced < shortest)
        shortest[better], before[better] = reduced[better], at
        column = int(np.argmin(np.where(done, np.inf, shortest)))
        way, done[column] = shortest[column], True
        if owner[column] == NOBODY:
            break
        at = int(owner[column])
        visited.append(at)
    held = {int(owner[one]): one for one in np.flatnonzero(done) if owner[one] != NOBODY}
    for one in visited:
        of_row[one] += way - (shortest[held[one]] if one in held else 0.0)
    of_column[done] -= way - shortest[done]
    while True:
        taker = int(before[column])
        given = np.flatnonzero(owner == taker)
        owner[column] = taker
        if taker == row:
            return
        column = int(given[0])
