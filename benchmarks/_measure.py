"""What both halves of a comparison measure themselves with; knows only the standard library."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

DEVICE = os.environ.get("BENCH_DEVICE", "cpu")  # noqa: TID251 - both halves of a race inherit it
"""Where networks run that can choose: `cpu`, or `cuda` for the same race on a graphics card."""

RUNS = 5
"""Of so many runs the median counts."""

THEIR_STEP_S = 0.5
"""Seconds between the windows of their diarization: a tenth of a window, as published."""


def timed(works: Iterable[Callable[[], T]]) -> tuple[float, list[T]]:
    """Median seconds of some works, and what each gave."""
    seconds, results = [], []
    for work in works:
        begun = time.perf_counter()
        results.append(work())
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds), results


def resident_mb() -> float:
    """What this process keeps in memory now, in 10^6 bytes."""
    return _status_mb("VmRSS")


def peak_mb() -> float:
    """The most that this process ever kept in memory, in 10^6 bytes."""
    return _status_mb("VmHWM")


def _status_mb(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    (kilobytes,) = (line.split()[1] for line in lines if line.startswith(f"{field}:"))
    return round(int(kilobytes) * 1024 / 1e6, 1)
