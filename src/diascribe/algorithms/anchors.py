"""Places where two versions of a text surely agree: runs of words that each has once."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence

RUN = 3
"""Words of a run: two that agree by chance come once in a long text as well."""


def find_anchors(
    one: Sequence[Hashable], other: Sequence[Hashable], *, run: int = RUN
) -> list[tuple[int, int]]:
    """Places (in `one`, in `other`) at which runs begin that agree, rising in both.

    Of runs that cross each other the largest number that do not is kept.

    >>> find_anchors("a b c d e f".split(), "x b c d y f".split())
    [(1, 1)]
    """
    ours, theirs = _singles(one, run), _singles(other, run)
    common = sorted((ours[key], theirs[key]) for key in ours.keys() & theirs.keys())
    rising = _longest_rising([place for _, place in common])
    return [common[index] for index in rising]


def _singles(words: Sequence[Hashable], run: int) -> dict[tuple[Hashable, ...], int]:
    """Where each run of words begins that comes but once."""
    runs = [tuple(words[place : place + run]) for place in range(len(words) - run + 1)]
    counts = Counter(runs)
    return {words: place for place, words in enumerate(runs) if counts[words] == 1}


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    """The indices of the longest rising subsequence (Fredman 1975)."""
    ends: list[int] = []  # the least number that ends a subsequence of each length
    indices: list[int] = []
    before: list[int | None] = []
    for index, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(indices[length - 1] if length else None)
        ends[length : length + 1] = [number]
        indices[length : length + 1] = [index]
    rising: list[int] = []
    place = indices[-1] if indices else None
    while place is not None:
        rising.append(place)
        place = before[place]
    return rising[::-1]
