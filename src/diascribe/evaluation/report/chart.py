"""Error over time as SVG: a bar for each bin, the kinds of error on top of each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diascribe.evaluation.report.bins import KINDS, Bin, highest_share
from diascribe.evaluation.report.clockface import length
from diascribe.evaluation.report.drawing import GUTTER, HEADING, Block, heading, label
from diascribe.evaluation.report.markup import Node, node, number
from diascribe.evaluation.report.raster import Scale
from diascribe.evaluation.scores import Kind

HEIGHT = 84
TOPS = (0.1, 0.2, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0)
"""Shares at which a chart may end: few, so that charts of several files look alike."""


def top_of(bins: Sequence[Bin]) -> float:
    """The share at which the chart ends: round, no less than the highest bar."""
    highest = highest_share(bins)
    return next((one for one in TOPS if one >= highest), highest)


def chart(bins: Sequence[Bin], scale: Scale, *, step: float) -> Block:
    """Bars of error for each second, one a bin."""
    top = top_of(bins)
    parts = [heading(chart_title(step)), *_levels(top, scale)]
    parts += [_bars(bins, kind, top, scale) for kind in KINDS]
    return Block(HEADING + HEIGHT + 10, tuple(parts))


def chart_title(step: float) -> str:
    """What the chart shows.

    >>> chart_title(60)
    'Error over time: share of each minute'
    """
    return f"Error over time: share of each {length(step).removeprefix('1 ')}"


def _levels(top: float, scale: Scale) -> Iterator[Node]:
    """Lines at nothing, at half of the top and at the top."""
    for share in (0.0, top / 2, top):
        y = _y(share, top)
        yield label(f"{100 * share:g} %", y=y + 4)
        line = f"M{GUTTER} {number(y)}H{number(scale.left + scale.width)}"
        yield node("path", class_="level", d=line)


def _y(share: float, top: float) -> float:
    return HEADING + 4 + HEIGHT * (1 - share / top)


def _bars(bins: Sequence[Bin], kind: Kind, top: float, scale: Scale) -> Node:
    bars = [_bar(one, kind, top, scale) for one in bins if one.seconds[kind]]
    return node("path", d="".join(bars), fill=f"var(--{kind})")


def _bar(one: Bin, kind: Kind, top: float, scale: Scale) -> str:
    """On top of the kinds before its own, half a pixel from its neighbours."""
    below = sum(one.share(other) for other in KINDS[: KINDS.index(kind)])
    low, high = _y(below, top), _y(below + one.share(kind), top)
    left, right = scale.x(one.start) + 0.5, scale.x(one.end) - 0.5
    return f"M{number(left)} {number(low)}V{number(high)}H{number(right)}V{number(low)}z"
