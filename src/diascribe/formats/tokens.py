"""The pieces of a segment between which a line may break."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from diascribe.formats.clock import milliseconds
from diascribe.timeline import spread
from diascribe.transcript import Segment, Word

UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "km", "my", "bo"})
"""Languages that write no blanks between words."""

CLINGING = ("M", "Pe", "Pf", "Po")
"""Unicode categories of what never starts a line: marks, and punctuation that closes."""

OPENING = ("Ps", "Pi")
"""Unicode categories of what never ends a line."""

SMALL_KANA = frozenset("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮー")
"""Letters that never start a line in Japanese."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or as much text as must stay on one line; times in whole milliseconds."""

    text: str
    start_ms: int
    end_ms: int
    spaced: bool
    """Whether a blank stands between it and the token before."""
    speaker: str | None = None

    @property
    def width(self) -> int:
        """Columns that it takes on a line."""
        return columns(self.text)


def columns(text: str) -> int:
    """Characters, wide ones (Chinese, Japanese, Korean) counted twice.

    >>> columns("Bonn 波恩")
    9
    """
    if text.isascii():
        return len(text)
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def tidy(text: str) -> str:
    """The text with each run of blanks and line breaks made one blank, none at its ends."""
    return " ".join(text.split())


def is_spaced(language: str | None) -> bool:
    """Whether the language writes blanks between words, as an unknown one is taken to do."""
    return language is None or language.lower().partition("-")[0] not in UNSPACED


def tokenize(segment: Segment) -> list[Token]:
    """A segment's tokens in order: from its words, or from its text where it has none."""
    words = [word for word in segment.words if tidy(word.text)]
    tokens = _from_words(segment, words) if words else _from_text(segment)
    return list(_glued(tokens, spaced=is_spaced(segment.language)))


def _from_words(segment: Segment, words: Iterable[Word]) -> Iterator[Token]:
    """One token a word; blanks as in the segment's text, else as the language has them."""
    source, place = tidy(segment.text), 0
    for word in words:
        text = tidy(word.text)
        found = source.find(text, place)
        between = source[place:found] if found >= 0 else text
        if any(map(str.isalnum, between)):
            spaced = is_spaced(segment.language)
        else:
            spaced, place = " " in between, found + len(text)
        start_ms, end_ms = milliseconds(word.start), milliseconds(word.end)
        yield Token(text, start_ms, end_ms, spaced, word.speaker or segment.speaker)


def _from_text(segment: Segment) -> Iterator[Token]:
    """The text's words, or its characters in a language without blanks, evenly timed."""
    words = tidy(segment.text).split()
    pieces = [(word, True) for word in words]
    if not is_spaced(segment.language):
        pieces = [(char, index == 0) for word in words for index, char in enumerate(word)]
    spans = spread([text for text, _ in pieces], segment)
    for (text, spaced), span in zip(pieces, spans, strict=True):
        start_ms, end_ms = milliseconds(span.start), milliseconds(span.end)
        yield Token(text, start_ms, end_ms, spaced, segment.speaker)


def _glued(tokens: Iterable[Token], *, spaced: bool) -> Iterator[Token]:
    """The tokens, each that must not start a line made one with the token before."""
    held: Token | None = None
    for token in tokens:
        if held is None:
            held = token
        elif _clings(held, token, spaced=spaced):
            end_ms = max(held.end_ms, token.end_ms)
            held = replace(held, text=held.text + token.text, end_ms=end_ms)
        else:
            yield held
            held = token
    if held is not None:
        yield held


def _clings(before: Token, token: Token, *, spaced: bool) -> bool:
    if token.spaced or token.speaker != before.speaker:
        return False
    last, first = before.text[-1], token.text[0]
    closes = first in SMALL_KANA or unicodedata.category(first).startswith(CLINGING)
    opens = unicodedata.category(last) in OPENING
    return spaced or closes or opens or (last.isascii() and first.isascii())
