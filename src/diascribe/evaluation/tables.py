"""An evaluation as a table: text to read, Markdown, CSV, or JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from diascribe.errors import printable
from diascribe.evaluation.evaluate import Evaluation
from diascribe.evaluation.figures import FIGURES, Figures, columns
from diascribe.evaluation.scores import FileScore
from diascribe.span import Span

UNDEFINED = "undefined"
"""Errors, and a reference without anything to be a share of."""

ABSENT = "-"
"""Not measured: the notes say why."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: a file, the files of a title, or all."""

    kind: str
    name: str
    title: str
    figures: Figures


def rows(evaluation: Evaluation) -> Iterator[Row]:
    """Every file, every title, all."""
    for one in evaluation.files:
        yield Row("file", one.pair.recording, one.pair.title or "", one.figures())
    for title, figures in evaluation.titles().items():
        yield Row("title", title, title, figures)
    yield Row("total", "all", "", evaluation.total())


def to_text(evaluation: Evaluation) -> str:
    """Columns of equal width, for a terminal."""
    names, table = _cells(evaluation)
    lines = [("", *(FIGURES[name].heading for name in names)), *table]
    widths = [max(len(line[column]) for line in lines) for column in range(len(names) + 1)]
    return "".join(f"{_padded(line, widths)}\n" for line in lines)


def to_markdown(evaluation: Evaluation) -> str:
    """A Markdown table; vertical bars in names are escaped."""
    names, table = _cells(evaluation)
    lines = [("", *(FIGURES[name].heading for name in names)), ("---", *("---:" for _ in names))]
    lines += [(line[0].replace("|", r"\|"), *line[1:]) for line in table]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def to_csv(evaluation: Evaluation) -> str:
    """A line of plain numbers for each row, every figure a column; empty where there is none."""
    lines = list(rows(evaluation))
    names = [name for name in FIGURES if any(name in line.figures for line in lines)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["kind", "name", "title", *names])
    for line in lines:
        values = [line.figures.get(name) for name in names]
        writer.writerow([line.kind, line.name, line.title, *values])
    return text.getvalue()


def to_json(evaluation: Evaluation) -> str:
    """An object with `total`, `titles`, `files` and the `settings`; shares are fractions."""
    told: dict[str, Any] = {
        "total": evaluation.total(),
        "titles": evaluation.titles(),
        "files": [_file(one) for one in evaluation.files],
        "settings": asdict(evaluation.settings),
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _file(one: FileScore) -> dict[str, Any]:
    return {
        "recording": one.pair.recording,
        "title": one.pair.title,
        **one.figures(),
        "mapping": dict(one.mapping),
        "doubts": [
            {
                "message": doubt.message,
                "uem": None if doubt.scored is None else _times(doubt.scored),
                "stretches": _times(doubt.stretches),
            }
            for doubt in one.doubts
        ],
        "notes": list(one.notes),
    }


def _times(spans: Iterable[Span]) -> list[tuple[float, float]]:
    return [(span.start, span.end) for span in spans]


def _cells(evaluation: Evaluation) -> tuple[list[str], list[tuple[str, ...]]]:
    """The columns' names, and the cells, the rows' names first; one file is not summed up."""
    alone = len(evaluation.files) == 1
    lines = [line for line in rows(evaluation) if not alone or line.kind == "file"]
    names = columns(line.figures for line in lines)
    return names, [(printable(line.name), *_values(line.figures, names)) for line in lines]


def _values(figures: Figures, names: Iterable[str]) -> Iterator[str]:
    return (_cell(figures, name) for name in names)


def _cell(figures: Figures, name: str) -> str:
    value = figures.get(name)
    if value is not None:
        return FIGURES[name].shown(value)
    return UNDEFINED if name in figures else ABSENT


def _padded(line: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.rjust(width) if column else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(line, widths, strict=True))
    )
    return "  ".join((first, *others))
