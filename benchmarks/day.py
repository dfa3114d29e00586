"""A day in one file: time and memory of diarizing 24 hours.

    make bench NAME=day

With a number, so many hours: `python benchmarks/day.py 18` where a day takes too long.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from _long import repeated
from _models import diarization
from _record import data_folder, store
from _watch import watch
from speed import diarize_command, figure, length

DAY_H = 24


def main() -> None:
    """Measure, print and store."""
    hours = int(sys.argv[1]) if len(sys.argv) > 1 else DAY_H
    hour = next((data_folder() / "sim/dev").glob("*_60m.opus"))
    with tempfile.TemporaryDirectory() as folder:
        day = watch(diarize_command(repeated(hour, hours, Path(folder))))
    figures = [
        figure(
            f"diarization of {hours} hours, whole command",
            hours * 3600 / day.seconds,
            "times real time",
        ),
        figure(f"peak memory, {hours} hours", day.peak_mb, "MB"),
    ]
    for line in figures:
        print(f"{line['what']:<62}{line['value']:8.2f} {line['unit']}")
    store("day", [hour], {"figures": figures, "lengths": [length(hours, day)]}, diarization())


if __name__ == "__main__":
    main()
