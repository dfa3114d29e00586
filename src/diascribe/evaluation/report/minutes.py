"""A file's worst minutes: each with its own timeline and with what was said in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from diascribe.evaluation.report.bins import KINDS, MINUTE_S, Bin, binned, worst
from diascribe.evaluation.report.clockface import HOUR_S, clock
from diascribe.evaluation.report.drawing import axis, colour_of, picture, rows, scale_of, unscored
from diascribe.evaluation.report.lanes import NOBODY, Group, groups, paints_of
from diascribe.evaluation.report.markup import Node, node
from diascribe.evaluation.report.paint import KIND_NAMES, UNMAPPED, Paint
from diascribe.evaluation.report.saying import Line, Sayings
from diascribe.evaluation.scores import FileScore
from diascribe.span import Span

MINUTES = 10
"""So many of a file are shown."""


def worst_minutes(file: FileScore) -> list[Bin]:
    """The minutes with the most seconds of error, the worst first."""
    return worst(binned(file.mistakes, extent=file.extent, step=MINUTE_S), count=MINUTES)


@dataclass(frozen=True, slots=True)
class Side:
    """One side's text, ready to be asked about minutes."""

    heading: str
    sayings: Sayings
    paints: Mapping[str, Paint]
    language: str | None


@dataclass(frozen=True, slots=True)
class Showing:
    """What all minutes of a file are made of."""

    file: FileScore
    groups: Sequence[Group]
    sides: Sequence[Side]

    @property
    def hours(self) -> bool:
        """Whether times need an hour."""
        return self.file.extent >= HOUR_S


def showing(file: FileScore) -> Showing:
    """What the minutes of a file need, made once for all of them."""
    paints = paints_of(file)
    accounts = (file.pair.reference, file.pair.hypothesis)
    sides = [
        Side(heading, Sayings(account), paint, account.language)
        for heading, account, paint in zip(
            ("Reference", "Hypothesis"), accounts, paints, strict=True
        )
    ]
    return Showing(file, groups(file), sides)


def minute_section(minute: Bin, show: Showing, *, anchor: str, rank: int) -> Node:
    """One minute: when it is and how wrong, its timeline, its text."""
    when = " to ".join(clock(one, hours=show.hours) for one in (minute.start, minute.end))
    title = node("h4", f"{rank}. {when}", node("span", how_wrong(minute), class_="wrong"))
    return node("article", title, _timeline(minute, show, when), *texts(minute, show), id=anchor)


def how_wrong(minute: Bin) -> str:
    """The seconds of error, and of which kinds."""
    kinds = ", ".join(
        f"{KIND_NAMES[kind]} {minute.seconds[kind]:.1f}" for kind in KINDS if minute.seconds[kind]
    )
    return f"{minute.error:.1f} s of error: {kinds}"


def _timeline(minute: Bin, show: Showing, when: str) -> Node:
    scale = scale_of(minute)
    blocks = [axis(scale, extent=show.file.extent)]
    blocks += [rows(one.within(minute), scale) for one in show.groups]
    return picture(
        blocks,
        scale,
        unscored(show.file.scored, scale),
        title=f"Timeline from {when}",
        about="Rows of speakers of the reference and the hypothesis, and of kinds of error.",
    )


def texts(window: Span, show: Showing) -> Iterator[Node]:
    """Both sides' text beside each other, where either has any."""
    if any(side.sayings.known for side in show.sides):
        yield node("div", *(_side(side, window, show) for side in show.sides), class_="sides")


def _side(side: Side, window: Span, show: Showing) -> Node:
    lines = side.sayings.within(window)
    said = node("ol", *(_line(one, side, show) for one in lines))
    silence = "Nothing is said." if side.sayings.known else "This file holds no text."
    more = {"lang": side.language} if side.language else {}
    return node("div", node("h5", side.heading), said if lines else node("p", silence), **more)


def _line(line: Line, side: Side, show: Showing) -> Node:
    paint = side.paints.get(line.speaker or "", UNMAPPED)
    return node(
        "li",
        node("span", clock(line.start, hours=show.hours), class_="when"),
        node("bdi", line.speaker or NOBODY, class_="who", style=colour_of(paint)),
        node("span", line.text, dir="auto"),
    )
