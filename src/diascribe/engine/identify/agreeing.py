"""Whether samples under one name are of one voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from diascribe.engine.identify.people import Voiceprint, likeness

DOUBT = 0.1
"""So much below the threshold of verification samples under one name are said to differ: that
they are of one person is what somebody who knows says."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Which samples are of the voice that most are of, by their places."""

    kept: tuple[int, ...]
    """None where no voice has more samples than all others together."""
    odd: tuple[int, ...]
    """The outliers."""
    likeness: tuple[float, ...]
    """Of every sample to the others' mean; 1 for one alone."""


def agreement(prints: Sequence[Voiceprint], *, threshold: float) -> Agreement:
    """Leave out the sample least like the others until all are like the others.

    `threshold` is that of verification.
    """
    least = threshold - DOUBT
    vectors = np.stack([one.vector for one in prints])
    similar = likeness(vectors)
    kept = list(range(len(prints)))
    while len(kept) > 1:
        among = likeness(vectors[kept])
        worst = int(among.argmin())
        if among[worst] >= least:
            break
        del kept[worst]
    if 2 * len(kept) <= len(prints) and len(prints) > 1:
        kept = []
    odd = tuple(place for place in range(len(prints)) if place not in kept)
    return Agreement(tuple(kept), odd, tuple(float(one) for one in similar))
