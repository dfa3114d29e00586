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
