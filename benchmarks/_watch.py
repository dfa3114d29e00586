"""Runs a command and watches the memory of it and all its children."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class Watched:
    """What a command took."""

    seconds: float
    peak_mb: float
    """Largest sum of resident memory, shared pages counted once, in 10^6 bytes."""


def watch(command: Sequence[str]) -> Watched:
    """Run a command to its end; it must succeed."""
    begun, peak = time.perf_counter(), 0
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - a benchmark's own
    while child.poll() is None:
        peak = max(peak, sum(map(_resident, family(child.pid))))
        time.sleep(PAUSE_S)
    if child.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with status {child.returncode}")
    return Watched(time.perf_counter() - begun, peak / 1e6)


def family(pid: int) -> list[int]:
    """A process and all processes below it that still run."""
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [one for child in path.read_text().split() for one in family(int(child))]
        except OSError:  # it ended meanwhile
            continue
    return found


def _resident(pid: int) -> int:
    """Bytes of a process's proportional set; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
