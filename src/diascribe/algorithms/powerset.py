"""Powerset classes to speakers: one class per allowed set of simultaneous speakers.

Plaquet and Bredin 2023, "Powerset multi-class cross entropy loss for neural speaker
diarization" (arXiv:2310.13025).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray


def powerset_mapping(speakers: int, *, at_once: int) -> NDArray[np.float32]:
    """Speakers of each class (class, speaker): nobody, each alone, each pair and so on.

    >>> powerset_mapping(2, at_once=2).tolist()
    [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    """
    sets = [chosen for size in range(at_once + 1) for chosen in combinations(range(speakers), size)]
    mapping = np.zeros((len(sets), speakers), np.float32)
    for row, chosen in enumerate(sets):
        mapping[row, list(chosen)] = 1
    return mapping


def powerset_to_activity(
    scores: NDArray[np.floating], mapping: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Hard activity (…, frame, speaker) of the best class of scores (…, frame, class)."""
    activity: NDArray[np.float32] = mapping[np.argmax(scores, axis=-1)]
    return activity
