"""What single calls of networks take in several precisions, on one core, and fbank in blocks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from _diarizers import ENCODER
from diarizers import draw
from numpy.typing import NDArray

from diascribe.algorithms import fbank as front_end
from diascribe.algorithms.fbank import centred, fbank
from diascribe.audio import SAMPLE_RATE
from diascribe.protocols import Precision
from diascribe.weights.embedded import GE2E, PYANNET
from diascribe.weights.encoders import cut_encoder
from diascribe.weights.precision import open_body, trial_windows
from diascribe.weights.quantized import flowing, measured, quantized
from diascribe.weights.session import Runner, Session
from diascribe.weights.vino import calculates_bfloat16

RUNS = 7
"""Of so many runs the fastest counts."""

STRETCH_S = 48.0
"""Sound whose features are shared, at most."""


def timed_calls(folder: Path) -> Iterator[dict[str, Any]]:
    """Milliseconds of a call; `folder` is for files of networks."""
    random = np.random.default_rng(0)
    draw(folder)
    for what, network, inputs in _calls(folder, random):
        value = _milliseconds(partial(network.run, inputs))
        yield {"what": f"one call, one core: {what}", "value": value, "unit": "ms"}
    yield from _front_end(random)


def _calls(
    folder: Path, random: np.random.Generator
) -> Iterator[tuple[str, Runner, dict[str, NDArray[np.float32]]]]:
    sound = random.normal(0, 0.1, (1, 10 * SAMPLE_RATE)).astype(np.float32)
    path = folder / f"{ENCODER}.onnx"
    body = cut_encoder(path).body
    frames = centred(fbank(trial_windows(2, duration=10.0)))
    ranges = measured(body, Session(path, data=body.until(*flowing(body)).encoded()), _of(frames))
    once = quantized(body, ranges).encoded()
    inputs, encoder = _of(centred(fbank(sound))), "ResNet34, random weights, 10 s"
    yield f"{encoder}, float32", Session(path, data=body.encoded()), inputs
    yield f"{encoder}, int8, ranges anew in each call", _anew(folder, body.encoded()), inputs
    yield f"{encoder}, int8, ranges measured once", Session(path, data=once), inputs
    if calculates_bfloat16():
        given: dict[Precision, bytes] = {"bfloat16": body.encoded(), "int8": once}
        for precision, data in given.items():
            opened = open_body(path, data, precision=precision)
            yield f"{encoder}, {precision} by OpenVINO", opened, inputs
    pieces = random.gamma(0.3, 0.05, (8, 160, 40)).astype(np.float32)
    windows = np.repeat(sound[:, : 5 * SAMPLE_RATE], 8, axis=0)
    for what, network, values in (
        ("PyanNet, 8 windows of 5 s", PYANNET, {"samples": windows}),
        ("GE2E, 8 pieces of 1.6 s", GE2E, {"mel": pieces}),
    ):
        yield f"{what}, float32", Session(network.path), values
        anew = _anew(folder, network.path.read_bytes())
        yield f"{what}, int8, ranges anew in each call", anew, values


def _of(frames: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    return {"feats": frames}


def _anew(folder: Path, data: bytes) -> Session:
    """The network in 8 bits, by ONNX Runtime's own quantizer."""
    whole, rounded = folder / "whole.onnx", folder / "rounded.onnx"
    whole.write_bytes(data)
    quantize: Any = import_module("onnxruntime.quantization").quantize_dynamic
    quantize(whole, rounded)
    return Session(rounded)


def _front_end(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    sound = random.normal(0, 0.1, (1, round(STRETCH_S * SAMPLE_RATE))).astype(np.float32)
    usual = front_end.BLOCK
    for block in (64, usual, 1024, sound.size):
        front_end.BLOCK = block
        what = "all at once" if block == sound.size else f"in blocks of {block} frames"
        value = _milliseconds(partial(fbank, sound))
        yield {"what": f"fbank of {STRETCH_S:g} s {what}", "value": value, "unit": "ms"}
    front_end.BLOCK = usual


def _milliseconds(work: Callable[[], object]) -> float:
    """Of the fastest run, after one to warm up."""
    times = []
    for _ in range(1 + RUNS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return round(1000 * min(times[1:]), 3)
