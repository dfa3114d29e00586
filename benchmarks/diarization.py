"""Diarization error of the embedded models, as `diascribe evaluate` scores it.

    make bench NAME=diarization

Collar 0, overlapped speech scored, components summed over files. Simulated talks (mono,
up to 10 minutes) against their speech intervals, and six half-minutes of AMI meetings
against two references: too few to rank systems by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from _models import diarization
from _record import data_folder, store

from diascribe import Transcript, load
from diascribe.evaluation.account import Pair
from diascribe.evaluation.evaluate import Evaluation, Settings, evaluate
from diascribe.evaluation.reading import account_of, read_accounts
from diascribe.evaluation.tables import to_text
from diascribe.span import Span

LICENCE = "MIT, Apache-2.0"
MODEL = "PyanNet + GE2E + silero, embedded"
PARTS = ("der", "miss", "false_alarm", "confusion")
AUDIO = {".wav", ".flac", ".opus", ".mp3"}

Recordings = list[tuple[Path, Path]]
"""Recordings and their references."""


def main() -> None:
    """Diarize every recording once and score it against its references."""
    sets = dict(groups(data_folder()))
    files = sorted({path for pairs in sets.values() for path, _ in pairs})
    with load() as engine:
        found = {path: engine.diarize(path) for path in files}
    scored = {name: evaluated(pairs, found) for name, pairs in sets.items()}
    for name, one in scored.items():
        print(f"\n{name}\n{to_text(one)}", end="")
    rows = [
        {"model": MODEL, "data": name, "licence": LICENCE, **parts(one)}
        for name, one in scored.items()
    ]
    by_file = {
        name: [{"file": file.pair.recording, **file.figures()} for file in one.files]
        for name, one in scored.items()
    }
    references = {reference for pairs in sets.values() for _, reference in pairs}
    measured = {"rows": rows, "files": by_file}
    store("diarization", {*files, *references}, measured, diarization())


def groups(data: Path) -> Iterator[tuple[str, Recordings]]:
    """Each set's name and its recordings."""
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


def evaluated(recordings: Recordings, found: Mapping[Path, Transcript]) -> Evaluation:
    """What was found in the recordings, from their first second to their last."""
    return evaluate(_pairs(recordings, found), Settings())


def _pairs(recordings: Recordings, found: Mapping[Path, Transcript]) -> Iterable[Pair]:
    for path, reference in recordings:
        (wanted,) = read_accounts(reference)
        transcript = found[path]
        yield Pair(
            reference=wanted,
            hypothesis=account_of(transcript, path.stem),
            scored=(Span(0, transcript.duration),),
        )


def parts(evaluation: Evaluation) -> dict[str, float | None]:
    """DER of all files together, and what it is made of."""
    total = evaluation.total()
    return {name: total[name] for name in PARTS}


if __name__ == "__main__":
    main()
