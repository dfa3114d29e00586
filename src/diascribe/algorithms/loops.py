"""Words that come again and again, as recognizers write them when they lose the thread."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.hysteresis import runs

LONGEST_TOKENS = 40
"""Longest phrase looked for: two long sentences. Chosen by hand, as the next four are: no
recordings tell how often people say the same in a row."""

LEAST_TIMES = 4
"""People say a phrase up to three times in a row: refrains, orders, comfort."""

LEAST_TIMES_LONG = 3
"""For a phrase of `LONG_WORDS`: nobody says a whole sentence three times, word for word."""

LONG_WORDS = 8

LEAST_WORDS = 10
"""A word or two are said more often than a phrase: `no no no no no no`, laughter, counting in."""

ROUNDED = 1e-6
"""Sums of parts of words are off by less."""

FASTEST_LETTERS = 35.0
"""Letters a second: seven words of five letters. Auctioneers and rappers stay below."""

LETTERS_A_SIGN = 3
"""What one Chinese, Japanese or Korean sign counts for: about twelve of them can be said a
second."""

LETTERS_A_WORD = 5
"""Of which a token that is a single sign is a part: where no blanks part words, each sign is a
token, and ten of them are laughter."""


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
    words = np.cumsum([0.0, *map(_words, tokens)])
    left = np.array([numbers.setdefault(one, len(numbers)) for one in tokens], np.int64)
    found: list[Loop] = []
    for size in range(1, min(LONGEST_TOKENS, len(tokens) // 2) + 1):
        same = (left[size:] == left[:-size]) & (left[size:] >= 0)
        loops = (Loop(first, last + size, size) for first, last in runs(same).tolist())
        for loop in loops:
            if _is_enough(loop, words):
                left[loop.first : loop.last] = -1  # a loop of three is one of six, too
                found.append(loop)
    return sorted(found, key=lambda one: one.first)


def _is_enough(loop: Loop, words: NDArray[np.float64]) -> bool:
    """Whether a row is a loop; `words` (token + 1,) are those before each token."""
    in_all = words[loop.last] - words[loop.first]
    in_phrase = words[loop.first + loop.size] - words[loop.first]
    times = LEAST_TIMES_LONG if in_phrase >= LONG_WORDS - ROUNDED else LEAST_TIMES
    repeats = loop.last - loop.first >= times * loop.size
    return bool(repeats and in_all >= LEAST_WORDS - ROUNDED)


def _words(token: str) -> float:
    """How many words a token is: a part of one where it is a single sign without a case."""
    sign = len(token) == 1 and unicodedata.category(token) == "Lo"
    return _letters(token) / LETTERS_A_WORD if sign else 1.0


def least_seconds(text: str) -> float:
    """The time that it takes at least to say a text."""
    return sum(map(_letters, plain(text))) / FASTEST_LETTERS


def _letters(sign: str) -> int:
    return LETTERS_A_SIGN if unicodedata.east_asian_width(sign) in "WF" else 1
