"""An evaluation as a table: text to read, Markdown, CSV, or JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from diascribe.errors import printable
from diascribe.evaluation.evaluate import Evaluation, by_title, summed
from diascribe.evaluation.figures import FIGURES, Figures, columns
from diascribe.evaluation.manner import (
    COLUMNS,
    columns_of,
    normalizers,
    notes,
    sentence,
    uems,
)
from diascribe.evaluation.scores import FileScore
from diascribe.span import Span

UNDEFINED = "undefined"
"""Errors, and a reference without anything to be a share of."""

ABSENT = "-"
"""Not measured: not both files hold what it needs, or a note says why."""


RULE = "-"
"""Parts the files from their titles, and these from all."""


Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: a file, the files of a title, or all."""

    kind: str
    name: str
    title: str
    files: tuple[FileScore, ...]
    figures: Figures


def rows(evaluation: Evaluation) -> Iterator[Row]:
    """Every file, every title, all."""
    for one in evaluation.files:
        yield Row("file", one.pair.recording, one.pair.title or "", (one,), one.figures())
    for title, files in by_title(evaluation.files).items():
        yield Row("title", title, title, tuple(files), summed(files))
    yield Row("total", "all", "", evaluation.files, evaluation.total())


def to_text(evaluation: Evaluation) -> str:
    """Columns of equal width, for a terminal, then how it was scored."""
    header, table = _cells(evaluation)
    cells = [header, *(line for _, line in table)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(header))]
    lines = [_padded(header, widths)]
    for before, (kind, line) in zip(["file", *(kind for kind, _ in table)], table, strict=False):
        lines += [RULE * len(lines[0])] if kind != before else []
        lines.append(_padded(line, widths))
    return "".join(f"{line}\n" for line in (*lines, "", printable(sentence(evaluation))))


def to_markdown(evaluation: Evaluation) -> str:
    """A Markdown table, then how it was scored; vertical bars in names are escaped.

    Of several files a column says whether a line is a file, a title or the total.
    """
    header, table = _cells(evaluation)
    lines = [header, ("---", *("---:" for _ in header[1:]))]
    lines += [(_escaped(line[0]), *line[1:]) for _, line in table]
    if len(table) > 1:
        kinds = ["", "---", *(kind for kind, _ in table)]
        lines = [(kind, *line) for kind, line in zip(kinds, lines, strict=True)]
    made = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return f"{made}\n{_escaped(printable(sentence(evaluation)))}\n"


def _escaped(text: str) -> str:
    return text.replace("|", r"\|")


def to_csv(evaluation: Evaluation) -> str:
    """A line of plain numbers for each row; empty where there is nothing to say.

    Always the same columns in the same order: the row's names, how it was scored, every figure.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["kind", "name", "title", *COLUMNS, *FIGURES])
    for line in rows(evaluation):
        manner = columns_of(line.files, evaluation.settings)
        values = [*(manner[name] for name in COLUMNS), *map(line.figures.get, FIGURES)]
        writer.writerow([line.kind, line.name, line.title, *values])
    return text.getvalue()


def to_json(evaluation: Evaluation) -> str:
    """An object with `total`, `titles`, `files`, `settings`, `notes`; shares are fractions."""
    told: dict[str, Any] = {
        "total": evaluation.total(),
        "titles": evaluation.titles(),
        "files": [_file(one) for one in evaluation.files],
        "settings": _settings(evaluation),
        "notes": notes(evaluation),
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _settings(evaluation: Evaluation) -> dict[str, Any]:
    """What was asked for, and the UEMs and normalizers that were applied."""
    return {
        **asdict(evaluation.settings),
        "uem": uems(evaluation.files),
        "normalizers_applied": normalizers(evaluation.files),
    }


def _file(one: FileScore) -> dict[str, Any]:
    return {
        "recording": one.pair.recording,
        "title": one.pair.title,
        "uem": one.pair.uem,
        "normalizer": one.normalizer,
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


def _cells(evaluation: Evaluation) -> tuple[Cells, list[tuple[str, Cells]]]:
    """The header, and each row's kind and cells, its name first; one file is not summed up.

    The last column is the normalizer where files differ in it.
    """
    alone = len(evaluation.files) == 1
    lines = [line for line in rows(evaluation) if not alone or line.kind == "file"]
    names = columns(line.figures for line in lines)
    mixed = len(normalizers(evaluation.files)) > 1
    header = ("", *(FIGURES[name].heading for name in names), *["Normalizer"] * mixed)
    return header, [(line.kind, _line(line, names, mixed=mixed)) for line in lines]


def _line(line: Row, names: Iterable[str], *, mixed: bool) -> Cells:
    applied = "+".join(normalizers(line.files)) or ABSENT
    return printable(line.name), *_values(line.figures, names), *[applied] * mixed


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
