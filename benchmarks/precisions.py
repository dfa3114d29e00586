"""The embedded networks in faster precisions: error, speed, and how like their vectors are.

    make openvino && make bench NAME=precisions

PyanNet and GE2E in float32 and int8 (dynamic, by ONNX Runtime's own quantizer) and in bfloat16
(OpenVINO), on the simulated talks and the half-minutes of AMI meetings. A precision becomes a
default only where the error is within 0.2 points of float32's and the cosines hold. Then what
single calls take (`_calls_timed.py`): 8 bits with ranges found anew in each call or once.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from _calls_timed import timed_calls
from _models import diarization
from _record import data_folder, store
from diarization import Recordings, evaluated, groups, parts

from diascribe.algorithms.disagreement import disagreement
from diascribe.api import usable_cores
from diascribe.audio import SAMPLE_RATE
from diascribe.engine.engine import Engine
from diascribe.engine.load import STEP_S, open_vad
from diascribe.engine.shelf import InstalledModels
from diascribe.engine.steps import finish_seconds
from diascribe.media import decode
from diascribe.models.ge2e import Ge2eEncoder
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.models.pyannet import PyanNet
from diascribe.models.windowed import RulesFinder, WindowedDiarizer, WindowListener
from diascribe.transcript import Transcript
from diascribe.weights.embedded import GE2E, PYANNET, Embedded
from diascribe.weights.precision import likeness
from diascribe.weights.session import Runner, Session
from diascribe.weights.vino import VinoSession, calculates_bfloat16

Opener = Callable[[Embedded], Runner]


def main() -> None:
    """Measure every precision, print and store; with any argument, on the short talks only."""
    short = len(sys.argv) > 1
    sets = {name: pairs for name, pairs in groups(data_folder()) if "hour" not in name}
    if short:
        sets = {
            name: [one for one in pairs if "10m" not in one[0].name] for name, pairs in sets.items()
        }
    files = sorted({path for pairs in sets.values() for path, _ in pairs})
    figures: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        openers = dict(_openers(Path(folder)))
        exact = openers["float32"]
        for name, opener in openers.items():
            found = list(_measured(name, opener, exact, sets, files))
            _print(found)
            figures += found
        calls = list(timed_calls(Path(folder)))
        _print(calls)
    if not short:
        store("precisions", files, {"figures": [*figures, *calls]}, diarization())


def _print(figures: list[dict[str, Any]]) -> None:
    for one in figures:
        print(f"{one['what']:<100}{one['value']:10.4g} {one['unit']}", flush=True)


def _openers(folder: Path) -> Iterator[tuple[str, Opener]]:
    yield "float32", lambda network: Session(network.path)
    quantize: Any = import_module("onnxruntime.quantization").quantize_dynamic
    for network in (PYANNET, GE2E):
        quantize(network.path, folder / network.path.name)
    yield "int8", lambda network: Session(folder / network.path.name)
    if calculates_bfloat16():
        yield "bfloat16", _in_bfloat16


def _in_bfloat16(network: Embedded) -> Runner:
    data, cores = network.path.read_bytes(), usable_cores()
    return VinoSession(network.path.name, data, precision="bfloat16", cores=cores)


def _measured(
    name: str, opener: Opener, exact: Opener, sets: dict[str, Recordings], files: list[Path]
) -> Iterator[dict[str, Any]]:
    networks = opener(PYANNET), opener(GE2E)
    begun = time.perf_counter()
    found = _diarized(networks, files)
    seconds = time.perf_counter() - begun
    heard = sum(one.duration for one in found.values())
    figure = partial(_figure, name)
    yield figure("diarization, decoding included", heard / seconds, "times real time")
    for data, pairs in sets.items():
        for part, value in parts(evaluated(pairs, found)).items():
            yield figure(f"{part}, {data}", 100 * (value or 0), "%")
    windows = _windows(files)
    cosines = likeness(partial(_vectors, networks[1]), partial(_vectors, exact(GE2E)), windows)
    changed = disagreement(_decided(networks[0], windows), _decided(exact(PYANNET), windows))
    yield figure("speech that PyanNet decides otherwise than in float32", 100 * changed, "%")
    for share, at in (("least", 0), ("1 %", 1), ("median", 50)):
        yield figure(
            f"cosine of GE2E's vectors to float32: {share}", np.percentile(cosines, at), ""
        )


def _diarized(networks: tuple[Runner, Runner], files: list[Path]) -> dict[Path, Transcript]:
    vad, encoder = open_vad(), Ge2eEncoder(networks[1], "measured")
    hearing = WindowListener(
        vad=vad,
        segmenter=PyanNet(networks[0], "measured"),
        encoder=encoder,
        step_s=STEP_S,
        threads=usable_cores(),
    )
    diarizer = WindowedDiarizer(hearing, RulesFinder(encoder.calibration))
    with Workers(1) as workers:
        engine = Engine(vad=vad, shelf=InstalledModels(workers), diarizer=diarizer)
        return {path: engine.diarize(path) for path in files}


def _windows(files: list[Path]) -> Any:  # noqa: ANN401 - an array
    """Five seconds from every tenth of every recording (window, time)."""
    pieces = []
    for path in files:
        audio = finish_seconds(decode(path)).mix()
        starts = np.linspace(0, len(audio.samples) - 5 * SAMPLE_RATE, 10).astype(int)
        pieces += [audio.read(start, 5 * SAMPLE_RATE) for start in starts.tolist()]
    return np.stack(pieces)


def _decided(network: Runner, windows: Any) -> Any:  # noqa: ANN401 - arrays
    segmenter = PyanNet(network, "measured")
    return np.concatenate([segmenter.activity(one[None]) > 0.5 for one in windows])


def _vectors(network: Runner, windows: Any) -> Any:  # noqa: ANN401 - arrays
    masks = np.zeros((len(windows), 250, 1), np.float32)
    masks[:, :100] = 1  # two seconds
    return Ge2eEncoder(network, "measured").embed(windows, masks)[:, 0]


def _figure(name: str, what: str, value: float, unit: str) -> dict[str, Any]:
    return {"what": f"embedded in {name}: {what}", "value": float(f"{value:.5g}"), "unit": unit}


if __name__ == "__main__":
    main()
