"""Words with times, out of the tokens that a network wrote frame by frame."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from diascribe.algorithms.settle import shared
from diascribe.models.onnxasr.network import Token
from diascribe.span import Span
from diascribe.transcript import Word

LONGEST_TOKEN_S = 0.32
"""A network says when a token begins and not when it ends: it lasts until the next one, but no
longer than this, the longest step that Parakeet's duration head takes (4 frames of 80 ms)."""

LEAST_S = 0.02
"""Shorter spans are none: half of the finest frame there is, GigaAM's."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A token, and when it ends."""

    token: Token
    end: float

    @property
    def spoken(self) -> bool:
        """Whether it is more than marks and blanks."""
        return any(map(str.isalnum, self.token.text))


def words_of(tokens: Sequence[Token], within: Span) -> list[Word]:
    """The words of a text, `within.start` seconds later: in order, inside, each with a duration.

    A word's times are those of its letters, for marks make no sound. Words that were written in
    one frame share the time until the next, and are called `interpolated`.
    """
    groups = list(_grouped(_ended(tokens)))
    spans = list(_in_order([_span(one) for one in groups], within))
    texts = [_text(one) for one in groups]
    placed = shared(texts, spans, within, least_s=LEAST_S)
    return [
        Word(span.start, span.end, text=text, timing=timing, confidence=_probability(group))
        for group, text, (span, timing) in zip(groups, texts, placed, strict=True)
    ]


def _ended(tokens: Sequence[Token]) -> Iterator[_Piece]:
    """The tokens that spell something, and blanks, each with its end."""
    starts = [one.start for one in tokens[1:]]
    for one, following in zip(tokens, [*starts, float("inf")], strict=False):
        if not (one.text.startswith("<") and one.text.endswith(">")):  # such as <unk>, <|en|>
            yield _Piece(one, min(following, one.start + LONGEST_TOKEN_S))


def _grouped(pieces: Iterator[_Piece]) -> Iterator[list[_Piece]]:
    """The pieces of each word, parted where blanks are."""
    group: list[_Piece] = []
    for piece in pieces:
        if piece.token.text[:1].isspace() and _text(group):
            yield group
            group = []
        group.append(piece)
    if _text(group):
        yield group


def _text(group: Sequence[_Piece]) -> str:
    return "".join(piece.token.text for piece in group).strip()


def _letters(group: Sequence[_Piece]) -> Sequence[_Piece]:
    """The pieces that make a sound; all of them in a word of marks."""
    return [piece for piece in group if piece.spoken] or group


def _span(group: Sequence[_Piece]) -> Span:
    letters = _letters(group)
    return Span(letters[0].token.start, letters[-1].end)


def _probability(group: Sequence[_Piece]) -> float:
    return statistics.fmean(piece.token.probability for piece in _letters(group))


def _in_order(spans: Sequence[Span], within: Span) -> Iterator[Span]:
    """The spans `within.start` later: each ends where the next one begins, at the latest."""
    starts = [min(within.start + one.start, within.end) for one in spans]
    limits = [following for _, following in pairwise(starts)] + [within.end]
    for one, start, limit in zip(spans, starts, limits, strict=False):
        yield Span(start, max(start, min(within.start + one.end, limit)))
