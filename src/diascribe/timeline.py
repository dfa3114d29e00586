"""Arithmetic on spans, and grids of evenly spaced frames."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Generic, TypeVar

from diascribe.span import Span

S = TypeVar("S", bound=Span)


@dataclass(frozen=True, slots=True)
class Grid:
    """Evenly spaced frames: frame `i` covers `[start + i * step, … + width)`, in seconds."""

    step: float
    width: float
    start: float = 0.0

    def middle(self, frame: float) -> float:
        """The second at the middle of a frame; half frames are allowed."""
        return self.start + frame * self.step + self.width / 2

    def nearest(self, second: float) -> int:
        """The frame whose middle is nearest to `second`; may be negative."""
        return round((second - self.start - self.width / 2) / self.step)


def merge(spans: Iterable[Span], *, gap_s: float = 0.0) -> list[Span]:
    """Sorted, disjoint spans over the same time, those at most `gap_s` apart made one.

    >>> merge([Span(2, 3), Span(0, 1), Span(0.5, 2)])
    [Span(start=0, end=3)]
    """
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if merged and span.start <= merged[-1].end + gap_s:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(Span(span.start, span.end))
    return merged


def total(spans: Iterable[Span]) -> float:
    """Seconds covered by at least one of the spans."""
    return sum(span.duration for span in merge(spans))


def spread(texts: Sequence[str], span: Span) -> list[Span]:
    """One span a text, back to back over `span`, each as long as its share of characters.

    For pieces of a text of which only the whole has times.

    >>> spread(["abc", "d"], Span(0, 8))
    [Span(start=0, end=6.0), Span(start=6.0, end=8)]
    """
    if not texts:
        return []
    total = sum(map(len, texts))
    ends = [
        min(span.end, span.start + span.duration * done / total)
        for done in accumulate(map(len, texts))
    ]
    ends[-1] = span.end
    return [Span(start, end) for start, end in zip([span.start, *ends], ends, strict=False)]


class Index(Generic[S]):
    """Spans in order of start, asked often which of them lie where; they may overlap."""

    def __init__(self, spans: Iterable[S]) -> None:
        self._spans = sorted(spans, key=lambda one: (one.start, one.end))
        self._starts = [span.start for span in self._spans]
        self._latest = _latest_ends(self._spans)
        self._reached = [self._spans[place].end for place in self._latest]

    def __iter__(self) -> Iterator[S]:
        return iter(self._spans)

    def overlapping(self, span: Span) -> list[S]:
        """Those that share time with `span`, in order of start."""
        first = bisect_right(self._reached, span.start)
        last = bisect_left(self._starts, span.end)
        return [one for one in self._spans[first:last] if one.shared(span) > 0]

    def nearest(self, span: Span, *, within_s: float) -> S | None:
        """The one with the least gap to `span`, at most `within_s`; the earlier of equals."""
        after = bisect_left(self._starts, span.end)
        places = [self._latest[after - 1]] if after > 0 else []
        places += [after] if after < len(self._spans) else []
        near = [self._spans[place] for place in places]
        best = min(near, key=lambda one: one.gap(span), default=None)
        return best if best is not None and best.gap(span) <= within_s else None


def without(regions: Iterable[Span], holes: Sequence[Span]) -> list[Span]:
    """The regions less the holes, both sorted and disjoint; nothing shorter than a millisecond.

    >>> without([Span(0, 10)], [Span(2, 3), Span(9, 12)])
    [Span(start=0, end=2), Span(start=3, end=9)]
    """
    indexed = Index(holes)
    return [piece for region in regions for piece in _pieces(region, indexed)]


def _pieces(region: Span, holes: Index[Span]) -> list[Span]:
    near = holes.overlapping(region)
    edges = [region.start, *(edge for hole in near for edge in (hole.start, hole.end)), region.end]
    pairs = list(pairwise(edges))[::2]
    return [Span(start, end) for start, end in pairs if end - start > 0.001]


def _latest_ends(spans: Sequence[Span]) -> list[int]:
    """For each place, that of the span ending last among it and all before."""
    latest: list[int] = []
    for place, span in enumerate(spans):
        longer = not latest or span.end > spans[latest[-1]].end
        latest.append(place if longer else latest[-1])
    return latest
