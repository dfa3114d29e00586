"""Convolutions in 8 bits, calibrated on sounds that are given.

What flows between them has one range, measured and widened; the values of a channel share a
scale. Written as pairs of rounding and its undoing, which ONNX Runtime joins into operations on
whole numbers. Ranges found anew in each call would cost time in each: `benchmarks/precisions.py`
measures both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diascribe.weights.network import Network, Node, encoded_tensor
from diascribe.weights.session import Runner

LEAST_CHANNELS = 8
"""Convolutions of fewer input channels stay as they are: they are quick, and hear the sound."""

WIDER = 1.1
"""Ranges are so much wider than on the sounds that they were measured on."""

LEVELS, HALF = 255, 127  # steps in 8 bits without a sign, and with one

Ranges = Mapping[str, tuple[float, float]]
"""The smallest and the largest number of each value that flows between convolutions."""


def flowing(network: Network) -> tuple[str, ...]:
    """The values that are rounded: what convolutions read, and what is added to what they give."""
    names = dict[str, None]()
    given = {one.outputs[0] for one in network.nodes if _is_rounded(network, one)}
    for node in network.nodes:
        if _is_rounded(network, node):
            names[node.inputs[0]] = None
        elif node.kind == "Add" and given.intersection(node.inputs):
            names |= dict.fromkeys(node.inputs)
    return tuple(names)


def measured(network: Network, opened: Runner, inputs: Mapping[str, NDArray[np.float32]]) -> Ranges:
    """The ranges on given inputs; `opened` is `network.until(*flowing(network))`."""
    found = opened.run(inputs)
    return {
        name: (min(0.0, WIDER * float(values.min())), max(0.0, WIDER * float(values.max())))
        for name, values in zip(flowing(network), found, strict=True)
    }


def quantized(network: Network, ranges: Ranges) -> Network:
    """The network with its convolutions in 8 bits."""
    tensors, nodes = dict(network.tensors), list[Node]()
    undone = {name: f"{name}.undone" for name in ranges}
    for node in network.nodes:
        read = [undone.get(one, one) for one in node.inputs]
        if _is_rounded(network, node):
            added = dict(_values(network, node, ranges[node.inputs[0]]))
            tensors |= {name: encoded_tensor(name, one) for name, one in added.items()}
            nodes += _undone(node.outputs[0], bias=len(read) > 2)
            read[1:] = [f"{node.outputs[0]}.{one}" for one in ("weight", "bias")[: len(read) - 1]]
        nodes.append(node.turned(node.kind, read, node.outputs))
        for name in set(node.outputs) & set(ranges):
            added = dict(_steps(name, ranges[name]))
            tensors |= {one: encoded_tensor(one, values) for one, values in added.items()}
            nodes += _rounded(name)
    return replace(network, nodes=tuple(nodes), tensors=tensors).until(*network.outputs)


def _is_rounded(network: Network, node: Node) -> bool:
    weight = network.values(node.inputs[1]) if node.kind == "Conv" else None
    return weight is not None and weight.shape[1] >= LEAST_CHANNELS


def _scale(limits: tuple[float, float]) -> np.float32:
    low, high = limits
    return np.float32(max(high - low, 1e-6) / LEVELS)


def _steps(name: str, limits: tuple[float, float]) -> Iterator[tuple[str, NDArray[Any]]]:
    """Scale and zero of a value that flows."""
    scale = _scale(limits)
    yield f"{name}.scale", np.array(scale, np.float32)
    yield f"{name}.zero", np.array(np.rint(-limits[0] / scale), np.uint8)


def _values(
    network: Network, node: Node, limits: tuple[float, float]
) -> Iterator[tuple[str, NDArray[Any]]]:
    """A convolution's own values in 8 bits, their scales, and what is added in 32."""
    name, weight = node.outputs[0], network.values(node.inputs[1])
    assert weight is not None, "only such convolutions are rounded"
    largest = np.abs(weight).reshape(len(weight), -1).max(axis=1)
    scales = (np.maximum(largest, 1e-12) / HALF).astype(np.float32)
    rounded = np.rint(weight / scales.reshape(-1, *[1] * (weight.ndim - 1)))
    yield f"{name}.weight.8", rounded.astype(np.int8)
    yield f"{name}.weight.scale", scales
    yield f"{name}.weight.zero", np.zeros(len(scales), np.int8)
    if len(node.inputs) > 2:
        bias, units = network.values(node.inputs[2]), scales * _scale(limits)
        assert bias is not None, "what a convolution adds is a constant"
        yield f"{name}.bias.8", np.rint(bias / units).astype(np.int32)
        yield f"{name}.bias.scale", units
        yield f"{name}.bias.zero", np.zeros(len(units), np.int32)


def _undone(name: str, *, bias: bool) -> Iterator[Node]:
    """A convolution's values out of 8 bits."""
    for part in ("weight", "bias") if bias else ("weight",):
        inputs = [f"{name}.{part}.{one}" for one in ("8", "scale", "zero")]
        yield Node.made("DequantizeLinear", inputs, f"{name}.{part}", axis=0)


def _rounded(name: str) -> Iterator[Node]:
    """A value into 8 bits, and out of them."""
    steps = [f"{name}.scale", f"{name}.zero"]
    yield Node.made("QuantizeLinear", [name, *steps], f"{name}.8")
    yield Node.made("DequantizeLinear", [f"{name}.8", *steps], f"{name}.undone")
