"""A little ONNX graph under construction: nodes in order, weights by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from diascribe.weights.segmentation import gates

OPSET = 17
"""The newest that every ONNX Runtime since 1.12 reads."""

IR_VERSION = 8
"""The container version that belongs to opset 17."""


class Graph:
    """Collects nodes and weights; every method returns the name of what it added."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def weight(self, name: str, values: NDArray[np.generic]) -> str:
        """A constant."""
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, kind: str, output: str, *inputs: str, **attributes: Any) -> str:  # noqa: ANN401 - any attribute
        """A node of one output."""
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=output, **attributes))
        return output

    def lstm(
        self, output: str, source: str, state: dict[str, NDArray[np.float32]], layer: str
    ) -> tuple[str, str]:
        """An LSTM layer over (time, batch, feature), weights named as PyTorch names them.

        Returns the sequence (time, direction, batch, hidden) and the last hidden state
        (direction, batch, hidden).
        """
        ways = [layer, f"{layer}_reverse"] if f"weight_ih_{layer}_reverse" in state else [layer]
        inputs = [state[f"weight_ih_{way}"] for way in ways]
        hiddens = [state[f"weight_hh_{way}"] for way in ways]
        biases = [
            np.concatenate([gates(state[f"bias_ih_{way}"]), gates(state[f"bias_hh_{way}"])])
            for way in ways
        ]
        names = [
            self.weight(f"{output}.w", np.stack([gates(one) for one in inputs])),
            self.weight(f"{output}.r", np.stack([gates(one) for one in hiddens])),
            self.weight(f"{output}.b", np.stack(biases)),
        ]
        node = helper.make_node(
            "LSTM",
            [source, *names],
            [output, f"{output}.last"],
            name=output,
            hidden_size=hiddens[0].shape[1],
            direction="bidirectional" if len(ways) == 2 else "forward",
        )
        self.nodes.append(node)
        return output, f"{output}.last"

    def model(
        self, inputs: dict[str, list[str | int]], outputs: dict[str, list[str | int]], note: str
    ) -> onnx.ModelProto:
        """The finished model; axes given as text are free."""
        graph = helper.make_graph(
            self.nodes,
            self.name,
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in inputs.items()],
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs.items()],
            self.weights,
        )
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="diascribe",
            doc_string=note,
        )
