"""Tokens as lines: how many they fill, and where to break them evenly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diascribe.formats.breaks import break_cost
from diascribe.formats.partition import partition
from diascribe.formats.tokens import Token

NEW_LINE = 1_000.0
"""More than all else can cost, so that the fewest lines win."""

UNEVEN = 8.0
"""Weight of a line left empty, against `breaks`: two even lines beat `So,` on its own."""


@dataclass(frozen=True, slots=True)
class Fill:
    """Lines that tokens fill when laid back to front, as many on a line as fit."""

    limit: int
    lines: int = 1
    top: int = 0
    """Columns taken in the uppermost line."""

    def put(self, width: int, *, blank: bool) -> Fill:
        """With one more token before the others; a token too wide has a line to itself."""
        wider = self.top + width + blank
        if not self.top or wider <= self.limit:
            return Fill(self.limit, self.lines, wider)
        return Fill(self.limit, self.lines + 1, width)


def wrap(tokens: Sequence[Token], limit: int) -> tuple[str, ...]:
    """The text in the fewest lines of at most `limit` columns, broken evenly and well."""

    def lines_ending_at(end: int) -> Iterator[float]:
        following = tokens[end] if end < len(tokens) else None
        ending = break_cost(tokens[end - 1], following) if following else 0.0
        for width in _widths(tokens[:end], limit):
            slack = max(0, limit - width) / limit
            yield NEW_LINE + ending + UNEVEN * slack**2

    return tuple(text_of(tokens[piece]) for piece in partition(len(tokens), lines_ending_at))


def text_of(tokens: Iterable[Token]) -> str:
    """The tokens as one line."""
    return "".join(" " * one.spaced + one.text for one in tokens).strip()


def _widths(tokens: Sequence[Token], limit: int) -> Iterator[int]:
    """Columns of the last token, the last two, … while they fit one line."""
    width, blank = 0, False
    for token in reversed(tokens):
        width += token.width + blank
        if width > limit and token is not tokens[-1]:
            return
        yield width
        blank = token.spaced
