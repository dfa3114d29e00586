"""Cuts a published voice encoder before its pooling, which is ours to do.

Published networks pool over all frames of one voice; a diarizer pools the same features once
for each voice. So the network is cut behind its last rectifier, the linear layer's values are
kept, and both together must say what the whole network says, on random input, or it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.pooling import pool_voices
from diascribe.errors import WeightsError
from diascribe.weights.network import Network, Node, read_network
from diascribe.weights.session import Session

BINS = 80
FRAMES = 64  # of random input: 0.6 s

LIKENESS = 0.9999
"""Least cosine between what the cut and the whole network say. They differ by 10^-6; another
pooling, as attentive statistics, by more than a tenth."""


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """The layer behind the pooling."""

    weight: NDArray[np.float32]
    """(dimension, statistic): the means of all features, then their deviations."""
    bias: NDArray[np.float32]
    """(dimension,)."""

    def apply(self, statistics: NDArray[np.float32]) -> NDArray[np.float32]:
        """Vectors (…, dimension) of statistics (…, statistic)."""
        vectors: NDArray[np.float32] = statistics @ self.weight.T + self.bias
        return vectors


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """An encoder in two halves."""

    body: Network
    """fbank frames (batch, frame, bin) to features (batch, channel, bin / 8, frame / 8)."""
    linear: Linear


def cut_encoder(path: Path) -> Cut:
    """The halves of an encoder's file, proved on random input against the whole.

    Raises:
        WeightsError: it cannot be read, or pools in a way that is not known.
    """
    network = read_network(path)
    try:
        cut = _cut(network)
        _prove(path, network, cut)
    except WeightsError as error:
        raise WeightsError(f"{path.name}: cannot be cut before its pooling: {error}") from error
    return cut


def _cut(network: Network) -> Cut:
    output = network.outputs[0]
    linear, statistics = _last_linear(network, output)
    features = _last_features(network, statistics)
    return Cut(network.until(features), linear)


def _last_linear(network: Network, output: str) -> tuple[Linear, str]:
    """The last layer, a constant added behind it included, and the name of what it reads."""
    offset: NDArray[np.float32] | None = None
    while (node := network.producer(output)) is not None:
        if node.kind in {"Gemm", "MatMul"}:
            linear = _linear(network, node)
            bias = linear.bias if offset is None else linear.bias + offset.reshape(-1)
            return Linear(linear.weight, bias.astype(np.float32)), node.inputs[0]
        output, added = _passed(network, node)
        if added is not None:
            offset = added if offset is None else offset + added
    raise WeightsError("wanted a linear layer at its end, found none")


def _passed(network: Network, node: Node) -> tuple[str, NDArray[np.float32] | None]:
    """What a node behind the linear layer reads, and the constant that it adds."""
    if node.kind in {"Identity", "Squeeze", "Flatten"}:
        return node.inputs[0], None
    if node.kind in {"Add", "Sub"}:
        for place, name in enumerate(node.inputs):
            values = network.values(name)
            if values is not None and (node.kind == "Add" or place == 1):
                return node.inputs[1 - place], values if node.kind == "Add" else -values
    raise WeightsError(f"{node.kind} behind its last linear layer")


def _linear(network: Network, node: Node) -> Linear:
    weight = network.values(node.inputs[1])
    if weight is None or weight.ndim != 2:
        raise WeightsError("wanted a constant matrix in its last layer, found none")
    if node.kind == "MatMul" or not node.integer("transB"):
        weight = weight.T
    bias = network.values(node.inputs[2]) if len(node.inputs) > 2 else None
    return Linear(weight, np.zeros(len(weight), np.float32) if bias is None else bias.reshape(-1))


def _last_features(network: Network, statistics: str) -> str:
    """The last rectified value through which everything reaches the statistics."""
    for node in reversed(list(network.behind(statistics))):
        if node.kind == "Relu":
            name = node.outputs[0]
            inside, beside = network.sources(name), network.sources(statistics, unless=name)
            if len(inside) == 1 and not inside & beside:
                return name
    raise WeightsError("wanted one rectified feature map before the pooling, found none")


def _prove(path: Path, network: Network, cut: Cut) -> None:
    """Compare both on random input.

    Raises:
        WeightsError: they differ: it pools in another way.
    """
    whole = Session(path)
    sizes = whole.sizes(cut.body.inputs[0])
    if len(sizes) != 3 or sizes[2] not in {BINS, None}:
        raise WeightsError(f"wanted fbank frames of {BINS} bins, found input {sizes}")
    batch, frames = sizes[0] or 2, sizes[1] or FRAMES
    random = np.random.default_rng(0)
    features = random.normal(0, 3, (batch, frames, BINS)).astype(np.float32)
    (wanted, *_) = whole.run({cut.body.inputs[0]: features, **_ones(network, whole, cut, batch)})
    came = vectors_of(cut, Session(path, data=cut.body.encoded()).run, features)
    alike = wanted.shape == came.shape and _likeness(wanted, came) >= LIKENESS
    if not alike:  # nor is what is no number
        raise WeightsError("it pools otherwise than by mean and deviation")


def _ones(
    network: Network, whole: Session, cut: Cut, batch: int
) -> Mapping[str, NDArray[np.float32]]:
    """Masks that take everything in, for networks that read one (batch, frame)."""
    others = set(network.inputs) - set(cut.body.inputs)
    masks = {}
    for name in others:
        sizes = whole.sizes(name)
        if len(sizes) != 2 or sizes[0] not in {batch, None}:
            raise WeightsError(f"an input {name} of sizes {sizes} that is not known")
        masks[name] = np.ones((batch, sizes[1] or FRAMES), np.float32)
    return masks


def vectors_of(
    cut: Cut,
    run: Callable[[Mapping[str, NDArray[np.float32]]], list[NDArray[np.float32]]],
    features: NDArray[np.float32],
) -> NDArray[np.float32]:
    """One vector (batch, dimension) of all frames of features (batch, frame, bin)."""
    (maps,) = run({cut.body.inputs[0]: features})
    flat = maps.reshape(len(maps), -1, maps.shape[-1])
    everything = np.ones((len(flat), flat.shape[2], 1), np.float32)
    if 2 * flat.shape[1] != cut.linear.weight.shape[1]:
        raise WeightsError(
            f"its linear layer reads {cut.linear.weight.shape[1]} numbers,"
            f" mean and deviation are {2 * flat.shape[1]}"
        )
    return cut.linear.apply(pool_voices(flat, everything))[:, 0]


def _likeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The least cosine between rows."""
    products = np.einsum("bd,bd->b", one.astype(np.float64), other.astype(np.float64))
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return float((products / np.maximum(lengths, 1e-12)).min())
