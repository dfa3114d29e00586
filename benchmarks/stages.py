"""Speed of each stage alone, in a fresh process and with everything loaded.

    make bench NAME=stages

A talk of one minute, all cores. The first time counts from the start of a process: Python,
imports, models and the stage, without the work of the stages before it. The time again is
the median of the other runs in that process.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
import wave
from pathlib import Path
from typing import Any

from _models import everything
from _record import ROOT, data_folder, store
from _stage import STAGES

RUNS = 4


def main() -> None:
    """Measure every stage, print and store."""
    talk = data_folder() / "sim/dev/d1_2spk_1m.wav"
    stages = [_stage(name, talk) for name in STAGES]
    for row in stages:
        print(f"{row['stage']:<14}", *(f"{key} {row[key]:8.3f}" for key in row if key != "stage"))
    store("stages", [talk], {"stages": stages, "options": {"runs": RUNS}}, everything())


def _stage(name: str, talk: Path) -> dict[str, Any]:
    command = [sys.executable, str(ROOT / "benchmarks/_stage.py"), name, str(talk), str(RUNS)]
    begun = time.monotonic()
    child = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - our own script
    found = json.loads(child.stdout)
    first, *again = found["seconds"]
    loaded_s = statistics.median(again)
    return {
        "stage": name,
        "cold_s": round(found["imported"] - begun + found["loaded_s"] + first, 4),
        "loaded_s": round(loaded_s, 4),
        "speed": round(_duration(talk) / loaded_s, 2),
    }


def _duration(path: Path) -> float:
    with wave.open(str(path)) as recording:
        return float(recording.getnframes() / recording.getframerate())


if __name__ == "__main__":
    main()
