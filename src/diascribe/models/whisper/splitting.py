"""A window's words parted into segments: where it says so, or at sentences and pauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from diascribe.models.whisper.network import FRAME_S
from diascribe.models.whisper.vocabulary import Spelling
from diascribe.models.whisper.words import Written

PAUSE_S = 1.0
"""A pause this long parts segments within a sentence, too."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a window's text between two times that the recognizer wrote."""

    start: float
    end: float
    """Seconds from the window's start; the window's edges where a time is missing."""
    tokens: int
    """Tokens of text up to its end, from the window's beginning."""


def stretches(tokens: Sequence[int], spelling: Spelling, duration: float) -> list[Stretch]:
    """The stretches of a text, in order; one over the whole window where no times were written."""
    found: list[Stretch] = []
    start, before, text = 0.0, 0, 0
    for token in tokens:
        if token < spelling.eot:
            text += 1
        elif token >= spelling.timestamp_begin:
            second = min(duration, FRAME_S * (token - spelling.timestamp_begin))
            if text > before:
                found.append(Stretch(start, second, text))
                before = text
            start = second
    if text > before:
        found.append(Stretch(start, duration, text))
    return found


def by_stretches(words: Sequence[Written], parts: Sequence[Stretch]) -> Iterator[list[Written]]:
    """The words of each stretch that has some, kept between its times.

    A word belongs to the stretch that has its first token.
    """
    rest = list(words)
    for part in parts:
        mine = [one for one in rest if one.place < part.tokens]
        rest = rest[len(mine) :]
        if mine:
            yield [_within(one, part) for one in mine]


def _within(word: Written, part: Stretch) -> Written:
    start, end = (min(max(one, part.start), part.end) for one in (word.start, word.end))
    return replace(word, start=start, end=end)


def by_sentences(words: Sequence[Written]) -> Iterator[list[Written]]:
    """The words of each sentence, sentences parted at long pauses."""
    sentence: list[Written] = []
    for one in words:
        before = sentence[-1] if sentence else None
        if before and (before.ends_sentence or one.start - before.end >= PAUSE_S):
            yield sentence
            sentence = []
        sentence.append(one)
    if sentence:
        yield sentence
