"""Timelines as SVG: rows of bars under a time axis, one path a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from diascribe.evaluation.report.clockface import HOUR_S, clock, ticks
from diascribe.evaluation.report.lanes import Group, Lane
from diascribe.evaluation.report.markup import Node, node, number
from diascribe.evaluation.report.paint import Paint
from diascribe.evaluation.report.raster import Scale, Stretch, between, stretches
from diascribe.span import Span

WIDTH = 1160
GUTTER = 200
"""Pixels left of the timeline, for labels."""
MARGIN = 26
"""Pixels right of it: half of the last time's label."""
AXIS = 20
HEADING = 20
ROW = 16
BAR = 11
LABEL_COLUMNS = 28
"""What fits into the gutter, in letters; Chinese and Japanese signs are as wide as two."""
TICKS = 12


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a picture; its own top is at 0."""

    height: float
    parts: tuple[Node, ...]


def scale_of(window: Span) -> Scale:
    """The scale of every picture of the page."""
    return Scale(window, width=WIDTH - GUTTER - MARGIN, left=GUTTER)


def picture(
    blocks: Sequence[Block], scale: Scale, unscored: Iterable[Stretch], *, title: str, about: str
) -> Node:
    """The blocks below each other, over lines at round times and shades where nothing counts."""
    height = sum(block.height for block in blocks)
    drawn = node("svg", viewBox=f"0 0 {WIDTH} {number(height)}", role="group", class_="picture")
    drawn.append(node("title", title))
    drawn.append(node("desc", about))
    drawn.append(_shade(unscored, height))
    drawn.append(_grid(scale, height))
    top = 0.0
    for block in blocks:
        drawn.append(node("g", *block.parts, transform=f"translate(0 {number(top)})"))
        top += block.height
    return drawn


def _shade(unscored: Iterable[Stretch], height: float) -> Node:
    boxes = [_box(left, AXIS, right, height) for left, right in unscored]
    return node("path", class_="unscored", d="".join(boxes))


def _box(left: float, top: float, right: float, bottom: float) -> str:
    return f"M{number(left)} {number(top)}H{number(right)}V{number(bottom)}H{number(left)}z"


def _grid(scale: Scale, height: float) -> Node:
    lines = [
        f"M{number(scale.x(one))} {AXIS - 4}V{number(height)}"
        for one in ticks(scale.window, parts=TICKS)
    ]
    return node("path", class_="grid", d="".join(lines))


def axis(scale: Scale, *, extent: float) -> Block:
    """Round times, as clocks of a recording that is `extent` seconds long."""
    hours = extent >= HOUR_S
    return Block(
        AXIS,
        tuple(
            node("text", clock(one, hours=hours), class_="time", x=scale.x(one), y=11)
            for one in ticks(scale.window, parts=TICKS)
        ),
    )


def heading(text: str) -> Node:
    """The heading of a block, at its top."""
    return node("text", text, class_="heading", x=0, y=14)


def rows(group: Group, scale: Scale) -> Block:
    """A row for each lane under the group's title."""
    lanes = [
        node("g", *_row(lane, scale), transform=f"translate(0 {HEADING + place * ROW})")
        for place, lane in enumerate(group.lanes)
    ]
    return Block(HEADING + ROW * len(lanes) + 4, (heading(group.title), *lanes))


def _row(lane: Lane, scale: Scale) -> Iterable[Node]:
    middle = ROW / 2
    yield node("title", f"{lane.label}: {sum(one.duration for one in lane.spans):.1f} s")
    yield label(lane.label, y=middle + 4)
    track = _box(scale.left, middle - BAR / 2, scale.left + scale.width, middle + BAR / 2)
    yield node("path", class_="track", d=track)
    bars = stretches(lane.spans, scale)
    path = "".join(f"M{number(left)} {middle:g}H{number(right)}" for left, right in bars)
    yield node("path", d=path, stroke=filling(lane.paint), stroke_width=BAR)


def label(text: str, *, y: float) -> Node:
    """A label in the gutter, right before the timeline."""
    return node("text", shortened(text), class_="label", x=GUTTER - 8, y=y)


def filling(paint: Paint) -> str:
    """How SVG names a paint."""
    return f"var(--{paint.colour})" if paint.pattern == "plain" else f"url(#{paint.name})"


def colour_of(paint: Paint) -> str:
    """A style that marks text as a speaker's."""
    return f"--speaker:var(--{paint.colour})"


def shortened(text: str, *, columns: int = LABEL_COLUMNS) -> str:
    """As much of a label as there is room for, its ends rather than its middle.

    >>> shortened("Somebody with quite a long name 07")
    'Somebody with… long name 07'
    """
    if _columns(text) <= columns:
        return text
    half = (columns - 1) // 2
    return f"{_first(text, half)}…{_first(text[::-1], half)[::-1]}"


def _first(text: str, columns: int) -> str:
    """As many letters as fit."""
    kept = text[:columns]
    while _columns(kept) > columns:
        kept = kept[:-1]
    return kept


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(one) in "WF" else 1 for one in text)


def unscored(scored: Iterable[Span], scale: Scale) -> list[Stretch]:
    """What of the picture holds nothing that was scored."""
    return between(stretches(scored, scale), scale)
