"""Speech without words, and words without speech."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diascribe.span import Span
from diascribe.timeline import Index, merge, without

MARGIN_S = 0.3
"""How far a word's own times and a detector's edges may be off, together. Chosen by hand, not
measured."""

LONGEST_WORD_S = 2.0
"""What a recognizer writes as one longer word is a word and something that it left out. Chosen by
hand, not measured."""

LEAST_MISSED_S = 1.0
"""Speech that is shorter is a breath, a laugh, `mhm`: texts leave those out on purpose. Chosen by
hand, not measured."""


def missed(speech: Iterable[Span], words: Iterable[Span]) -> list[Span]:
    """Sorted stretches of speech over which no word lies.

    >>> missed([Span(0, 9)], [Span(0, 1), Span(1.2, 2), Span(6, 9)])
    [Span(start=2.3, end=5.7)]
    """
    covered = merge(widened(believed(one)) for one in words)
    return [one for one in without(merge(speech), covered) if one.duration >= LEAST_MISSED_S]


def believed(word: Span) -> Span:
    """As much of a word as can be one: decoders stretch words over what they leave out."""
    return Span(word.start, min(word.end, word.start + LONGEST_WORD_S))


def widened(span: Span) -> Span:
    """The span, and what lies so close that times may be off by it."""
    return Span(max(0.0, span.start - MARGIN_S), span.end + MARGIN_S)


def share_in_speech(words: Sequence[Span], speech: Index[Span]) -> float:
    """Share of words, by their seconds, that begin, end or lie near speech; 1 without words."""
    near = sum(word.duration for word in words if speech.overlapping(widened(word)))
    whole = sum(word.duration for word in words)
    return near / whole if whole else 1.0
