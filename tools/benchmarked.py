"""The tables of benchmarks/README.md, from what the benchmarks stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markdown import table
from measured import errors, last_line, latest

COMPARED = ("what", "by", "Diascribe", "theirs", "theirs / ours")
STAGES = ("stage", "first time in a fresh process", "again", "speed then")
LENGTHS = ("hours", "benchmark", "peak memory", "speed of the command", "commit", "date")
FIGURES = ("benchmark", "what", "value", "commit", "date")


def peers(folder: Path) -> str:
    """What one run measured of the peers and of us, and which peers could not be run."""
    path = folder / "peers.jsonl"
    if not path.exists():
        return "Nothing is stored yet: `make bench-peers`."
    run = last_line(path)
    parts = (
        f"{_begun(run)} {_versions(run)}.",
        _compared(run),
        _encoder_share(run["peer_stages_end_s"]),
        "Not run:",
        table(("peer", "why"), run["not_run"].items()),
    )
    return "\n\n".join(parts)


def beside(folder: Path, name: str) -> str:
    """What one run of a benchmark measured of WhisperX and of us."""
    path = folder / f"{name}.jsonl"
    if not path.exists():
        return "Nothing is stored yet: `make bench-peers`."
    run = last_line(path)
    return f"{_begun(run)}\n\n{_compared(run)}"


def voices(folder: Path) -> str:
    """What the last run measured of known voices."""
    path = folder / "known_voices.jsonl"
    if not path.exists():
        return "Nothing is stored yet: `make bench NAME=known_voices`."
    run = last_line(path)
    rows = ((one["what"], f"{one['value']:g} {one['unit']}") for one in run["figures"])
    return f"{_where(run)}.\n\n{table(('what', 'value'), rows)}"


def service(folder: Path) -> str:
    """What the last run measured of the service."""
    path = folder / "service.jsonl"
    if not path.exists():
        return "Nothing is stored yet: `make bench NAME=service`."
    run = last_line(path)
    rows = ((one["what"], f"{one['value']:g} {one['unit']}") for one in run["figures"])
    return f"{_where(run)}.\n\n{table(('what', 'value'), rows)}"


def newest(folder: Path) -> str:
    """Every figure of the last run of every benchmark, stages' times, memory against length."""
    runs = latest(folder)
    stages = [_stages(run) for run in runs if "stages" in run]
    lengths = sorted((row for run in runs for row in _lengths(run)), key=lambda row: float(row[0]))
    parts = [table(FIGURES, (row for run in runs for row in _figures(run))), *stages]
    if lengths:
        parts.append(f"Memory against length, the whole command:\n\n{table(LENGTHS, lengths)}")
    return "\n\n".join(parts)


def _figures(run: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """A line for each figure and each row of the README's table."""
    for row in run.get("rows", ()):
        values = [*errors(row), *_speed(row)]
        yield _line(run, f"{row['model']}: {row['data']}", "; ".join(values))
    for one in run.get("figures", ()):
        yield _line(run, one["what"], f"{one['value']:g} {one['unit']}".rstrip())


def _lengths(run: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """A line for each length that a run measured the memory of."""
    for one in run.get("lengths", ()):
        peak, speed = f"{one['peak_mb']:.0f} MB", f"{one['speed']:.0f} times real time"
        yield f"{one['hours']:g}", run["benchmark"], peak, speed, run["commit"], run["date"]


def _line(run: Mapping[str, Any], what: str, value: str) -> tuple[str, ...]:
    return run["benchmark"], what, value, run["commit"], run["date"]


def _speed(row: Mapping[str, Any]) -> Iterator[str]:
    if row.get("speed") is not None:
        yield f"{row['speed']:g} times real time"


def _stages(run: Mapping[str, Any]) -> str:
    rows = [
        (
            one["stage"],
            f"{one['cold_s']:.2f} s",
            f"{one['loaded_s']:.2f} s",
            f"{float(format(one['speed'], '.3g')):g} times real time",
        )
        for one in run["stages"]
    ]
    return f"Stages on a talk of one minute. {_where(run)}:\n\n{table(STAGES, rows)}"


def _begun(run: Mapping[str, Any]) -> str:
    return f"{_where(run)}; {run['load_before']:g} processes at work before."


def _compared(run: Mapping[str, Any]) -> str:
    rows = (
        (row["what"], row["peer"], _amount(row, "ours"), _amount(row, "theirs"), _ratio(row))
        for row in run["peers"]
    )
    return table(COMPARED, rows)


def _amount(row: Mapping[str, Any], side: str) -> str:
    return f"{row[side]:g} {row['unit']}".rstrip()


def _ratio(row: Mapping[str, Any]) -> str:
    return "" if row["ratio"] is None else f"{row['ratio']:g}"


def _encoder_share(ends: Mapping[str, float]) -> str:
    """How much of pyannote.audio's time its speaker encoder takes; stages end one by one."""
    share = (ends["embeddings"] - ends["speaker_counting"]) / max(ends.values())
    return f"Of pyannote.audio's time for the diarization, {share:.0%} is its speaker encoder's."


def _where(run: Mapping[str, Any]) -> str:
    return f"One run at commit {run['commit']} on {run['date']}, {run['machine']}"


def _versions(run: Mapping[str, Any]) -> str:
    """The peers' packages and their versions."""
    return ", ".join(f"{name} {version}" for name, version in run["peer_versions"].items())
