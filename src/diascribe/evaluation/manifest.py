"""A manifest: which reference belongs to which hypothesis, line by line.

CSV or TSV with a header, or JSON Lines. Paths are relative to the manifest.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from diascribe.errors import TranscriptFormatError
from diascribe.evaluation.reading.files import naming, read_text
from diascribe.formats.reading import load_json, rows

REQUIRED = ("reference", "hypothesis")
OPTIONAL = ("uem", "title", "recording")
DELIMITERS = {".csv": ",", ".tsv": "\t"}
LINES = (".jsonl", ".ndjson")

SURPLUS = "columns without a header"
"""Under this name come the columns of a line that has more than the header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a manifest."""

    number: int
    reference: Path
    hypothesis: Path
    uem: Path | None = None
    title: str | None = None
    recording: str | None = None
    """Which of the recordings in the files; null takes all that both tell of."""


def read_entries(path: Path) -> list[Entry]:
    """The lines of a manifest.

    Raises:
        SourceError: it cannot be read.
        TranscriptFormatError: names every wrong line and what it should have held.
    """
    text = read_text(path)
    with naming(path):
        numbered = list(_numbered(path, text))
        problems = [problem for number, fields in numbered for problem in _problems(number, fields)]
        if problems or not numbered:
            raise TranscriptFormatError(
                tuple(problems) or ("wanted a line for each pair, got none",)
            )
    return [_entry(path.parent, number, fields) for number, fields in numbered]


def _numbered(path: Path, text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    """The fields of each line, and its number."""
    suffix = path.suffix.lower()
    if suffix in LINES:
        return _objects(text)
    if suffix in DELIMITERS:
        return _table(text, DELIMITERS[suffix])
    known = ", ".join((*DELIMITERS, *LINES))
    raise TranscriptFormatError((f"wanted a manifest that ends in {known}, got {suffix!r}",))


def _objects(text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    for line in rows(text):
        try:
            fields = load_json(line.text)
        except TranscriptFormatError as error:
            raise line.refuse("a JSON object", line.text) from error
        if not isinstance(fields, dict):
            raise line.refuse("a JSON object", line.text)
        yield line.number, fields


def _table(text: str, delimiter: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, restkey=SURPLUS, strict=True)
    try:
        for fields in reader:
            yield reader.line_num, fields
    except csv.Error as error:
        raise TranscriptFormatError((f"line {reader.reader.line_num}: {error}",)) from error


def _problems(number: int, fields: Mapping[str, object]) -> Iterator[str]:
    """What is wrong with a line."""
    known = (*REQUIRED, *OPTIONAL)
    for name in REQUIRED:
        if not fields.get(name):
            yield f"line {number}: wanted a {name}, got none"
    for name, value in fields.items():
        if name not in known:
            yield f"line {number}: wanted only {', '.join(known)}; got {name!r}"
        elif not isinstance(value, str | None):
            yield f"line {number}: wanted a text as {name}, got {json.dumps(value)}"


def _entry(folder: Path, number: int, fields: Mapping[str, object]) -> Entry:
    texts = {name: str(value) for name, value in fields.items() if value}
    return Entry(
        number=number,
        reference=folder / texts["reference"],
        hypothesis=folder / texts["hypothesis"],
        uem=folder / texts["uem"] if "uem" in texts else None,
        title=texts.get("title"),
        recording=texts.get("recording"),
    )
