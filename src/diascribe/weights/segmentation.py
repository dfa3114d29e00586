"""A segmentation that somebody brings as a PyTorch checkpoint, as a network; none of it is run.

The network is PyanNet's, as it ships with the package, with the checkpoint's numbers in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from diascribe.errors import WeightsError
from diascribe.weights.checkpoint import read_checkpoint
from diascribe.weights.embedded import PYANNET
from diascribe.weights.network import encoded_tensor, read_network

State = Mapping[str, NDArray[np.float32]]

MIN_LOW_HZ = 50.0
MIN_BAND_HZ = 50.0
RATE_HZ = 16_000
LAYERS = 4
HEADS = ("linear.0", "linear.1", "classifier")
SPEAKERS = "classifier"
"""Of its outputs there may be any number: one for each local speaker."""


def network_of(path: Path) -> tuple[bytes, str]:
    """A checkpoint's network as the bytes of an ONNX file, and what tells it from others.

    Raises:
        WeightsError: the file cannot be read, or is no such segmentation.
    """
    state = read_checkpoint(path).get("state_dict")
    if not isinstance(state, dict):
        raise WeightsError(f"{path.name}: wanted a checkpoint with state_dict, found none")
    network = read_network(PYANNET.path)
    try:
        values = dict(_values(state))
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise WeightsError(f"{path.name}: no segmentation of PyanNet's kind: {error}") from error
    tensors = dict(network.tensors)
    for name, value in values.items():
        wanted = network.values(name)
        assert wanted is not None, "the network has all these"
        fits = value.shape == wanted.shape or (
            name.startswith(SPEAKERS) and value.shape[:-1] == wanted.shape[:-1]
        )
        if not fits:
            raise WeightsError(
                f"{path.name}: {name}: wanted the shape {wanted.shape}, got {value.shape}"
            )
        tensors[name] = encoded_tensor(name, value.astype(np.float32))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return replace(network, tensors=tensors).encoded(), f"{path.name}, sha256 {digest[:12]}"


def sinc_filters(state: State) -> NDArray[np.float32]:
    """The band-pass filters (filter, 1, tap): the cosine half, then the sine half.

    Built in float64 from the learned lower edges and widths, as asteroid-filterbanks'
    `ParamSincFB` does in float32.
    """
    prefix = "sincnet.conv1d.0.filterbank."
    low = MIN_LOW_HZ + np.abs(_double(state[prefix + "low_hz_"]))
    high = low + MIN_BAND_HZ + np.abs(_double(state[prefix + "band_hz_"]))
    high = np.clip(high, MIN_LOW_HZ, RATE_HZ / 2)
    times = _double(state[prefix + "n_"])  # (1, half), radians per hertz, negative
    window = _double(state[prefix + "window_"])
    width = 2 * (high - low)

    even = (np.sin(high * times) - np.sin(low * times)) / (times / 2) * window
    odd = (np.cos(low * times) - np.cos(high * times)) / (times / 2) * window
    cosine = np.concatenate([even, width, even[:, ::-1]], axis=1) / width
    sine = np.concatenate([odd, np.zeros_like(width), -odd[:, ::-1]], axis=1) / width
    return np.concatenate([cosine, sine])[:, None, :].astype(np.float32)


def gates(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """PyTorch's order of LSTM gates (input, forget, cell, output) as ONNX's (i, o, f, c)."""
    i, f, c, o = np.split(values, 4)
    return np.concatenate([i, o, f, c])


def _values(state: State) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The network's constants by name."""
    yield "conv0.w", sinc_filters(state)
    for name, key in (
        ("waves.norm", "wav_norm1d"),
        *((f"norm{i}", f"norm1d.{i}") for i in range(3)),
    ):
        yield f"{name}.scale", state[f"sincnet.{key}.weight"]
        yield f"{name}.shift", state[f"sincnet.{key}.bias"]
    for index in (1, 2):
        yield f"conv{index}.w", state[f"sincnet.conv1d.{index}.weight"]
        yield f"conv{index}.b", state[f"sincnet.conv1d.{index}.bias"]
    for layer in range(LAYERS):
        yield from _layer(state, layer)
    for name in HEADS:
        yield f"{name}.w", state[f"{name}.weight"].T
        yield f"{name}.b", state[f"{name}.bias"]


def _layer(state: State, layer: int) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """One recurrent layer, both ways."""
    ways = [f"l{layer}", f"l{layer}_reverse"]
    inputs, hidden = (
        np.stack([gates(state[f"lstm.weight_{kind}_{way}"]) for way in ways])
        for kind in ("ih", "hh")
    )
    biases = [
        np.concatenate([gates(state[f"lstm.bias_{kind}_{way}"]) for kind in ("ih", "hh")])
        for way in ways
    ]
    yield f"lstm{layer}.w", inputs
    yield f"lstm{layer}.r", hidden
    yield f"lstm{layer}.b", np.stack(biases)


def _double(values: NDArray[np.float32]) -> NDArray[np.float64]:
    return values.astype(np.float64)
