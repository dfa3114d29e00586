"""Speech in the fewest pieces of a length that a recognizer hears at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from diascribe.span import Span
from diascribe.timeline import Index, merge

Cost = tuple[int, int, float]
"""Of some pieces, the less the better: how many they are, how many milliseconds of the sound that
is wanted around them are not there, the squares of their lengths, least where all are alike."""


@dataclass(frozen=True, slots=True)
class Room:
    """How long pieces may be, and what besides speech they hold.

    Raises:
        ValueError: there is no room for speech.
    """

    longest_s: float
    """Of a piece, the sound around its speech included."""
    joined_gap_s: float
    """A pause may be within a piece where no more is left of it once both sides are padded."""
    pad_s: float
    """Sound around the speech of a piece, where there is room for it."""
    least_pad_s: float = 0.0
    """Sound for which there is room in any case, save where there is no pause to cut at."""
    least_pause_s: float = 0.0
    """Speech is cut at longer pauses only, unless all between two of them is too long."""

    def __post_init__(self) -> None:
        if self.speech_s <= 0:
            raise ValueError(f"pieces need a length, got {self.speech_s} s for their speech")

    @property
    def speech_s(self) -> float:
        """Most seconds from the first speech of a piece to its last."""
        return self.longest_s - 2 * self.least_pad_s


def fill(spans: Sequence[Span], room: Room, *, within: Span) -> list[Span]:
    """The fewest pieces that hold all the speech of `spans`, and some sound around it.

    They are sorted and disjoint, as `spans` are, and lie in `within`, as those do. Of all ways to
    cut the speech into so few, this one leaves most sound around it; of several such, this one
    makes the pieces most alike.

    >>> room = Room(longest_s=10, joined_gap_s=5, pad_s=0.5)
    >>> fill([Span(1, 4), Span(4.5, 9), Span(10, 18)], room, within=Span(0, 20))
    [Span(start=0.5, end=9.5), Span(start=9.5, end=18.5)]
    """
    parts = list(_parts(spans, room))
    choice = _Choice(parts, list(_wide(parts, room.pad_s, within)), room)
    costs: list[Cost] = [(0, 0, 0.0)]
    firsts: list[int] = []
    for last in range(len(parts)):
        cost, first = min(choice.costs(costs, last))
        costs.append(cost)
        firsts.append(first)
    pieces: list[Span] = []
    left = len(parts)
    while left:
        pieces.append(choice.piece(firsts[left - 1], left - 1))
        left = firsts[left - 1]
    return pieces[::-1]


def _parts(spans: Sequence[Span], room: Room) -> Iterator[Span]:
    """The speech, cut wherever it may be cut."""
    every = Index(spans)
    for whole in merge(spans, gap_s=room.least_pause_s):
        fits = whole.duration <= room.speech_s
        for one in [whole] if fits else every.overlapping(whole):
            yield from _even(one, room.speech_s)


def _even(span: Span, longest_s: float) -> Iterator[Span]:
    """As few parts as are short enough, all of one length."""
    count = max(1, math.ceil(span.duration / longest_s))
    edges = [span.start + span.duration * place / count for place in range(count)]
    for start, end in pairwise([*edges, span.end]):
        yield Span(start, end)


def _wide(parts: Sequence[Span], pad_s: float, within: Span) -> Iterator[Span]:
    """Each part with the sound around it that is wanted, of a pause no more than half."""
    middles = [(one.end + after.start) / 2 for one, after in pairwise(parts)]
    for part, before, after in zip(
        parts, [within.start, *middles], [*middles, within.end], strict=False
    ):
        yield Span(max(before, part.start - pad_s), min(after, part.end + pad_s))


@dataclass(frozen=True, slots=True)
class _Choice:
    """Parts of speech: a piece holds some neighbours."""

    parts: Sequence[Span]
    wide: Sequence[Span]
    """With all the sound around them that is wanted."""
    room: Room

    def costs(self, before: Sequence[Cost], last: int) -> Iterator[tuple[Cost, int]]:
        """What the speech to the end of a part costs, for each first part of its last piece."""
        for first in self._firsts(last):
            piece = self.piece(first, last)
            speech_s = self.parts[last].end - self.parts[first].start
            bare_ms = round(1000 * (2 * self.room.pad_s - (piece.duration - speech_s)))
            count, bare_before_ms, squares = before[first]
            yield (count + 1, bare_before_ms + bare_ms, squares + piece.duration**2), first

    def _firsts(self, last: int) -> Iterator[int]:
        """The first parts of all pieces that may end with a part; it may be one by itself."""
        gap_s = self.room.joined_gap_s + 2 * self.room.pad_s
        end = self.parts[last].end
        yield last
        for first in range(last - 1, -1, -1):
            one = self.parts[first]
            too_far = one.gap(self.parts[first + 1]) > gap_s
            if too_far or end - one.start > self.room.speech_s:
                return
            yield first

    def piece(self, first: int, last: int) -> Span:
        """Some parts and the sound around them, both sides of it cut down alike to what fits."""
        start, end = self.parts[first].start, self.parts[last].end
        before_s, after_s = start - self.wide[first].start, self.wide[last].end - end
        free_s = max(0.0, self.room.longest_s - (end - start))
        before_s = min(before_s, max(free_s / 2, free_s - after_s))
        after_s = min(after_s, free_s - before_s)
        return Span(
            max(self.wide[first].start, start - before_s), min(self.wide[last].end, end + after_s)
        )
