"""Draws the GE2E voice encoder: mel frames in, unit voice vectors out.

Wan et al. 2018, "Generalized end-to-end loss for speaker verification" (arXiv:1710.10467).
"""

from __future__ import annotations

from typing import cast

import numpy as np
import onnx
from graph import Graph
from numpy.typing import NDArray


def build(checkpoint: dict[str, object]) -> onnx.ModelProto:
    """The network of a Resemblyzer checkpoint.

    Input `mel` (part, frame, bin); output `vector` (part, dimension) of length 1.
    """
    state = cast("dict[str, NDArray[np.float32]]", checkpoint["model_state"])
    weights = {key.removeprefix("lstm."): state[key] for key in state if key.startswith("lstm.")}
    layers = sum(key.startswith("weight_ih_l") for key in weights)
    graph = Graph("ge2e")
    out, last = graph.add("Transpose", "sequence", "mel", perm=[1, 0, 2]), ""
    direction = graph.weight("direction.axis", np.array([1], np.int64))
    for layer in range(layers):
        sequence, last = graph.lstm(f"lstm{layer}", out, weights, f"l{layer}")
        if layer < layers - 1:
            out = graph.add("Squeeze", f"lstm{layer}.squeezed", sequence, direction)
    first = graph.weight("first.axis", np.array([0], np.int64))
    hidden = graph.add("Squeeze", "hidden", last, first)
    matrix = graph.weight("linear.w", state["linear.weight"])
    bias = graph.weight("linear.b", state["linear.bias"])
    projected = graph.add("Gemm", "projected", hidden, matrix, bias, transB=1)
    positive = graph.add("Relu", "positive", projected)
    graph.add("LpNormalization", "vector", positive, axis=1, p=2)
    bins, dimension = weights["weight_ih_l0"].shape[1], state["linear.weight"].shape[0]
    return graph.model(
        {"mel": ["part", "frame", bins]},
        {"vector": ["part", dimension]},
        "GE2E voice encoder, Apache-2.0, from the Resemblyzer package",
    )
