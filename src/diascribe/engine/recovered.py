"""What was heard again between words, without the words that are there already."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby

from diascribe.algorithms.coverage import believed, widened
from diascribe.algorithms.loops import plain
from diascribe.engine.judging import part_of
from diascribe.span import Span
from diascribe.timeline import Index
from diascribe.transcript import Segment, Word

REPEATED_S = 1.0
"""A text that goes on with its neighbour's words so close to them repeats them: it was heard
with some sound around it. Chosen by hand: no recordings tell how far times are off there."""


def beyond(found: Segment, known: Index[Word]) -> list[Segment]:
    """The parts of a text that say more than the known words, which lie between them.

    Gone are words over the time of a known one, the same words next to it, and those with
    which the text begins or ends as its neighbours end or begin.
    """
    if not found.words:
        return [found]
    reach = Span(max(0.0, found.start - REPEATED_S), found.end + REPEATED_S)
    near = known.overlapping(reach)
    words = [word for word in _inner(found.words, near) if not _is_known(word, near)]
    starts = [word.start for word in near]
    runs = groupby(words, key=lambda word: bisect_left(starts, word.middle))
    return [part_of(found, list(run)) for _, run in runs]


def _inner(words: Sequence[Word], near: Sequence[Word]) -> Sequence[Word]:
    """The words without those that repeat their neighbours' at the edges."""
    before = [word for word in near if word.start < words[0].start]
    rest = words[_repeated(before, words) :]
    after = [word for word in near if rest and word.start >= rest[-1].start]
    return rest[: len(rest) - _repeated(rest, after)]


def _repeated(left: Sequence[Word], right: Sequence[Word]) -> int:
    """How many words the left ends with that the right begins with, each close to its like."""
    counts = range(min(len(left), len(right)), 0, -1)
    return next((n for n in counts if all(map(_is_same, left[-n:], right[:n]))), 0)


def _is_same(one: Word, other: Word) -> bool:
    close = believed(one).gap(other) <= REPEATED_S
    return close and plain(one.text) == plain(other.text)


def _is_known(word: Word, near: Sequence[Word]) -> bool:
    """Whether there is a known word where this one is, or the very same next to it."""
    for one in map(believed, near):
        if one.start <= word.middle < one.end:
            return True
    beside = (one for one in near if widened(believed(one)).shared(word) > 0)
    return any(plain(one.text) == plain(word.text) for one in beside)
