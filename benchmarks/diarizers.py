"""Diarizers in the published shapes: modes and precisions, beside pyannote.audio.

    make bench-peers

PyanNet with powerset classes and ResNet34, both with random values: their time is measured, not
their errors. Every network runs on what it would run on; then the segmentation's answer is
replaced by the reference's of the hour that is heard, so that nobody can skip speech for lack
of it, nor find speakers in noise. pyannote.audio runs the same networks in the same run, on a
shorter piece, for it takes longer than that piece lasts; the ratios are of time per second.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from _diarizers import ENCODER, SEGMENTATION, WINDOW_S, injected, read_turns
from _record import ROOT, data_folder, store
from peers import PEERS, QUIETLY, cut, half

sys.path.insert(0, str(ROOT / "tools"))
import pyannet_graph  # after its folder is known
import resnet_graph
from graph import Graph

OURS = (sys.executable, str(ROOT / "benchmarks" / "_our_diarizers.py"))
THEIRS = (*QUIETLY, str(ROOT / "benchmarks" / "_their_diarizers.py"))
LENGTHS_S = {"exact": 300, "shared": 0, "fast": 0, "theirs": 60, "alike": 600}
"""How much of the recording each hears; 0 is all of it. `exact` is steady after a minute."""

PRECISIONS = ("float32", "bfloat16", "int8")
GFLOP = {"segmentation": 2.64, "voices": 45.2}
"""Arithmetic of one window: derived from the networks' shapes."""


def main() -> None:
    """Measure both sides, print and store."""
    if not PEERS.is_dir():
        sys.exit("wanted an environment in .peers, found none; make bench-peers sets it up")
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    load, hour = os.getloadavg()[0], data_folder() / "sim/dev/d8_4spk_60m.opus"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw(folder)
        peak = half(OURS, "peak", name)
        races = [_race(name, hour, mode, one, scale) for one in PRECISIONS for mode in MODES]
        theirs = _theirs(folder, hour, max(12, LENGTHS_S["theirs"] * scale))
        alike = [_alike(name, hour, one, scale) for one in PRECISIONS]
    figures = [*_speeds(races, theirs), *_cosines(alike), *_shares(races, peak)]
    measured = {
        "figures": figures,
        "races": races,
        "theirs": theirs,
        "alike": alike,
        "peak_tflops": peak,
        "options": {"lengths_s": LENGTHS_S, "scale": scale},
        "load_before": round(load, 2),
    }
    for one in figures:
        print(f"{one['what']:<90}{one['value']:10.4g} {one['unit']}")
    if scale == 1:
        store("diarizers", [hour, hour.with_suffix(".rttm")], measured)


MODES = ("exact", "shared", "fast")


def draw(folder: Path) -> None:
    """Both networks as files of ours and as values for theirs, and a product of matrices."""
    segmentation = pyannet_graph.random_state(0, classes=7)
    encoder = resnet_graph.random_state(0)
    for name, state, model in (
        (SEGMENTATION, segmentation, pyannet_graph.build_powerset(segmentation)),
        (ENCODER, encoder, resnet_graph.build(encoder)),
    ):
        np.savez(folder / f"{name}.npz", **state)
        (folder / f"{name}.onnx").write_bytes(model.SerializeToString())
    graph = Graph("product")
    random = np.random.default_rng(0).normal(size=(2048, 2048)).astype(np.float32)
    graph.add("MatMul", "c", "a", graph.weight("b", random))
    product = graph.model({"a": [2048, 2048]}, {"c": [2048, 2048]}, "to measure with")
    (folder / "product.onnx").write_bytes(product.SerializeToString())


def _race(folder: str, hour: Path, mode: str, precision: str, scale: float) -> dict[str, Any]:
    seconds = LENGTHS_S[mode] * scale if LENGTHS_S[mode] else (0 if scale == 1 else 3600 * scale)
    given = folder, str(hour), str(hour.with_suffix(".rttm")), str(seconds), mode, precision
    return half(OURS, "race", *given)


def _alike(folder: str, hour: Path, precision: str, scale: float) -> dict[str, Any]:
    seconds = str(LENGTHS_S["alike"] * scale)
    return half(
        OURS, "alike", folder, str(hour), str(hour.with_suffix(".rttm")), seconds, precision
    )


def _theirs(folder: Path, hour: Path, seconds: float) -> dict[str, Any]:
    """pyannote.audio on the beginning, told who speaks as we are."""
    recording = cut(hour, folder / "piece.wav", seconds)
    count = 1 + max(0, -(-round((seconds - WINDOW_S) * 1000) // 1000))
    starts = np.arange(count, dtype=np.float64)
    np.save(folder / "activity.npy", injected(read_turns(hour.with_suffix(".rttm")), starts))
    return half(THEIRS, str(folder), str(recording), str(folder / "activity.npy"))


def _figure(what: str, value: float, unit: str) -> dict[str, Any]:
    return {"what": what, "value": float(f"{value:.4g}"), "unit": unit}


def _speeds(races: list[dict[str, Any]], theirs: dict[str, Any]) -> Iterator[dict[str, Any]]:
    slow = theirs["seconds"] / theirs["audio_s"]
    yield _figure("pyannote.audio, random weights", 1 / slow, "times real time")
    for one in races:
        what = f"{one['mode']} in {one['precision']}, random weights"
        took = one["seconds"] / one["audio_s"]
        yield _figure(what, 1 / took, "times real time")
        yield _figure(f"{what}, against pyannote.audio", slow / took, "times as fast")
        yield _figure(
            f"{what}: time of the segmentation", 100 * one["segmentation_s"] / one["seconds"], "%"
        )
        work = 1000 * one["processor_s"] / one["audio_s"]
        yield _figure(f"{what}: work for a second of sound", work, "ms of a core")
        yield _figure(f"{what}: peak memory", one["peak_mb"], "MB")


def _cosines(alike: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in alike:
        pair = (
            "shared and exact"
            if one["precision"] == "float32"
            else f"{one['precision']} and float32"
        )
        for kind, words in (("cosine", "cosine"), ("about_mean", "cosine about the mean")):
            for share, value in one[kind].items():
                yield _figure(f"{words} of {pair}, random weights: {share}", value, "")
    median = alike[0]["unlike"]["median"]
    yield _figure("cosine about the mean of voices in unlike windows: median", median, "")


def _shares(races: list[dict[str, Any]], peak: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What share of the machine's measured arithmetic each stage reaches."""
    for precision, most in peak.items():
        if not isinstance(most, float):
            continue
        yield _figure(f"products of matrices in {precision}", most, "TFLOP/s")
        for one in races:
            if one["precision"] != precision:
                continue
            segmented = one["heard"] * GFLOP["segmentation"] / one["segmentation_s"]
            passes = one["embedded"] if one["mode"] == "exact" else one["audio_s"] / WINDOW_S
            voiced = passes * GFLOP["voices"] / one["voices_s"]
            for stage, gflops in (("segmentation", segmented), ("voices", voiced)):
                what = f"{one['mode']} in {precision}: {stage}, of that"
                yield _figure(what, 100 * gflops / 1000 / most, "%")


if __name__ == "__main__":
    main()
