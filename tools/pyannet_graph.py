"""Draws the PyanNet segmentation network: samples in, activity of local speakers out.

SincNet (Ravanelli and Bengio 2018, arXiv:1808.00158) feeding bidirectional LSTM layers,
as in Bredin and Laurent 2021 (arXiv:2104.04045).
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import onnx
from graph import Graph
from numpy.typing import NDArray

from diascribe.weights.segmentation import sinc_filters

RATE_HZ = 16_000
STRIDE = 10
EPSILON = 1e-5  # PyTorch's default for instance normalisation
LEAK = 0.01  # PyTorch's default slope


def build(checkpoint: dict[str, object]) -> onnx.ModelProto:
    """The network of a pyannote.audio checkpoint with a sigmoid output.

    Input `samples` (window, time); output `activity` (window, frame, local speaker).
    """
    state = cast("dict[str, NDArray[np.float32]]", checkpoint["state_dict"])
    graph = Graph("pyannet")
    features = _sincnet(graph, state)
    hidden = _recurrent(graph, features, state)
    graph.add("Sigmoid", "activity.time", _dense(graph, hidden, state))
    graph.add("Transpose", "activity", "activity.time", perm=[1, 0, 2])
    speakers = state["classifier.weight"].shape[0]
    return graph.model(
        {"samples": ["window", "time"]},
        {"activity": ["window", "frame", speakers]},
        "PyanNet speaker segmentation, MIT, from the whisperx package",
    )


def build_powerset(state: dict[str, NDArray[np.float32]]) -> onnx.ModelProto:
    """The network with a class per set of speakers, as the published exports have it.

    Input `x` (window, 1, time); output `y` (window, frame, class), log probabilities.
    """
    graph = Graph("pyannet-powerset")
    graph.add("Squeeze", "samples", "x", graph.weight("mono.axis", np.array([1], np.int64)))
    logits = _dense(graph, _recurrent(graph, _sincnet(graph, state), state), state)
    graph.add("Transpose", "classes", logits, perm=[1, 0, 2])
    graph.add("LogSoftmax", "y", "classes", axis=-1)
    return graph.model(
        {"x": ["window", 1, "time"]},
        {"y": ["window", "frame", state["classifier.weight"].shape[0]]},
        "PyanNet speaker segmentation with powerset classes",
    )


def random_state(seed: int, *, classes: int, width: int = 128) -> dict[str, NDArray[np.float32]]:
    """Random values in the shape of a published checkpoint; `width` is that of a layer's half."""
    random = np.random.default_rng(seed)
    state: dict[str, NDArray[np.float32]] = _random_filters()

    def draw(name: str, *shape: int) -> None:
        inputs = int(np.prod(shape[1:]))
        state[f"{name}"] = random.normal(0, max(1, inputs) ** -0.5, shape).astype(np.float32)

    for norm, size in (("wav_norm1d", 1), ("norm1d.0", 80), ("norm1d.1", 60), ("norm1d.2", 60)):
        state[f"sincnet.{norm}.weight"] = np.ones(size, np.float32)
        draw(f"sincnet.{norm}.bias", size)
    draw("sincnet.conv1d.1.weight", 60, 80, 5)
    draw("sincnet.conv1d.1.bias", 60)
    draw("sincnet.conv1d.2.weight", 60, 60, 5)
    draw("sincnet.conv1d.2.bias", 60)
    for layer in range(4):
        for way in (f"l{layer}", f"l{layer}_reverse"):
            draw(f"lstm.weight_ih_{way}", 4 * width, 2 * width if layer else 60)
            draw(f"lstm.weight_hh_{way}", 4 * width, width)
            draw(f"lstm.bias_ih_{way}", 4 * width)
            draw(f"lstm.bias_hh_{way}", 4 * width)
    for name, outputs, inputs in (
        ("linear.0", 128, 2 * width),
        ("linear.1", 128, 128),
        ("classifier", classes, 128),
    ):
        draw(f"{name}.weight", outputs, inputs)
        draw(f"{name}.bias", outputs)
    return state


def _random_filters() -> dict[str, NDArray[np.float32]]:
    """Forty band-pass filters on a mel scale, as such networks start from."""
    prefix = "sincnet.conv1d.0.filterbank."
    edges = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + 7900 / 700), 41) / 2595) - 1)
    half = np.arange(-125, 0)
    window = 0.54 - 0.46 * np.cos(2 * np.pi * np.arange(125) / 250)
    values = {
        "low_hz_": edges[:-1, None],
        "band_hz_": np.diff(edges)[:, None],
        "n_": 2 * np.pi * half[None] / RATE_HZ,
        "window_": window,
    }
    return {prefix + name: value.astype(np.float32) for name, value in values.items()}


def _norm(graph: Graph, name: str, source: str, key: str, state: dict[str, Any]) -> str:
    scale = graph.weight(f"{name}.scale", state[f"{key}.weight"])
    shift = graph.weight(f"{name}.shift", state[f"{key}.bias"])
    return graph.add("InstanceNormalization", name, source, scale, shift, epsilon=EPSILON)


def _sincnet(graph: Graph, state: dict[str, NDArray[np.float32]]) -> str:
    """Features (window, channel, frame)."""
    axis = graph.weight("channel.axis", np.array([1], np.int64))
    waves = graph.add("Unsqueeze", "waves", "samples", axis)
    out = _norm(graph, "waves.norm", waves, "sincnet.wav_norm1d", state)
    filters = graph.weight("conv0.w", sinc_filters(state))
    out = graph.add("Conv", "conv0", out, filters, strides=[STRIDE])
    out = graph.add("Abs", "conv0.abs", out)
    for index in range(3):
        if index > 0:
            weight = graph.weight(f"conv{index}.w", state[f"sincnet.conv1d.{index}.weight"])
            bias = graph.weight(f"conv{index}.b", state[f"sincnet.conv1d.{index}.bias"])
            out = graph.add("Conv", f"conv{index}", out, weight, bias)
        out = graph.add("MaxPool", f"pool{index}", out, kernel_shape=[3], strides=[3])
        out = _norm(graph, f"norm{index}", out, f"sincnet.norm1d.{index}", state)
        out = graph.add("LeakyRelu", f"leaky{index}", out, alpha=LEAK)
    return out


def _recurrent(graph: Graph, features: str, state: dict[str, NDArray[np.float32]]) -> str:
    """Hidden states (frame, window, feature) after every LSTM layer."""
    weights = {key.removeprefix("lstm."): state[key] for key in state if key.startswith("lstm.")}
    layers = sum(key.startswith("weight_ih_l") and "reverse" not in key for key in weights)
    merge = graph.weight("merge.shape", np.array([0, 0, -1], np.int64))
    out = graph.add("Transpose", "sequence", features, perm=[2, 0, 1])
    for layer in range(layers):
        both, _ = graph.lstm(f"lstm{layer}", out, weights, f"l{layer}")
        beside = graph.add("Transpose", f"lstm{layer}.beside", both, perm=[0, 2, 1, 3])
        out = graph.add("Reshape", f"lstm{layer}.merged", beside, merge)
    return out


def _dense(graph: Graph, hidden: str, state: dict[str, NDArray[np.float32]]) -> str:
    """Logits (frame, window, local speaker)."""
    layers = sorted({key.rsplit(".", 1)[0] for key in state if key.startswith("linear.")})
    out = hidden
    for layer in [*layers, "classifier"]:
        weight = graph.weight(f"{layer}.w", state[f"{layer}.weight"].T)
        bias = graph.weight(f"{layer}.b", state[f"{layer}.bias"])
        product = graph.add("MatMul", f"{layer}.product", out, weight)
        out = graph.add("Add", f"{layer}.sum", product, bias)
        if layer != "classifier":
            out = graph.add("LeakyRelu", f"{layer}.leaky", out, alpha=LEAK)
    return out
