"""What the benchmarks stored, and all measured numbers out of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markdown import table

DRAFT = "pocketsphinx"
"""How results files name the embedded recognizer, whatever its language."""

FOR_DEVELOPERS = ("clustering", "evaluate", "known_voices", "service", "weights", "diarizers")
"""Benchmarks whose figures are in benchmarks/README.md, or on a page of their own, only."""

HEADER = ("model", "error", "data", "speed", "memory", "licence")


def latest(folder: Path) -> list[dict[str, Any]]:
    """The last run of every benchmark, by the benchmarks' names."""
    return [last_line(path) for path in sorted(folder.glob("*.jsonl"))]


def last_line(path: Path) -> dict[str, Any]:
    """The last run in a results file."""
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])
    return record


def measured(folder: Path) -> str:
    """The table of every stored row, figures that are no rows, the recognizer's sentence."""
    stored = latest(folder)
    rows = [row for one in stored for row in one.get("rows", ())]
    figures = [
        figure
        for one in stored
        if one["benchmark"] not in FOR_DEVELOPERS
        for figure in one.get("figures", ())
    ]
    parts = [draft(rows)]
    if rows:
        parts.append(table(HEADER, map(_row, rows)))
    if figures:
        parts.append("\n".join(map(_figure, figures)))
    machines = sorted({one["machine"] for one in stored if one.get("machine")})
    if machines:
        parts.append(f"Measured on: {'; '.join(machines)}.")
    return "\n\n".join(parts)


def draft(rows: list[dict[str, Any]]) -> str:
    """A sentence on how wrong the embedded recognizer gets words."""
    errors = [
        f"{_percent(row['wer'])} of the words of {row['data']}"
        for row in rows
        if row["model"].startswith(DRAFT) and row.get("headline")
    ]
    wrong = f": it gets {' and '.join(errors)} wrong" if errors else ""
    return (
        f"The embedded recognizer is a draft recognizer for English{wrong}. Stronger "
        "ones come with `diascribe models pull`; they are not measured here, as their weights "
        "could not be reached."
    )


def _row(row: Mapping[str, Any]) -> tuple[str, ...]:
    speed, memory = row.get("speed"), row.get("peak_memory_mb")
    return (
        row["model"],
        "; ".join(errors(row)),
        row["data"],
        "" if speed is None else f"{speed:.0f} times real time",
        "" if memory is None else f"{memory:.0f} MB",
        row["licence"],
    )


def errors(row: Mapping[str, Any]) -> Iterator[str]:
    """Word and diarization error as the row has them, the latter in its three parts."""
    if row.get("wer") is not None:
        yield f"WER {_percent(row['wer'])}"
    if row.get("der") is not None:
        names = (("miss", "miss"), ("false_alarm", "false alarm"), ("confusion", "confusion"))
        parts = [f"{text} {_percent(row[key])}" for key, text in names if row.get(key) is not None]
        yield f"DER {_percent(row['der'])}" + (f" ({', '.join(parts)})" if parts else "")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _figure(figure: Mapping[str, Any]) -> str:
    return f"- {figure['what']}: {figure['value']:g} {figure['unit']}".rstrip()
