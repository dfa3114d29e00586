"""Draws the ResNet34 voice encoder of WeSpeaker: fbank frames in, voice vectors out.

He et al. 2016 (arXiv:1512.03385) with the statistics pooling of Snyder et al. 2018, as WeSpeaker
trains it (Wang et al. 2023, arXiv:2210.17016).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import onnx
from graph import Graph
from numpy.typing import NDArray

State = Mapping[str, NDArray[np.float32]]
"""Values by PyTorch's names, as WeSpeaker has them."""

BLOCKS = (3, 4, 6, 3)
"""Blocks of two convolutions in each stage; every stage but the first halves both axes."""

BINS = 80
EPSILON = 1e-5  # PyTorch's default for batch normalisation
LEAST_VARIANCE = 1e-7  # under the root, as WeSpeaker's pooling has it


def build(state: State) -> onnx.ModelProto:
    """The whole network as it is published, with its pooling inside.

    Input `feats` (batch, frame, bin); output `embs` (batch, dimension).
    """
    graph = Graph("resnet")
    out = _body(graph, state)
    out = _statistics(graph, out)
    weight, bias = graph.weight("linear.w", state["seg_1.weight"]), state["seg_1.bias"]
    graph.add("Gemm", "embs", out, weight, graph.weight("linear.b", bias), transB=1)
    return graph.model(
        {"feats": ["B", "T", BINS]},
        {"embs": ["B", len(bias)]},
        "ResNet34 voice encoder with statistics pooling",
    )


def _body(graph: Graph, state: State) -> str:
    """Feature map (batch, channel, bin / 8, frame / 8)."""
    graph.add("Transpose", "bins", "feats", perm=[0, 2, 1])
    axis = graph.weight("channel.axis", np.array([1], np.int64))
    out = graph.add("Unsqueeze", "image", "bins", axis)
    out = graph.add("Relu", "stem", _convolved(graph, out, state, "conv1", "bn1"))
    for name, stride in blocks():
        out = _block(graph, out, state, name, stride)
    return out


def blocks() -> Iterator[tuple[str, int]]:
    """Each block's name and the stride of its first convolution."""
    for stage, count in enumerate(BLOCKS, start=1):
        for block in range(count):
            yield f"layer{stage}.{block}", 2 if stage > 1 and block == 0 else 1


def _block(graph: Graph, source: str, state: State, name: str, stride: int) -> str:
    first = _convolved(graph, source, state, f"{name}.conv1", f"{name}.bn1", stride=stride)
    first = graph.add("Relu", f"{name}.relu", first)
    second = _convolved(graph, first, state, f"{name}.conv2", f"{name}.bn2")
    if f"{name}.shortcut.0.weight" in state:
        keys = f"{name}.shortcut.0", f"{name}.shortcut.1"
        source = _convolved(graph, source, state, *keys, stride=stride)
    summed = graph.add("Add", f"{name}.sum", second, source)
    return graph.add("Relu", f"{name}.out", summed)


def _convolved(
    graph: Graph, source: str, state: State, convolution: str, norm: str, *, stride: int = 1
) -> str:
    """A convolution with the batch normalisation after it folded in, as exporters do."""
    scale = state[f"{norm}.weight"] / np.sqrt(state[f"{norm}.running_var"] + EPSILON)
    weight = state[f"{convolution}.weight"] * scale[:, None, None, None]
    bias = state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * scale
    size = weight.shape[2]
    names = graph.weight(f"{convolution}.w", weight), graph.weight(f"{convolution}.b", bias)
    attributes: dict[str, Any] = {"pads": [size // 2] * 4, "strides": [stride] * 2}
    return graph.add("Conv", convolution, source, *names, kernel_shape=[size] * 2, **attributes)


def _statistics(graph: Graph, features: str) -> str:
    """Mean and unbiased deviation over time (batch, 2 x channel x bin), as PyTorch exports it."""
    mean = graph.add("ReduceMean", "mean", features, axes=[-1], keepdims=1)
    apart = graph.add("Sub", "apart", features, mean)
    square = graph.add("Mul", "square", apart, apart)
    total = graph.add("ReduceSum", "total", square, graph.weight("last", np.array([-1], np.int64)))
    shape = graph.add("Shape", "shape", features)
    frames = graph.add("Gather", "frames", shape, graph.weight("time", np.array([3], np.int64)))
    fewer = graph.add("Sub", "fewer", frames, graph.weight("one", np.array([1], np.int64)))
    divisor = graph.add("Cast", "divisor", fewer, to=onnx.TensorProto.FLOAT)
    variance = graph.add("Div", "variance", total, divisor)
    least = graph.weight("least", np.array(LEAST_VARIANCE, np.float32))
    deviation = graph.add("Sqrt", "deviation", graph.add("Add", "raised", variance, least))
    flat = [graph.add("Flatten", f"{one}.flat", one, axis=1) for one in (mean, deviation)]
    return graph.add("Concat", "statistics", *flat, axis=1)


def random_state(seed: int, *, width: int = 32, dimension: int = 256) -> dict[str, Any]:
    """Random values in the published shape, scaled so that activity neither dies nor explodes.

    A smaller `width` gives a smaller network of the same form.
    """
    random = np.random.default_rng(seed)
    state: dict[str, Any] = dict(_random_conv(random, "conv1", "bn1", (width, 1, 3)))
    channels = width
    for name, _ in blocks():
        stage = int(name[5])
        wider = width << (stage - 1)
        state |= _random_conv(random, f"{name}.conv1", f"{name}.bn1", (wider, channels, 3))
        state |= _random_conv(random, f"{name}.conv2", f"{name}.bn2", (wider, wider, 3), 0.3)
        if wider != channels:
            keys = f"{name}.shortcut.0", f"{name}.shortcut.1"
            state |= _random_conv(random, *keys, (wider, channels, 1))
        channels = wider
    inputs = 2 * channels * BINS // 8
    linear = random.normal(0, inputs**-0.5, (dimension, inputs))
    state["seg_1.weight"] = linear.astype(np.float32)
    state["seg_1.bias"] = random.normal(0, 0.1, dimension).astype(np.float32)
    return state


def _random_conv(
    random: np.random.Generator,
    convolution: str,
    norm: str,
    shape: tuple[int, int, int],
    gain: float = 1.0,
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """A convolution of He's spread, and a normalisation that changes little."""
    outputs, inputs, size = shape
    spread = gain * np.sqrt(2 / (inputs * size * size))
    drawn = random.normal(0, spread, (outputs, inputs, size, size))
    yield f"{convolution}.weight", drawn.astype(np.float32)
    for name, middle, deviation in (
        ("weight", 1, 0.05),
        ("bias", 0, 0.05),
        ("running_mean", 0, 0.05),
        ("running_var", 1, 0.05),
    ):
        values = random.normal(middle, deviation, outputs)
        yield (
            f"{norm}.{name}",
            np.abs(values).astype(np.float32) if middle else values.astype(np.float32),
        )
