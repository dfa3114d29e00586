"""Error over time: how many seconds of each kind fall into each stretch, and the worst."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from diascribe.evaluation.report.clockface import round_step
from diascribe.evaluation.scores import Kind, Mistake
from diascribe.span import Span

KINDS: tuple[Kind, ...] = ("miss", "false_alarm", "confusion")
MINUTE_S = 60.0
BINS = 96
"""At most so many in a chart: quarters of an hour of a day, one minute each of an hour."""


@dataclass(frozen=True, slots=True)
class Bin(Span):
    """A stretch of the recording and the error in it."""

    seconds: Mapping[Kind, float]
    """Of each kind; where several speakers are wrong at once, each counts."""

    @property
    def error(self) -> float:
        """Seconds of error of every kind."""
        return sum(self.seconds.values())

    def share(self, kind: Kind) -> float:
        """Seconds of one kind for each second of the bin."""
        return self.seconds[kind] / self.duration


def bin_length(extent: float) -> float:
    """Seconds of a chart's bins, by how long the recording is."""
    return round_step(extent, parts=BINS)


def binned(mistakes: Iterable[Mistake], *, extent: float, step: float) -> list[Bin]:
    """Bins of `step` seconds back to back over `[0, extent)`, the last perhaps shorter."""
    starts = [place * step for place in range(math.ceil(extent / step))]
    spans = [Span(start, min(extent, start + step)) for start in starts]
    sums: list[dict[Kind, float]] = [dict.fromkeys(KINDS, 0.0) for _ in spans]
    for mistake in mistakes:
        first, last = int(mistake.start // step), int(mistake.end // step)
        for place in range(first, min(last + 1, len(spans))):
            sums[place][mistake.kind] += spans[place].shared(mistake) * mistake.speakers
    return [Bin(one.start, one.end, seconds) for one, seconds in zip(spans, sums, strict=True)]


def worst(bins: Iterable[Bin], *, count: int) -> list[Bin]:
    """Those with the most error first, the earlier of equals first; none without error."""
    wrong = [one for one in bins if one.error > 0]
    return sorted(wrong, key=lambda one: (-one.error, one.start))[:count]


def highest_share(bins: Iterable[Bin]) -> float:
    """The largest share of a bin's time that is in error; may be over 1."""
    return max((one.error / one.duration for one in bins), default=0.0)
