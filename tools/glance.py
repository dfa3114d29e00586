"""The README's few measured numbers: the rest is in benchmarks/README.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from markdown import table
from measured import draft, errors, latest


class Glance(NamedTuple):
    """A number for the README: which benchmark stored it, under what, and in plain words."""

    benchmark: str
    stored: str
    """The `data` of a row, or the `what` of a figure, as stored."""
    plain: str


CHOSEN = (
    Glance("diarization", "5 simulated talks, collar 0, overlap scored", "who spoke when, talks"),
    Glance(
        "channels",
        "2 simulated stereo calls, channels=auto, collar 0, overlap scored",
        "who spoke when, calls with a side a channel",
    ),
    Glance("recognizer", "LibriSpeech test-other", "words, the embedded draft recognizer"),
    Glance(
        "alignment",
        "median word-time error of the embedded aligner, words marked by people",
        "times of words, median error",
    ),
    Glance("speed", "diarization of an hour, models loaded, median of 3", "diarization, two cores"),
    Glance("speed", "peak memory, an hour", "memory for an hour's diarization"),
    Glance("speed", "start of a process to a ready engine, median of 5", "start to ready"),
    Glance("install", "`make demo` on a fresh clone", "`make demo` on a fresh clone"),
    Glance(
        "install",
        "virtual environment of `make demo`, without torch or extras",
        "room on the disk, everything included",
    ),
)


def glance(folder: Path) -> str:
    """The draft recognizer's sentence and a table of the chosen numbers.

    Raises:
        KeyError: A chosen number is not in the results.
    """
    stored = latest(folder)
    rows = [(one.plain, _value(stored, one)) for one in CHOSEN]
    words = draft([row for one in stored for row in one.get("rows", ())])
    return f"{words}\n\n{table(('what', 'measured'), rows)}"


def _value(stored: list[dict[str, Any]], wanted: Glance) -> str:
    run = next(one for one in stored if one["benchmark"] == wanted.benchmark)
    for row in run.get("rows", ()):
        if row["data"] == wanted.stored:
            return "; ".join(errors(row))
    for figure in run.get("figures", ()):
        if figure["what"] == wanted.stored:
            return f"{figure['value']:g} {figure['unit']}".rstrip()
    raise KeyError(f"wanted {wanted.stored!r} in {wanted.benchmark}.jsonl, found none")
