"""Words of which some have no times of their own: where they are, so that all follow."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from diascribe.span import Span
from diascribe.timeline import spread
from diascribe.transcript import Segment, Timing, Word


def words_of(segment: Segment, *, spaced: bool) -> tuple[Word, ...]:
    """The segment's words; out of its text, spread evenly, where it has none.

    Where the language is not `spaced` out into words, each character is one, marks with it.
    """
    if segment.words:
        return segment.words
    texts = segment.text.split()
    if not spaced:
        texts = [char for text in texts for char in _characters(text)]
    spans = spread(texts, Span(segment.start, segment.end))
    return tuple(
        Word(span.start, span.end, text=text, timing="interpolated")
        for text, span in zip(texts, spans, strict=True)
    )


def _characters(text: str) -> list[str]:
    """The text's characters, each with the marks and punctuation after it."""
    found: list[str] = []
    for char in text:
        if found and unicodedata.category(char)[0] in "MPS":
            found[-1] += char
        else:
            found.append(char)
    return found


def settle(segment: Span, words: Sequence[Word]) -> tuple[Word, ...]:
    """The words in order and inside the segment.

    Aligned ones, which must be so, stay. Others keep a recognizer's times where those lie
    between the words around them; else they are spread over what time is left between.
    """
    kept = _kept(segment, words)
    settled: list[Word] = []
    for staying, run in groupby(range(len(words)), key=lambda place: kept[place]):
        places = list(run)
        if staying:
            settled += (words[place] for place in places)
        else:
            after = places[-1] + 1
            start = settled[-1].end if settled else segment.start
            end = words[after].start if after < len(words) else segment.end
            settled += _between([words[place] for place in places], Span(start, max(start, end)))
    return tuple(settled)


def _kept(segment: Span, words: Sequence[Word]) -> list[bool]:
    """Which words stay where they are."""
    kept: list[bool] = []
    last = segment.start
    for word, limit in zip(words, _limits(segment, words), strict=True):
        fits = word.timing == "recognizer" and last <= word.start and word.end <= limit
        kept.append(word.timing == "aligned" or fits)
        last = word.end if kept[-1] else last
    return kept


def _limits(segment: Span, words: Sequence[Word]) -> list[float]:
    """For each word where the next aligned one begins."""
    limits, limit = [], segment.end
    for word in reversed(words):
        limits.append(limit)
        limit = word.start if word.timing == "aligned" else limit
    return limits[::-1]


def _between(words: Sequence[Word], hole: Span) -> Iterator[Word]:
    spans = spread([word.text for word in words], hole)
    for word, span in zip(words, spans, strict=True):
        yield replace(word, start=span.start, end=span.end, timing="interpolated", score=None)


def shared(
    texts: Sequence[str], spans: Sequence[Span], within: Span, *, least_s: float
) -> Iterator[tuple[Span, Timing]]:
    """The span of each word, as a recognizer found it, and whether that is its own.

    Words whose spans, which follow one another inside of `within`, are shorter than `least_s`
    share that of the word after them, or of the one before, by their letters.
    """
    for first, last in _runs(spans, least_s):
        share = Span(spans[first].start, spans[last - 1].end)
        lasts = share.duration >= least_s
        timing: Timing = "recognizer" if last - first == 1 and lasts else "interpolated"
        for span in spread(texts[first:last], share if lasts else within):
            yield span, timing


def _runs(spans: Sequence[Span], least_s: float) -> list[tuple[int, int]]:
    """Runs `[first, last)` of spans that are long enough only together."""
    runs: list[tuple[int, int]] = []
    first = 0
    for last in range(1, len(spans) + 1):
        if spans[last - 1].duration >= least_s:
            runs.append((first, last))
            first = last
    if first < len(spans):
        before = runs.pop()[0] if runs else first
        runs.append((before, len(spans)))
    return runs
