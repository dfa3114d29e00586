"""Time and memory of the whole command `diascribe transcribe`, its child processes included.

    make bench NAME=transcribe

Ten minutes of a simulated talk, two cores.
"""

from __future__ import annotations

import sys
from pathlib import Path

from _models import everything
from _record import data_folder, store
from _watch import watch
from speed import figure

CORES = 2


def main() -> None:
    """Measure, print and store."""
    talk = next((data_folder() / "sim/dev").glob("*_2spk_10m.opus"))
    command = str(Path(sys.executable).with_name("diascribe"))
    whole = watch([command, "transcribe", str(talk), "--quiet", "--cores", str(CORES)])
    figures = [
        figure(
            "transcription of ten minutes, whole command, two cores",
            600 / whole.seconds,
            "times real time",
        ),
        figure("peak memory of it, the recognizer's two processes included", whole.peak_mb, "MB"),
    ]
    for line in figures:
        print(f"{line['what']:<62}{line['value']:8.2f} {line['unit']}")
    store("transcribe", [talk], {"figures": figures, "options": {"cores": CORES}}, everything())


if __name__ == "__main__":
    main()
