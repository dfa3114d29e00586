"""Three hours through the whole command with a Whisper: memory, progress, and how it stops.

    make bench NAME=hours

The recording is an hour of synthesised sentences that the nano Whisper of the tests was not
trained on, once and three times over; speakers are told apart too.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from _models import ModelFile, digest
from _record import store
from _spoken import speech, write
from _watch import family, watch
from speed import figure, length
from words import BATCH, COMPUTE_TYPE, NANO, SECONDS, SEED

from diascribe import load
from diascribe.engine.beside import Progress

CORES = 2
INTERRUPTED_S = 20.0
"""After so much work the command is told to stop: it is in the midst of its stages then."""

ASKED: dict[str, Any] = {
    "model": str(NANO),
    "language": "en",
    "compute_type": COMPUTE_TYPE,
    "batch_size": BATCH,
}


def main() -> None:
    """Measure, print and store."""
    samples, _ = speech(SECONDS, seed=SEED)
    with tempfile.TemporaryDirectory() as folder:
        hour = write(Path(folder, "hour.wav"), samples)
        hours = write(Path(folder, "hours.wav"), np.tile(samples, 3))
        one, three = (watch(_command(path, Path(folder, "out"))) for path in (hour, hours))
        seconds, left = _interrupted(hours, Path(folder, "stopped"))
        figures = [
            figure("whole command with the nano Whisper, an hour", 3600 / one.seconds, "x"),
            figure("whole command with the nano Whisper, three hours", 10_800 / three.seconds, "x"),
            figure("memory for each further hour of it", (three.peak_mb - one.peak_mb) / 2, "MB"),
            figure("times that the progress of a stage went back", _setbacks(hour), ""),
            figure("from Ctrl-C to the end of the command", seconds, "s"),
            figure("files and processes that it left behind", left, ""),
        ]
    for line in figures:
        print(f"{line['what']:<62}{line['value']:8.2f} {line['unit']}")
    measured = {
        "figures": figures,
        "lengths": [length(1, one), length(3, three)],
        "options": {**ASKED, "model": NANO.name, "cores": CORES, "seconds": SECONDS, "seed": SEED},
    }
    model = ModelFile("nano Whisper of the tests", "tools/nano", digest([NANO / "model.bin"]))
    store("hours", [], measured, [model])


def _command(path: Path, out: Path) -> list[str]:
    given = [
        text for name, value in ASKED.items() for text in (f"--{name}".replace("_", "-"), value)
    ]
    run = (Path(sys.executable).with_name("diascribe"), "transcribe", path, "--quiet")
    return [*map(str, (*run, "--cores", CORES, "--format", "json,srt", "-o", out, *given))]


def _setbacks(path: Path) -> int:
    """How often a stage was told to be less far than before, in the whole of a recording."""
    reached: dict[str, float] = {}
    back = 0

    def report(step: Progress) -> None:
        nonlocal back
        back += step.done < reached.get(step.stage, 0.0)
        reached[step.stage] = step.done

    with load(cores=CORES) as engine:
        engine.transcribe(path, on_progress=report, **ASKED)
    return back


def _interrupted(path: Path, out: Path) -> tuple[float, int]:
    """Seconds from Ctrl-C to the command's end, and what is there of it then."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    with tempfile.TemporaryDirectory() as spool:
        child = subprocess.Popen(  # noqa: S603 - a benchmark's own
            _command(path, out), env={"PATH": "/usr/bin:/bin", "TMPDIR": spool}
        )
        time.sleep(INTERRUPTED_S)
        members = family(child.pid)
        begun = time.perf_counter()
        for member in members:  # as a terminal does
            _told_to_stop(member)
        child.wait()
        seconds = time.perf_counter() - begun
        left = [*Path(spool).iterdir(), *(out.rglob("*") if out.exists() else ())]
        alive = [one for one in members if Path(f"/proc/{one}").exists()]
    return seconds, len(left) + len(alive)


def _told_to_stop(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it may have ended just now
        os.kill(pid, signal.SIGINT)


if __name__ == "__main__":
    main()
