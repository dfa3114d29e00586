"""Words with times and probabilities, out of a text's tokens and the decoder's attention."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from diascribe.algorithms.sentences import stops
from diascribe.algorithms.settle import shared
from diascribe.models.whisper.network import FRAME_S, Path
from diascribe.models.whisper.vocabulary import UNSPACED, Spelling
from diascribe.span import Span
from diascribe.transcript import Word

BRACKETS = frozenset("([{“‘«「『（《〈【¿¡")  # noqa: RUF001 - as people write them
"""Marks that belong to what follows."""

BROKEN = "\N{REPLACEMENT CHARACTER}"
"""Stands for a character of which some bytes were never written: nothing is better."""

USUAL_S = 0.7
"""No word is taken to last longer than this usually, whatever the others of its window do."""

LEAST_S = FRAME_S / 2
"""Shorter spans are none."""

LEAST_LIMIT_S = 0.5
"""However short the other words are, a word may be this long."""


@dataclass(frozen=True, slots=True)
class Written:
    """A word as it was written, the space before it included, with times in its window."""

    text: str
    start: float
    end: float
    probability: float | None
    """Mean of its tokens; null where the network gave none."""
    place: int
    """Of its first token in the text."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a word: some tokens that are valid text together."""

    text: str
    first: int
    last: int
    """Tokens `first` to before `last` of the text."""

    @property
    def spoken(self) -> bool:
        """Whether it is more than marks and space."""
        return any(one.isalnum() for one in self.text)


def written(tokens: Sequence[int], path: Path, spelling: Spelling, language: str) -> list[Written]:
    """The words of a text in order, with the times at which the decoder attended to them.

    Marks belong to a word's text and not to its times, which are those of its letters: the
    pause after a sentence is its full stop's.
    """
    texts, groups = spelling.split_to_word_tokens(list(tokens))
    ends = list(accumulate(map(len, groups), initial=0))
    spelled = (text.replace(BROKEN, "") for text in texts)
    pieces = [_Piece(text, *edges) for text, edges in zip(spelled, pairwise(ends), strict=True)]
    whole = [piece for piece in pieces if piece.text]
    return [_word(group, path) for group in _grouped(whole, spaced=language not in UNSPACED)]


def _grouped(pieces: Sequence[_Piece], *, spaced: bool) -> Iterator[list[_Piece]]:
    """The pieces of each word; none for a text of spaces."""
    group: list[_Piece] = []
    for piece in pieces:
        if group and not (_glued(group, piece) if spaced else _unspaced(group, piece)):
            yield group
            group = []
        group.append(piece)
    if any(piece.text.strip() for piece in group):
        yield group


def _glued(group: Sequence[_Piece], piece: _Piece) -> bool:
    """Whether a piece goes on the word, where spaces part words."""
    begun = any(one.text.strip() for one in group)
    return not begun or not (piece.text[:1].isspace() or group[-1].text[-1:].isspace())


def _unspaced(group: Sequence[_Piece], piece: _Piece) -> bool:
    """Whether a piece goes on the word where words are not parted: marks, and Latin letters.

    Spaces do part them: Latin words within such a text have some.
    """
    before, after = group[-1].text, piece.text
    begun = any(one.text.strip() for one in group)
    if not begun or not after.strip() or before.strip() in BRACKETS:
        return True
    together = before[-1].isascii() and before[-1].isalnum() and after[0].isascii()
    latin = together and not after[0].isspace()
    return (latin or not piece.spoken) and after.strip() not in BRACKETS


def _word(pieces: Sequence[_Piece], path: Path) -> Written:
    """One word; its times and probability are those of what is spoken of it."""
    spoken = [piece for piece in pieces if piece.spoken] or pieces
    first, last = spoken[0].first, spoken[-1].last
    start, end = path.starts[first : first + 1], path.starts[last : last + 1]
    found = [p for one in spoken for p in path.probabilities[one.first : one.last]]
    return Written(
        "".join(piece.text for piece in pieces),
        FRAME_S * start[0] if start else 0.0,
        FRAME_S * end[0] if end else 0.0,
        min(1.0, max(0.0, statistics.fmean(found))) if found else None,
        pieces[0].first,
    )


def trimmed(words: Sequence[Written]) -> list[Written]:
    """The words, those cut short that last more than twice as long as is usual.

    Attention stays on a word until the next, so that pauses lengthen words: the one before
    them, and the one after them where a sentence or the window begins.
    """
    lasting = [one.end - one.start for one in words if one.end > one.start]
    limit = max(LEAST_LIMIT_S, 2 * min(USUAL_S, statistics.median(lasting))) if lasting else 0.0
    found = []
    for i, one in enumerate(words):
        begins = i == 0 or stops(words[i - 1].text)
        if one.end - one.start <= limit:
            found.append(one)
        elif begins:
            found.append(replace(one, start=one.end - limit))
        else:
            found.append(replace(one, end=one.start + limit))
    return found


def settled(words: Sequence[Written], within: Span, *, origin: float = 0.0) -> list[Word]:
    """The words `origin` seconds later: in order, inside of `within`, each with a duration.

    Words that attention gave no time of their own share that of the word after them, or of the
    one before, by their letters, and are called `interpolated`.
    """
    spans = list(_in_order(words, within, origin))
    texts = [one.text.strip() for one in words]
    placed = shared(texts, spans, within, least_s=LEAST_S)
    return [
        Word(span.start, span.end, text=text, timing=timing, confidence=one.probability)
        for one, text, (span, timing) in zip(words, texts, placed, strict=True)
    ]


def _in_order(words: Sequence[Written], within: Span, origin: float) -> Iterator[Span]:
    """The words' spans inside of `within`, none beginning before its forerunner ends."""
    reached = within.start
    for one in words:
        start = min(max(origin + one.start, reached), within.end)
        reached = min(max(origin + one.end, start), within.end)
        yield Span(start, reached)
