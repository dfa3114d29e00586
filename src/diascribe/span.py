"""The base of everything on the timeline: a half-open stretch of seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Span:
    """`[start, end)` in float64 seconds on the recording's clock.

    >>> Span(1.0, 2.5).duration
    1.5

    Raises:
        ValueError: unless `0 <= start <= end < inf`.
    """

    start: float
    end: float

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end < math.inf:
            msg = f"a span needs 0 <= start <= end < inf, got [{self.start}, {self.end})"
            raise ValueError(msg)

    @property
    def duration(self) -> float:
        """Seconds from start to end."""
        return self.end - self.start

    @property
    def middle(self) -> float:
        """The instant halfway."""
        return (self.start + self.end) / 2

    def shared(self, other: Span) -> float:
        """Seconds that both spans cover.

        >>> Span(0, 2).shared(Span(1, 4))
        1
        """
        return max(0, min(self.end, other.end) - max(self.start, other.start))

    def gap(self, other: Span) -> float:
        """Seconds of nothing between the two spans; 0 where they touch or overlap.

        >>> Span(0, 1).gap(Span(3, 4))
        2
        """
        return max(0, max(self.start, other.start) - min(self.end, other.end))

    def shifted(self, offset: float) -> Self:
        """The same thing `offset` seconds later."""
        return replace(self, start=self.start + offset, end=self.end + offset)
