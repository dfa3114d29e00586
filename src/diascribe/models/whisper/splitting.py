"""A window's words parted into segments where the recognizer says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from diascribe.models.whisper.network import FRAME_S
from diascribe.models.whisper.vocabulary import Spelling
from diascribe.models.whisper.words import Written
from diascribe.span import Span


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a window's text between two times that the recognizer wrote."""

    span: Span
    """In seconds from the window's start; its edges where a time is missing."""
    tokens: int
    """Tokens of text up to its end, from the window's beginning."""


def stretches(tokens: Sequence[int], spelling: Spelling, duration: float) -> list[Stretch]:
    """The stretches of a text: in order, disjoint, none without a duration.

    A time that is not after the one before it is passed over. A text without times is one
    stretch over the whole window.
    """
    found: list[Stretch] = []
    start, text = 0.0, 0
    for token in tokens:
        before = found[-1].tokens if found else 0
        if token < spelling.eot:
            text += 1
        elif token >= spelling.timestamp_begin:
            second = min(duration, FRAME_S * (token - spelling.timestamp_begin))
            if text > before and second - start >= FRAME_S / 2:
                found.append(Stretch(Span(start, second), text))
            if text == before or second > start:
                start = max(start, second)
    return _completed(found, start, text, duration)


def _completed(found: list[Stretch], start: float, text: int, duration: float) -> list[Stretch]:
    """The stretches with what was written after the last time."""
    if text == (found[-1].tokens if found else 0):
        return found
    if duration - start >= FRAME_S / 2:
        return [*found, Stretch(Span(start, duration), text)]
    if found:
        return [*found[:-1], replace(found[-1], tokens=text)]
    return [Stretch(Span(0.0, duration), text)]


def by_stretches(
    words: Sequence[Written], parts: Sequence[Stretch]
) -> Iterator[tuple[Span, list[Written]]]:
    """The words of each stretch that has some: those whose first token is in it."""
    rest = list(words)
    for part in parts:
        mine = [one for one in rest if one.place < part.tokens]
        rest = rest[len(mine) :]
        if mine:
            yield part.span, mine
