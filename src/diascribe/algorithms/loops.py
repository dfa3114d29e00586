"""Words that come again and again, as recognizers write them when they lose the thread."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from diascribe.algorithms.hysteresis import runs

LONGEST_TOKENS = 40
"""Longest phrase looked for: two long sentences. Chosen by hand, as the next four are: no
recordings tell how often people say the same in a row."""

LEAST_TIMES = 4
"""People say a phrase up to three times in a row: refrains, orders, comfort."""

LEAST_TIMES_LONG = 3
"""For a phrase of `LONG_TOKENS`: nobody says a whole sentence three times, word for word."""

LONG_TOKENS = 8

LEAST_TOKENS = 10
"""A word or two are said more often than a phrase: `no no no no no no`, laughter, counting in."""

FASTEST_LETTERS = 35.0
"""Letters a second: seven words of five letters. Auctioneers and rappers stay below."""

LETTERS_A_SIGN = 3
"""What one Chinese, Japanese or Korean sign counts for: about twelve of them can be said a
second."""


@dataclass(frozen=True, slots=True)
class Loop:
    """Tokens from `first` to before `last` that repeat their first `size` over and over."""

    first: int
    last: int
    size: int


def plain(text: str) -> str:
    """Letters and digits only, in lower case: what counts when texts are compared.

    >>> plain("Don't -- STOP!")
    'dontstop'
    """
    composed = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in composed if one.isalnum())


def find_loops(tokens: Sequence[str]) -> list[Loop]:
    """Where tokens repeat more often than people do, sorted and disjoint.

    >>> find_loops("oh no we go on we go on we go on we go on and off".split())
    [Loop(first=2, last=14, size=3)]
    """
    numbers: dict[str, int] = {}
    left = np.array([numbers.setdefault(one, len(numbers)) for one in tokens], np.int64)
    found: list[Loop] = []
    for size in range(1, min(LONGEST_TOKENS, len(tokens) // 2) + 1):
        same = (left[size:] == left[:-size]) & (left[size:] >= 0)
        loops = (Loop(first, last + size, size) for first, last in runs(same).tolist())
        for loop in filter(_is_enough, loops):
            left[loop.first : loop.last] = -1  # a loop of three is one of six, too
            found.append(loop)
    return sorted(found, key=lambda one: one.first)


def _is_enough(loop: Loop) -> bool:
    length = loop.last - loop.first
    times = LEAST_TIMES_LONG if loop.size >= LONG_TOKENS else LEAST_TIMES
    return length >= max(LEAST_TOKENS, times * loop.size)


def least_seconds(text: str) -> float:
    """The time that it takes at least to say a text."""
    return sum(map(_letters, plain(text))) / FASTEST_LETTERS


def _letters(sign: str) -> int:
    return LETTERS_A_SIGN if unicodedata.east_asian_width(sign) in "WF" else 1
