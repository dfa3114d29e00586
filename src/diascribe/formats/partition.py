"""The cheapest way to cut a row of things into pieces."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

PiecesEndingAt = Callable[[int], Iterable[float]]
"""Costs of the pieces that end before index `end`: of one thing, of two, … while allowed."""


def partition(count: int, pieces_ending_at: PiecesEndingAt) -> list[slice]:
    """Slices that cover `range(count)` in order at the lowest total cost.

    A piece of one thing must always be allowed. Work grows with `count` times the length
    of the longest piece allowed: the dynamic programme of Knuth and Plass (1981).

    >>> partition(4, lambda end: [1.0, 1.5][:end])
    [slice(0, 2, None), slice(2, 4, None)]
    """
    cheapest = [0.0] + [math.inf] * count
    starts = [0] * (count + 1)
    for end in range(1, count + 1):
        for length, cost in enumerate(pieces_ending_at(end), start=1):
            whole = cheapest[end - length] + cost
            if whole < cheapest[end]:
                cheapest[end], starts[end] = whole, end - length
    return _walk_back(starts)


def _walk_back(starts: list[int]) -> list[slice]:
    pieces: list[slice] = []
    end = len(starts) - 1
    while end:
        pieces.append(slice(starts[end], end))
        end = starts[end]
    return pieces[::-1]
