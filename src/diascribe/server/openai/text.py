"""The text of a transcript in pieces that make the whole when put together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from diascribe.formats.tokens import is_spaced, tidy
from diascribe.transcript import Segment, Transcript


@dataclass(frozen=True, slots=True)
class Piece:
    """A segment that says something, and its text."""

    segment: Segment
    text: str
    """With the blank that parts it from the piece before, where its language has one."""

    @property
    def bare(self) -> str:
        """Its text alone."""
        return self.text.lstrip()

    @property
    def spaced(self) -> str:
        """Its text as if there were a piece before."""
        return f"{_lead(self.segment)}{self.bare}"


def pieces(transcript: Transcript) -> tuple[Piece, ...]:
    """The segments that say something; their texts put together are the whole."""
    said = ((one, tidy(one.text)) for one in transcript.segments)
    spoken = [Piece(one, text) for one, text in said if text]
    return (*spoken[:1], *(Piece(one.segment, one.spaced) for one in spoken[1:]))


def whole(parts: Sequence[Piece]) -> str:
    """The text of all pieces."""
    return "".join(one.text for one in parts)


def logprobs(parts: Sequence[Piece]) -> list[dict[str, Any]]:
    """The words as tokens, which make the whole text, each with the logarithm of its probability.

    A word of which the recognizer does not say how sure it is has no `logprob`.
    """
    return [_told(text, sure) for part in parts for text, sure in _tokens(part)]


LEAST = 1e-10
"""Of probabilities; what is less likely is told as this, since JSON has no infinite numbers."""


def log_of(probability: float) -> float:
    """The natural logarithm, to four digits after the point."""
    return round(math.log(max(probability, LEAST)), 4) + 0.0


def _lead(segment: Segment) -> str:
    return " " if is_spaced(segment.language) else ""


def _tokens(part: Piece) -> Iterator[tuple[str, float | None]]:
    """The words as they stand in the text, what is between them before each."""
    place = 0
    for word in part.segment.words:
        text = tidy(word.text)
        found = part.text.find(text, place)
        if text and found >= 0:
            yield part.text[place : found + len(text)], word.confidence
            place = found + len(text)
    if place < len(part.text):
        yield part.text[place:], None if part.segment.words else part.segment.confidence


def _told(text: str, sure: float | None) -> dict[str, Any]:
    said = {} if sure is None else {"logprob": log_of(sure)}
    return {"token": text, **said, "bytes": list(text.encode())}
