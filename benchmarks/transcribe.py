"""Time and memory of the whole command `diascribe transcribe`, its child processes included.

    make bench NAME=transcribe

Ten minutes of a simulated talk, two cores. The stages' times are as the result gives them,
recognition and diarization side by side; `stages` measures each alone.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from _models import everything
from _record import data_folder, store
from _watch import watch
from speed import figure

from diascribe.wire.decode import from_json

CORES = 2


def main() -> None:
    """Measure, print and store."""
    talk = next((data_folder() / "sim/dev").glob("*_2spk_10m.opus"))
    command = str(Path(sys.executable).with_name("diascribe"))
    options = ("--quiet", "--cores", str(CORES), "--format", "json")
    with tempfile.TemporaryDirectory() as folder:
        whole = watch([command, "transcribe", str(talk), *options, "-o", folder])
        transcript = from_json(Path(folder, f"{talk.stem}.json").read_text())
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
    timings = {one.stage: round(one.seconds, 2) for one in transcript.timings}
    measured = {"figures": figures, "timings_s": timings, "options": {"cores": CORES}}
    store("transcribe", [talk], measured, everything())


if __name__ == "__main__":
    main()
