"""The page's section about one file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from diascribe.evaluation.figures import FIGURES
from diascribe.evaluation.report.bins import Bin
from diascribe.evaluation.report.markup import Node, node
from diascribe.evaluation.report.minutes import minute_section, showing, worst_minutes
from diascribe.evaluation.report.overview import NOTHING, compared, overview
from diascribe.evaluation.report.tables import DECIDING, figures_list
from diascribe.evaluation.scores import FileScore


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
    yield node("h4", *_heading(minutes, compared=compared(file)))
    if minutes and not any(side.sayings.known for side in show.sides):
        yield node("p", "Neither file holds text: the minutes are shown without.", class_="small")
    for rank, minute in enumerate(minutes, start=1):
        yield minute_section(minute, show, anchor=f"{anchor}-{rank}", rank=rank)


def _heading(minutes: Sequence[Bin], *, compared: bool) -> Iterator[str]:
    if minutes:
        yield "Worst minutes"
    elif compared:
        yield "No minute holds an error of diarization"
    else:
        yield "Who spoke when could not be compared: not both files say it"
