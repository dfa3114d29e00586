"""Segments with their words as they are spoken, and back as they were written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from diascribe.algorithms.settle import words_of
from diascribe.engine.spoken.reading import read_out
from diascribe.formats.tokens import is_spaced
from diascribe.timeline import spread
from diascribe.transcript import Segment, Word


@dataclass(frozen=True, slots=True)
class Spoken:
    """A segment whose words are those that are spoken."""

    written: Segment
    """The segment, its words as written."""
    counts: tuple[int, ...]
    """How many words each of the written ones is spoken as."""
    segment: Segment

    def write(self, aligned: Segment) -> Segment:
        """The spoken segment, aligned, with its words as written: each as its spoken ones lie."""
        spoken = iter(aligned.words)
        words = tuple(
            _joined(word, list(islice(spoken, count)))
            for word, count in zip(self.written.words, self.counts, strict=True)
        )
        return replace(aligned, words=words)


def speak(segment: Segment) -> Spoken:
    """The segment, numbers and symbols in its words spoken out in its language."""
    words = words_of(segment, spaced=is_spaced(segment.language))
    read = [read_out(word.text, segment.language) for word in words]
    spoken = tuple(
        part for word, texts in zip(words, read, strict=True) for part in _parts(word, texts)
    )
    return Spoken(
        replace(segment, words=words), tuple(map(len, read)), replace(segment, words=spoken)
    )


def _parts(word: Word, texts: Sequence[str]) -> Iterator[Word]:
    """The word's time shared by what it is spoken as."""
    if len(texts) == 1:
        yield replace(word, text=texts[0])
        return
    for text, span in zip(texts, spread(texts, word), strict=True):
        yield replace(word, start=span.start, end=span.end, text=text)


def _joined(word: Word, parts: Sequence[Word]) -> Word:
    """A written word from the first to the last of the spoken ones that were found."""
    found = [part for part in parts if part.timing == "aligned"] or parts
    return replace(
        word,
        start=found[0].start,
        end=found[-1].end,
        timing=found[0].timing,
        score=_score(found),
    )


def _score(parts: Sequence[Word]) -> float | None:
    """The scores' mean, weighted by duration; null where there are none."""
    known = [(part.score, part.duration) for part in parts if part.score is not None]
    seconds = sum(duration for _, duration in known)
    if not seconds:
        return known[0][0] if known else None
    return min(1.0, sum(score * duration for score, duration in known) / seconds)
