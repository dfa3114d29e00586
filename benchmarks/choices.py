"""What the diarizer's step, batch and threads were chosen by.

    make bench NAME=choices

Two windows' networks on noise, opened as the diarizer opens them, in batches of several sizes,
with the work of one call on two cores or two calls on a core each; and the error and time of the
simulated talks with windows every 2.5 and every 1.25 s.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from _models import diarization
from _record import data_folder, store
from diarization import Recordings, evaluated, groups, parts

from diascribe.engine.engine import Engine
from diascribe.engine.load import load_engine, open_diarizer, open_vad
from diascribe.weights.embedded import GE2E, PYANNET
from diascribe.weights.session import Session

CORES = 2
WINDOWS = 64
BATCHES = (2, 4, 8, 32)


def main() -> None:
    """Measure, print and store."""
    random = np.random.default_rng(0)
    inputs = {
        PYANNET.path: random.normal(0, 0.1, (WINDOWS, 80_000)).astype(np.float32),
        GE2E.path: random.gamma(0.3, 0.05, (WINDOWS, 160, 40)).astype(np.float32),
    }
    networks = [row for path, values in inputs.items() for row in _network(path, values)]
    talks = next(iter(dict(groups(data_folder())).values()))
    steps = [_step(step_s, talks) for step_s in (2.5, 1.25)]
    for row in (*networks, *steps):
        print(row)
    measured = {"networks": networks, "steps": steps, "options": {"cores": CORES}}
    store("choices", [path for path, _ in talks], measured, diarization())


def _network(path: Path, values: np.ndarray[Any, np.dtype[np.float32]]) -> list[dict[str, Any]]:
    """Milliseconds a window by batch size, one call on all cores and calls side by side."""
    rows = []
    for batch in BATCHES:
        parts = np.split(values, len(values) // batch)
        whole, single = Session(path, cores=CORES), Session(path)
        row: dict[str, Any] = {"network": path.stem, "batch": batch}
        row["one_call_ms"] = _milliseconds(lambda: [_run(whole, part) for part in parts])  # noqa: B023
        with ThreadPoolExecutor(CORES) as pool:
            row["side_by_side_ms"] = _milliseconds(
                lambda: list(pool.map(lambda part: _run(single, part), parts))  # noqa: B023
            )
        rows.append(row)
    return rows


def _run(session: Session, values: np.ndarray[Any, Any]) -> int:
    return len(session.run({session.inputs[0]: values}))


def _milliseconds(work: Callable[[], object]) -> float:
    """Milliseconds a window, the best of three."""
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return round(min(times) / WINDOWS * 1000, 2)


def _step(step_s: float, talks: Recordings) -> dict[str, Any]:
    """Error and time of the talks with windows every `step_s` seconds."""
    diarizer = open_diarizer(open_vad(), cores=CORES, step_s=step_s)
    with load_engine(cores=CORES) as loaded:
        engine: Engine = replace(loaded, diarizer=diarizer)
        begun = time.perf_counter()
        found = {path: engine.diarize(path) for path, _ in talks}
        seconds = time.perf_counter() - begun
    return {"step_s": step_s, "seconds": round(seconds, 1), **parts(evaluated(talks, found))}


if __name__ == "__main__":
    main()
