"""Arithmetic on spans, and grids of evenly spaced frames."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from diascribe.span import Span


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


def covering(spans: Sequence[Span], span: Span) -> list[Span]:
    """Those of `spans` that share time with `span`, in their order."""
    return [one for one in spans if one.overlap(span) > 0]
