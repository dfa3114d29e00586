"""A day in one file: time and memory of diarizing 24 hours.

make bench NAME=day
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from _long import repeated
from _models import diarization
from _record import data_folder, store
from _watch import watch
from speed import diarize_command, figure, length

HOURS = 24


def main() -> None:
    """Measure, print and store."""
    hour = next((data_folder() / "sim/dev").glob("*_60m.opus"))
    with tempfile.TemporaryDirectory() as folder:
        day = watch(diarize_command(repeated(hour, HOURS, Path(folder))))
    figures = [
        figure(
            "diarization of 24 hours, whole command", HOURS * 3600 / day.seconds, "times real time"
        ),
        figure("peak memory, 24 hours", day.peak_mb, "MB"),
    ]
    for line in figures:
        print(f"{line['what']:<62}{line['value']:8.2f} {line['unit']}")
    store("day", [hour], {"figures": figures, "lengths": [length(HOURS, day)]}, diarization())


if __name__ == "__main__":
    main()
