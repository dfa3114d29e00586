"""By how much two ways of hearing the same windows disagree about who speaks."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from numpy.typing import NDArray


def disagreement(found: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> float:
    """Diarization error of what is found, as a share of the speech wanted.

    Both are (window, frame, local speaker). Local speakers have no order: each window counts
    with the one that fits best. Where no speech is wanted, any is an error of 1.

    >>> wanted = np.array([[[True, False], [False, True]]])
    >>> disagreement(wanted[:, :, ::-1], wanted), disagreement(wanted[:, :1], wanted[:, :1])
    (0.0, 0.0)
    >>> disagreement(np.array([[[True, False], [False, False]]]), wanted)
    0.5
    """
    orders = list(permutations(range(wanted.shape[2])))
    shared = np.stack(
        [(found[:, :, order] & wanted).sum(axis=(1, 2)) for order in map(list, orders)]
    )
    most = np.maximum(found.sum(axis=2), wanted.sum(axis=2)).sum(axis=1)
    wrong, speech = int((most - shared.max(axis=0)).sum()), int(wanted.sum())
    return wrong / speech if speech else float(wrong > 0)
