"""The page's tables: how it was scored, and the figures of all, of each title and file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from diascribe.evaluation.evaluate import by_title, summed
from diascribe.evaluation.figures import FIGURES, Figure, Figures, columns
from diascribe.evaluation.report.markup import Content, Node, node
from diascribe.evaluation.scores import FileScore

DASH = "\N{EN DASH}"
ABSENT, UNDEFINED = "n", "u"
REASONS = {
    ABSENT: "not measured: not both files hold what it needs, or a file's notes say why",
    UNDEFINED: "undefined: errors, and a reference without anything to be a share of",
}
DECIDING = ("der", "wer")
"""The first of these that is known says which file is worst."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of figures."""

    name: Node
    figures: Figures
    worst: bool = False


def settings_list(settings: Mapping[str, str]) -> Node:
    """How it was scored."""
    pairs = [node("div", node("dt", name), node("dd", one)) for name, one in settings.items()]
    return node("dl", *pairs, class_="settings")


def figures_table(files: Sequence[FileScore], total: Figures) -> Node:
    """All, then each title, then each file in the given order, the worst marked."""
    measured = [one.figures() for one in files]
    names = columns([total, *measured])
    bodies = [("All", [Row(node("span", _files(len(files))), total)])]
    bodies.append(("Titles", _title_rows(files)))
    bodies.append(("Files", _file_rows(measured, [one.pair.recording for one in files])))
    table = node("table", _head(names), class_="figures")
    table.extend(_body(heading, rows, names) for heading, rows in bodies if rows)
    return node("div", node("div", table, class_="wide"), *_legend([total, *measured], names))


def _files(count: int) -> str:
    return f"{count} file" + ("" if count == 1 else "s")


def _title_rows(files: Sequence[FileScore]) -> list[Row]:
    return [
        Row(node("span", f"{title} ({_files(len(some))})", dir="auto"), summed(some))
        for title, some in by_title(files).items()
    ]


def _file_rows(measured: Sequence[Figures], names: Sequence[str]) -> list[Row]:
    worst = worst_of(measured)
    return [
        Row(node("a", name, href=f"#file-{place + 1}", dir="auto"), figures, worst=place in worst)
        for place, (figures, name) in enumerate(zip(measured, names, strict=True))
    ]


def worst_of(measured: Sequence[Figures]) -> set[int]:
    """The places of the files with the highest DER, else WER; none where there is none to tell."""
    for name in DECIDING:
        values = [_badness(one, name) for one in measured]
        if sum(name in one for one in measured) > 1 and max(values) > 0:
            return {place for place, value in enumerate(values) if value == max(values)}
    return set()


def _badness(figures: Figures, name: str) -> float:
    """The figure; infinite where it is undefined, which only errors make it, 0 where absent."""
    value = figures.get(name, 0.0)
    return math.inf if value is None else value


def _head(names: Iterable[str]) -> Node:
    known = [FIGURES[name] for name in names]
    cells = [node("th", one.heading, scope="col", title=one.text) for one in known]
    return node("thead", node("tr", node("th", "", scope="col"), *cells))


def _body(heading: str, rows: Iterable[Row], names: Sequence[str]) -> Node:
    group = node("th", heading, scope="rowgroup", colspan=len(names) + 1)
    return node("tbody", node("tr", group, class_="group"), *(_row(one, names) for one in rows))


def _row(row: Row, names: Iterable[str]) -> Node:
    title = node("th", row.name, scope="row")
    if row.worst:
        title.append(node("b", "worst", class_="worst"))
    return node("tr", title, *(node("td", *_value(row.figures, name)) for name in names))


def _legend(measured: Sequence[Figures], names: Sequence[str]) -> Iterator[Node]:
    """What the columns mean, and the dashes where there are any."""
    cells = [one.get(name, ABSENT) for one in measured for name in names]
    signs = [sign for sign, value in ((ABSENT, ABSENT), (UNDEFINED, None)) if value in cells]
    for sign in signs:
        yield node("p", node("sup", sign), f" {REASONS[sign]}", class_="small")
    meanings = [
        node("div", node("dt", FIGURES[one].heading), node("dd", FIGURES[one].text))
        for one in names
    ]
    if meanings:
        summary = node("summary", "What the columns mean")
        yield node("details", summary, node("dl", *meanings, class_="meanings"), class_="aside")


def figures_list(figures: Figures) -> Node:
    """The figures of one file for which the table has no room."""
    names = [name for name, one in FIGURES.items() if name in figures and not one.column]
    pairs = [node("div", _term(FIGURES[one]), node("dd", *_value(figures, one))) for one in names]
    return node("dl", *pairs, class_="settings")


def _term(figure: Figure) -> Node:
    return node("dt", figure.heading, title=figure.text)


def _value(figures: Figures, name: str) -> tuple[Content, ...]:
    """The figure with its unit; where there is none, a dash and why."""
    value = figures.get(name)
    if value is not None:
        return (FIGURES[name].shown(value),)
    return DASH, node("sup", UNDEFINED if name in figures else ABSENT)
