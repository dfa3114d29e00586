"""Diarization error of the embedded models, scored by pyannote.metrics.

    make bench NAME=diarization

Collar 0, overlapped speech scored, components summed over files. Simulated talks (mono,
up to 10 minutes) against their speech intervals, and six half-minutes of AMI meetings
against two references: too few to rank systems by.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from _models import diarization
from _record import data_folder, store

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # pyannote.metrics warns about its own plotting at import
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

from diascribe import Transcript, load

LICENCE = "MIT, Apache-2.0"
MODEL = "PyanNet + GE2E + silero, embedded"
PARTS = {"miss": "missed detection", "false_alarm": "false alarm", "confusion": "confusion"}


def main() -> None:
    """Diarize every recording once and score it against its references."""
    sets = dict(groups(data_folder()))
    files = sorted({path for pairs in sets.values() for path, _ in pairs})
    with load() as engine:
        found = {path: engine.diarize(path) for path in files}
    scored = {
        name: [score(path, found[path], reference) for path, reference in pairs]
        for name, pairs in sets.items()
    }
    rows = [
        {"model": MODEL, "data": name, "licence": LICENCE, **summed(lines)}
        for name, lines in scored.items()
    ]
    for name, lines in scored.items():
        _print(name, [*lines, {"file": "all", **summed(lines)}])
    references = {reference for pairs in sets.values() for _, reference in pairs}
    measured = {"rows": rows, "files": scored}
    store("diarization", {*files, *references}, measured, diarization())


def groups(data: Path) -> Iterator[tuple[str, list[tuple[Path, Path]]]]:
    """Each set's name and its recordings with their references."""
    audio = [path for path in sorted((data / "sim/dev").iterdir()) if path.suffix in AUDIO]
    talks = [path for path in audio if "stereo" not in path.name and "60m" not in path.name]
    yield (
        f"{len(talks)} simulated talks, collar 0, overlap scored",
        [(path, path.with_suffix(".rttm")) for path in talks],
    )
    hours = [path for path in audio if "60m" in path.name]
    yield (
        "1 simulated talk of an hour, collar 0, overlap scored",
        [(path, path.with_suffix(".rttm")) for path in hours],
    )
    meetings = sorted((data / "ami_excerpts").glob("*.flac"))
    for kind in ("only_words", "segments"):
        yield (
            f"{len(meetings)} half-minutes of AMI, {kind} reference, collar 0, overlap scored",
            [(path, path.with_suffix(f".{kind}.rttm")) for path in meetings],
        )


AUDIO = {".wav", ".flac", ".opus", ".mp3"}


def score(path: Path, transcript: Transcript, reference: Path) -> dict[str, Any]:
    """Seconds of each kind of error in one recording, and how many speakers there are."""
    metric = DiarizationErrorRate(collar=0.0, skip_overlap=False)
    wanted = _annotation(_read_rttm(reference))
    found = _annotation((turn.start, turn.end, turn.speaker) for turn in transcript.turns)
    whole = Timeline([Segment(0, transcript.duration)])
    parts = metric(wanted, found, uem=whole, detailed=True)
    total = parts["total"]
    return {
        "file": path.name,
        "seconds": total,
        "der": parts["diarization error rate"],
        **{name: parts[key] / total for name, key in PARTS.items()},
        "speakers": f"{len(found.labels())} of {len(wanted.labels())}",
    }


def _annotation(turns: Iterable[tuple[float, float, str]]) -> Annotation:
    annotation = Annotation()
    for track, (start, end, speaker) in enumerate(turns):
        annotation[Segment(start, end), track] = speaker
    return annotation


def _read_rttm(path: Path) -> Iterator[tuple[float, float, str]]:
    for line in path.read_text().splitlines():
        _, _, _, start, duration, _, _, speaker, *_ = line.split()
        yield float(start), float(start) + float(duration), speaker


def summed(rows: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Shares over all files together: seconds are summed, not rates."""
    rows = list(rows)
    total = sum(row["seconds"] for row in rows)
    return {
        name: sum(row[name] * row["seconds"] for row in rows) / total for name in ("der", *PARTS)
    }


def _print(name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    print(f"\n{name}\n{'file':<28}{'DER':>7}{'miss':>8}{'f. alarm':>10}{'confusion':>11}  speakers")
    for row in rows:
        print(
            f"{row['file']:<28}{row['der']:7.3f}{row['miss']:8.3f}{row['false_alarm']:10.3f}"
            f"{row['confusion']:11.3f}  {row.get('speakers', '')}"
        )


if __name__ == "__main__":
    main()
