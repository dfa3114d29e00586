"""Speed, start and memory of diarization with the embedded models.

    make bench NAME=speed

The hour is diarized by an engine that is loaded already (best and median of three), and
once as a whole command; three hours, the hour repeated, as a whole command for the memory.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _long import repeated
from _models import diarization
from _record import data_folder, store
from _watch import Watched, watch

from diascribe import load

START = "import diascribe; diascribe.load()"
IMPORT = "import diascribe"


def main() -> None:
    """Measure, print and store."""
    hour = next((data_folder() / "sim/dev").glob("*_60m.opus"))
    runs = [_diarize(hour) for _ in range(3)]
    speeds = [duration / seconds for duration, seconds in runs]
    one = watch(diarize_command(hour))
    with tempfile.TemporaryDirectory() as folder:
        three = watch(diarize_command(repeated(hour, 3, Path(folder))))
    slope = (three.peak_mb - one.peak_mb) / 2
    figures = [
        figure(
            "diarization of an hour, models loaded, median of 3",
            statistics.median(speeds),
            "times real time",
        ),
        figure("diarization of an hour, models loaded, best of 3", max(speeds), "times real time"),
        figure("diarization of an hour, whole command", 3600 / one.seconds, "times real time"),
        figure("start of a process to a ready engine, median of 5", _start(START), "s"),
        figure(
            "`import diascribe`, median of 5, Python's own start left out",
            _start(IMPORT) - _start("pass"),
            "s",
        ),
        figure("peak memory, an hour", one.peak_mb, "MB"),
        figure("peak memory, three hours", three.peak_mb, "MB"),
        figure("memory for each further hour", slope, "MB"),
    ]
    for line in figures:
        print(f"{line['what']:<62}{line['value']:8.2f} {line['unit']}")
    measured = {
        "figures": figures,
        "lengths": [length(1, one), length(3, three)],
        "runs_seconds": [seconds for _, seconds in runs],
    }
    store("speed", [hour], measured, diarization())


def _diarize(path: Path) -> tuple[float, float]:
    """Seconds of the recording and of the work."""
    with load() as engine:
        begun = time.perf_counter()
        transcript = engine.diarize(path)
        return transcript.duration, time.perf_counter() - begun


def diarize_command(path: Path) -> list[str]:
    """The command that diarizes a file and prints nothing."""
    return [str(Path(sys.executable).with_name("diascribe")), "diarize", str(path), "--quiet"]


def _start(code: str) -> float:
    """Median seconds of a Python process that runs some code."""
    return statistics.median(_seconds([sys.executable, "-c", code]) for _ in range(5))


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True)  # noqa: S603 - a benchmark's own
    return time.perf_counter() - begun


def figure(what: str, value: float, unit: str) -> dict[str, str | float]:
    """A line under the README's table."""
    return {"what": what, "value": round(value, 2), "unit": unit}


def length(hours: int, whole: Watched) -> dict[str, float]:
    """A line of the table of memory against length."""
    speed = round(hours * 3600 / whole.seconds, 2)
    return {"hours": hours, "peak_mb": round(whole.peak_mb, 1), "speed": speed}


if __name__ == "__main__":
    main()
