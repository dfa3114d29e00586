"""Who is who without a network: centroid linkage and variational Bayes, beside SciPy's linkage.

    make bench NAME=clustering

An hour's 10,800 vectors, three for each of its windows, clustered beside SciPy in one process,
best of three, SciPy once; and simulated talks (`_clustered.py`) of an hour, of an hour in
blocks as longer ones are clustered, and of 24 hours, each in a fresh process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from _clustered import SPREAD, Space
from _record import store
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from diascribe.algorithms.cluster import cut, relabel, unit
from diascribe.algorithms.linkage import centroid_tree
from diascribe.algorithms.vbx import VbxSettings, vbx

VECTORS, DIMENSION, SPEAKERS = 10_800, 256, 6
THRESHOLD = 0.6
BLOCK = 2000
"""Vectors at once in the hour that is clustered as longer recordings are."""


def main() -> None:
    """Measure, print and store."""
    load = os.getloadavg()[0]
    figures = [*_hour(), *_talks()]
    for line in figures:
        print(f"{line['what']:<88}{line['value']:10.3f} {line['unit']}")
    store("clustering", [], {"figures": figures, "load_before": round(load, 1)})


def _hour() -> Iterator[dict[str, Any]]:
    """Times of an hour's vectors."""
    vectors = _vectors()
    tree_s, tree = _best(lambda: centroid_tree(vectors, up_to=THRESHOLD), runs=3)
    labels = cut(tree, threshold=THRESHOLD)
    features = Space().features(vectors)
    vbx_s, posterior = _best(lambda: vbx(features, Space.phi, labels, VbxSettings()), runs=3)
    theirs_s, merges = _best(lambda: linkage(vectors, "centroid"), runs=1)
    theirs = relabel(fcluster(merges, THRESHOLD, criterion="distance"))
    hour = f"{VECTORS} vectors of {DIMENSION}"
    yield _figure(f"centroid linkage of {hour}", tree_s, "s")
    yield _figure(f"variational Bayes of {hour}, {labels.max() + 1} clusters", vbx_s, "s")
    yield _figure("speakers kept", posterior.kept().shape[1], "")
    yield _figure("scipy's centroid linkage of the same", theirs_s, "s")
    yield _figure("scipy's time, in our linkages", theirs_s / tree_s, "times")
    yield _figure(
        "scipy's time, in ours with variational Bayes", theirs_s / (tree_s + vbx_s), "times"
    )
    yield _figure("vectors in other clusters than scipy's", int((theirs != labels).sum()), "")


def _vectors() -> NDArray[np.float32]:
    """Unit vectors of some speakers, neighbours more alike."""
    random = np.random.default_rng(0)
    centres = unit(random.normal(size=(SPEAKERS, DIMENSION)).astype(np.float32))
    drift = random.normal(size=(SPEAKERS, DIMENSION))
    rows = []
    for speaker in np.repeat(random.integers(0, SPEAKERS, VECTORS // 12), 12).tolist():
        drift[speaker] = 0.9 * drift[speaker] + 0.436 * random.normal(size=DIMENSION)
        rows.append(centres[speaker] + SPREAD / np.sqrt(DIMENSION) * drift[speaker])
    return unit(np.array(rows, np.float32))


def _talks() -> Iterator[dict[str, Any]]:
    """Times, memory and error of whole talks."""
    hour, blocks = _talk(1, SPEAKERS), _talk(1, SPEAKERS, BLOCK)
    day = _talk(24, 12)
    for what, one in (("an hour", hour), ("an hour in blocks", blocks), ("24 hours", day)):
        found = f"{what}, {one['vectors']} voices, {one['found']} of {one['speakers']} speakers"
        yield _figure(f"{found}: from voices to turns", one["seconds"], "s")
        yield _figure(f"{what}: peak memory", one["peak_mb"], "MB")
        yield _figure(f"{what}: of it before clustering", one["before_mb"], "MB")
        yield _figure(f"{what}: DER", 100 * one["der"], "%")
        yield _figure(f"{what}: confusion", 100 * one["confusion"], "%")
    cost = 100 * (blocks["der"] - hour["der"])
    yield _figure(f"what blocks of {BLOCK} vectors cost the hour", cost, "points of DER")


def _talk(hours: int, speakers: int, *limit: int) -> dict[str, Any]:
    script = str(Path(__file__).with_name("_clustered.py"))
    command = [sys.executable, script, str(hours), str(speakers), *map(str, limit)]
    child = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    told: dict[str, Any] = json.loads(child.stdout)
    return told


def _best(work: Callable[[], Any], *, runs: int) -> tuple[float, Any]:
    """Seconds of the fastest of some runs, and what they gave."""
    times, result = [], None
    for _ in range(runs):
        begun = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - begun)
    return min(times), result


def _figure(what: str, value: float, unit_name: str) -> dict[str, Any]:
    return {"what": what, "value": round(float(value), 3), "unit": unit_name}


if __name__ == "__main__":
    main()
