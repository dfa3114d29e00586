"""The page's section about one file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diascribe.evaluation.figures import FIGURES
from diascribe.evaluation.report.bins import MINUTE_S, Bin
from diascribe.evaluation.report.markup import Node, node
from diascribe.evaluation.report.minutes import (
    Showing,
    minute_section,
    showing,
    texts,
    worst_minutes,
)
from diascribe.evaluation.report.overview import NOTHING, compared, overview
from diascribe.evaluation.report.tables import DECIDING, figures_list
from diascribe.evaluation.scores import FileScore
from diascribe.span import Span


def file_section(file: FileScore, *, anchor: str, opened: bool) -> Node:
    """All about one file; what links to it, or to a part, opens it."""
    name = node("h3", node("bdi", file.pair.recording), node("span", _short(file), class_="wrong"))
    made = node("details", node("summary", name), node("div", *_parts(file, anchor), id=anchor))
    if opened:
        made.set("open", "")
    return made


def _short(file: FileScore) -> str:
    figures = file.figures()
    known = [(FIGURES[name], figures[name]) for name in DECIDING if name in figures]
    told = [f"{one.heading} {one.shown(value)}" for one, value in known if value is not None]
    return ", ".join(told)


def _parts(file: FileScore, anchor: str) -> Iterator[Node]:
    yield figures_list(file.figures())
    if file.notes:
        yield node("ul", *(node("li", one) for one in file.notes), class_="notes")
    if file.extent > 0:
        yield from _pictures(file, anchor)
    else:
        yield node("p", NOTHING)


def _pictures(file: FileScore, anchor: str) -> Iterator[Node]:
    show, minutes = showing(file), worst_minutes(file)
    anchor = f"{anchor}-minute"
    yield overview(file, show.groups, minutes, anchor=anchor)
    if not minutes:
        yield node("h4", _no_minutes(compared=compared(file)))
    if file.extent <= MINUTE_S:
        yield from _said(show)
        return
    yield from _minutes(show, minutes, anchor=anchor)


def _said(show: Showing) -> Iterator[Node]:
    """All that was said: of a recording that is no longer than a minute, the picture is above."""
    said = list(texts(Span(0, MINUTE_S), show))
    if said:
        yield node("h4", "What was said")
        yield from said


def _minutes(show: Showing, minutes: Sequence[Bin], *, anchor: str) -> Iterator[Node]:
    if minutes:
        yield node("h4", "Worst minutes")
    if minutes and not any(side.sayings.known for side in show.sides):
        yield node("p", "Neither file holds text: the minutes are shown without.", class_="small")
    for rank, minute in enumerate(minutes, start=1):
        yield minute_section(minute, show, anchor=f"{anchor}-{rank}", rank=rank)


def _no_minutes(*, compared: bool) -> str:
    """Why none is the worst."""
    if compared:
        return "No minute holds an error of diarization"
    return "Who spoke when could not be compared: not both files say it"
