"""Spans of a timeline to stretches of a picture, never more than the eye can tell apart."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from diascribe.span import Span

CELLS = 4
"""In a pixel. Finer than any screen, so that 24 hours of turns stay a few thousand marks."""

Stretch = tuple[float, float]
"""Left and right, in pixels."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a second lies in a picture that shows `window` across `width` pixels."""

    window: Span
    width: float
    left: float = 0.0

    def x(self, second: float) -> float:
        """The pixel of a second.

        >>> Scale(Span(10, 20), width=100, left=5).x(15)
        55.0
        """
        return self.left + self.width * (second - self.window.start) / self._seconds

    @property
    def _seconds(self) -> float:
        return self.window.duration or 1.0


def clipped(spans: Iterable[Span], window: Span) -> list[Span]:
    """What of the spans lies in the window, as plain spans."""
    return [
        Span(max(one.start, window.start), min(one.end, window.end))
        for one in spans
        if one.shared(window) > 0
    ]


def stretches(spans: Iterable[Span], scale: Scale) -> list[Stretch]:
    """Disjoint stretches, from the left, over every cell of the picture that a span touches.

    >>> stretches([Span(0, 1), Span(1.01, 2), Span(50, 50.1)], Scale(Span(0, 100), width=100))
    [(0.0, 2.0), (50.0, 50.25)]
    """
    cells: list[tuple[int, int]] = []
    for first, last in sorted(_cells(one, scale) for one in clipped(spans, scale.window)):
        if cells and first <= cells[-1][1]:
            cells[-1] = (cells[-1][0], max(cells[-1][1], last))
        else:
            cells.append((first, last))
    return [(scale.left + first / CELLS, scale.left + last / CELLS) for first, last in cells]


def _cells(span: Span, scale: Scale) -> tuple[int, int]:
    """The first cell that a span touches and the first after it."""
    first = math.floor(CELLS * (scale.x(span.start) - scale.left))
    last = math.ceil(CELLS * (scale.x(span.end) - scale.left))
    return first, max(last, first + 1)


def between(taken: Iterable[Stretch], scale: Scale) -> list[Stretch]:
    """What disjoint stretches, from the left, leave of the picture.

    >>> between([(10, 20), (50, 100)], Scale(Span(0, 1), width=100))
    [(0.0, 10), (20, 50)]
    """
    taken = list(taken)
    lefts = [scale.left, *(right for _, right in taken)]
    rights = [*(left for left, _ in taken), scale.left + scale.width]
    return [(left, right) for left, right in zip(lefts, rights, strict=True) if left < right]
