"""A manifest: which reference belongs to which hypothesis, line by line.

CSV or TSV with a header, or JSON Lines. Paths are relative to the manifest.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from diascribe.errors import TranscriptFormatError
from diascribe.evaluation.reading.files import naming, read_text
from diascribe.formats.reading import Line, load_json, rows

REQUIRED = ("reference", "hypothesis")
OPTIONAL = ("uem", "title", "recording")
KNOWN = (*REQUIRED, *OPTIONAL)
DELIMITERS = {".csv": ",", ".tsv": "\t"}
NAMES = {",": "commas", "\t": "tabs"}
LINES = (".jsonl", ".ndjson")

SURPLUS = "columns without a header"
"""Under this name come the columns of a line that has more than the header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a manifest, a wrong one too; the header only where it is wrong."""

    number: int
    reference: Path | None = None
    """Null where the line does not say it, which is one of its problems."""
    hypothesis: Path | None = None
    """As `reference`."""
    uem: Path | None = None
    title: str | None = None
    recording: str | None = None
    """Which of the recordings in the files; null takes all that both tell of."""
    problems: tuple[str, ...] = ()
    """What is wrong with the line, its files apart."""


def read_entries(path: Path) -> list[Entry]:
    """The lines of a manifest, with what is wrong with each.

    Raises:
        SourceError: it cannot be read.
        TranscriptFormatError: it holds no lines, or its name does not say how they are written.
    """
    text = read_text(path)
    with naming(path):
        entries = list(_entries(path, text))
        if not entries:
            raise TranscriptFormatError(("wanted a line for each pair, got none",))
    return entries


def _entries(path: Path, text: str) -> Iterator[Entry]:
    suffix = path.suffix.lower()
    if suffix in LINES:
        return (_object(path.parent, line) for line in rows(text))
    if suffix in DELIMITERS:
        return _table(path.parent, text, DELIMITERS[suffix])
    known = ", ".join((*DELIMITERS, *LINES))
    raise TranscriptFormatError((f"wanted a manifest that ends in {known}, got {suffix!r}",))


def _object(folder: Path, line: Line) -> Entry:
    """The entry of a line of JSON."""
    try:
        fields = load_json(line.text)
    except TranscriptFormatError:
        fields = None
    if not isinstance(fields, dict):
        # The line is named when its problems are told.
        (problem,) = line.refuse("a JSON object", line.text).problems
        return Entry(number=line.number, problems=(problem.removeprefix(f"line {line.number}: "),))
    problems = (*_lacking(fields, REQUIRED), *_unknown(fields), *_no_texts(fields))
    return _entry(folder, line.number, fields, problems)


def _table(folder: Path, text: str, delimiter: str) -> Iterator[Entry]:
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, restkey=SURPLUS, strict=True)
    try:
        header = reader.fieldnames or ()
        problems = tuple(_header_problems(header, delimiter))
        if problems:
            yield Entry(number=1, problems=problems)
        required = [name for name in REQUIRED if name in header]
        if not required:
            return
        for fields in reader:
            surplus = [SURPLUS] if SURPLUS in fields else []
            wrong = (*_lacking(fields, required), *_unknown(surplus))
            yield _entry(folder, reader.line_num, fields, wrong)
    except csv.Error as error:
        yield Entry(number=reader.reader.line_num, problems=(str(error),))


def _header_problems(header: Iterable[str], delimiter: str) -> Iterator[str]:
    """What is wrong with the first line; where nothing parts its columns, only that."""
    header = list(header)
    if len(header) == 1 and any(name in header[0] for name in REQUIRED):
        wanted = f"{NAMES[delimiter]} between the columns {' and '.join(REQUIRED)}"
        yield f"wanted {wanted}, got {header[0]!r}"
    elif header:
        yield from (f"wanted a column {name}, got none" for name in REQUIRED if name not in header)
        yield from _unknown(header)


def _lacking(fields: Mapping[str, object], required: Iterable[str]) -> Iterator[str]:
    return (f"wanted a {name}, got none" for name in required if not fields.get(name))


def _unknown(names: Iterable[str]) -> Iterator[str]:
    wanted = f"wanted only {', '.join(KNOWN)}"
    return (f"{wanted}; got {name!r}" for name in names if name not in KNOWN)


def _no_texts(fields: Mapping[str, object]) -> Iterator[str]:
    for name, value in fields.items():
        if name in KNOWN and not isinstance(value, str | None):
            yield f"wanted a text as {name}, got {json.dumps(value)}"


def _entry(
    folder: Path, number: int, fields: Mapping[str, object], problems: tuple[str, ...]
) -> Entry:
    texts = {name: value for name, value in fields.items() if value and isinstance(value, str)}
    files = {name: folder / texts[name] for name in (*REQUIRED, "uem") if name in texts}
    return Entry(
        number=number,
        reference=files.get("reference"),
        hypothesis=files.get("hypothesis"),
        uem=files.get("uem"),
        title=texts.get("title"),
        recording=texts.get("recording"),
        problems=problems,
    )
