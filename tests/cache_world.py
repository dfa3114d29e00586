"""A world whose tokens are numbered, and a network whose opinion of each is a formula.

So what a speaker cache holds can be written down as numbers, by us and by the originals.
"""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

LENGTHS = MappingProxyType(
    {
        "SORTFORMER_OFFLINE": 1500,
        "SORTFORMER_10_S": 1500,
        "SORTFORMER_1_S": 700,
        "SORTFORMER_THIRD_S": 700,
        "NEMOTRON_OFFLINE": 1500,
        "NEMOTRON_1_S": 900,
        "NEMOTRON_TWO_THIRDS_S": 900,
        "NEMOTRON_THIRD_S": 900,
    }
)
"""Tokens that are heard with each published schedule."""

PRIME = 999_983


def tokens(count: int) -> NDArray[np.float32]:
    """Tokens (token, 2): their numbers from 1 on, and whether anybody speaks in them."""
    numbers = np.arange(1, count + 1)
    return np.stack([numbers, numbers * 31 % 10 > 2], axis=1).astype(np.float32)


def opinion(heard: NDArray[np.float32], speakers: int) -> NDArray[np.float32]:
    """Probability (token, speaker) of tokens, by their numbers; silence has no number."""
    numbers = heard[:, :1].astype(np.int64)
    chances = (numbers * 7919 + np.arange(speakers) * 104_729) * 611_953 % PRIME / PRIME
    activity = 0.3 * chances
    rows = np.arange(len(heard))
    first, second = numbers[:, 0] * 7 // 3 % speakers, numbers[:, 0] * 5 // 2 % speakers
    often = numbers[:, 0] % 4 == 0
    activity[rows[often], second[often]] += 0.6
    activity[rows, first] = 0.4 + 0.59 * chances[rows, first]
    spoken = heard[:, 1:] > 0.5
    return np.where(spoken, activity, 0.01).astype(np.float32)
