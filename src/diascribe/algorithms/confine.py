"""Words without the silence that they begin or end in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from diascribe.span import Span
from diascribe.timeline import Index
from diascribe.transcript import Segment, Word


def confine(segments: Iterable[Segment], speech: Iterable[Span]) -> list[Segment]:
    """The segments, their words cut off where they reach out of the speech, which is disjoint.

    A word that meets no speech stays as it is, and so do aligned ones, whose times are the best.
    No word becomes empty, and words in order stay so. A segment that ended with its words ends
    with them still.
    """
    index = Index(speech)
    return [_confined(one, index) for one in segments]


def _confined(segment: Segment, speech: Index[Span]) -> Segment:
    if not segment.words:
        return segment
    words: list[Word] = []
    for word in segment.words:
        words.append(_after(words[-1], _within(word, speech)) if words else _within(word, speech))
    start, end = segment.start, segment.end
    if start == min(word.start for word in segment.words):
        start = min(word.start for word in words)
    if end == max(word.end for word in segment.words):
        end = max(word.end for word in words)
    return replace(segment, start=start, end=end, words=tuple(words))


def _within(word: Word, speech: Index[Span]) -> Word:
    met = speech.overlapping(word) if word.timing != "aligned" else []
    if not met:
        return word
    return replace(word, start=max(word.start, met[0].start), end=min(word.end, met[-1].end))


def _after(before: Word, word: Word) -> Word:
    """The word, not before the one before: some without length share another's time."""
    if word.start >= before.start:
        return word
    return replace(word, start=before.start, end=max(before.start, word.end))
