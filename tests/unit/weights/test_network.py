"""Networks are read, cut and written as the onnx package would."""

from pathlib import Path

import encoder_models
import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from diascribe.errors import WeightsError
from diascribe.weights.messages import Field, Message, parse
from diascribe.weights.network import (
    Node,
    decoded_tensor,
    encoded_tensor,
    parse_network,
    read_network,
)

ENCODER = encoder_models.encoder().SerializeToString()


def test_a_network_is_what_the_onnx_package_reads() -> None:
    wanted = encoder_models.encoder().graph

    network = parse_network(ENCODER)

    assert [one.kind for one in network.nodes] == [one.op_type for one in wanted.node]
    assert [one.inputs for one in network.nodes] == [tuple(one.input) for one in wanted.node]
    assert (network.inputs, network.outputs) == (("feats",), ("embs",))
    for one in wanted.initializer:
        found = network.values(one.name)
        assert found is not None
        assert np.array_equal(found, numpy_helper.to_array(one))


def test_a_written_network_is_sound_and_says_the_same() -> None:
    written = onnx.load_from_string(parse_network(ENCODER).encoded())

    shape = written.graph.input[0].type.tensor_type.shape
    assert [one.dim_param or one.dim_value for one in shape.dim] == ["batch", "time", 80]
    assert written.graph.node == encoder_models.encoder().graph.node
    assert written.opset_import == encoder_models.encoder().opset_import


def test_what_a_value_does_not_depend_on_is_cut_off() -> None:
    cut = parse_network(ENCODER).until("layer1.0.out")

    written = onnx.load_from_string(cut.encoded())
    assert [one.name for one in written.graph.output] == ["layer1.0.out"]
    assert len(written.graph.node) == 9
    assert {one.name for one in written.graph.initializer} <= {*cut.tensors}
    assert "linear.w" not in cut.tensors


@pytest.mark.parametrize(
    "values",
    [
        np.array([[1.5, -2.0], [0.0, 3.25]], np.float32),
        np.array([-1, 2, 1 << 40], np.int64),
        np.array(7, np.int64),
        np.array([-128, 127], np.int8),
        np.zeros((0, 3), np.float32),
    ],
)
def test_numbers_come_back_in_both_ways_of_keeping_them(values: np.ndarray) -> None:
    raw = encoded_tensor("w", values)

    assert np.array_equal(numpy_helper.to_array(onnx.TensorProto.FromString(raw)), values)
    assert np.array_equal(decoded_tensor(raw), values)
    kind = helper.np_dtype_to_tensor_dtype(values.dtype)
    listed = helper.make_tensor("w", kind, values.shape, values.reshape(-1).tolist())
    assert np.array_equal(decoded_tensor(listed.SerializeToString()), values)


def test_a_new_node_is_read_as_it_was_made() -> None:
    node = Node.made("DequantizeLinear", ["x", "s"], "y", axis=-1)

    message = onnx.NodeProto.FromString(node.message.encoded())
    assert (message.op_type, list(message.input), list(message.output)) == (
        "DequantizeLinear",
        ["x", "s"],
        ["y"],
    )
    assert helper.get_attribute_value(message.attribute[0]) == -1


def test_constants_among_the_nodes_are_constants_too() -> None:
    graph = helper.make_graph(
        [
            helper.make_node(
                "Constant", [], ["two"], value=numpy_helper.from_array(np.array(2, np.float32))
            ),
            helper.make_node("Mul", ["x", "two"], ["y"]),
        ],
        "tiny",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])],
    )

    network = parse_network(helper.make_model(graph).SerializeToString())

    assert network.values("two") == np.float32(2)
    assert network.values("y") is None
    assert network.sources("y") == {"x"}


def test_numbers_in_another_file_are_refused() -> None:
    tensor = helper.make_tensor("far", TensorProto.FLOAT, [1], [1.0])
    tensor.data_location = TensorProto.EXTERNAL

    with pytest.raises(WeightsError, match="far: its numbers lie in another file"):
        decoded_tensor(tensor.SerializeToString())


def test_numbers_of_half_precision_are_refused() -> None:
    tensor = numpy_helper.from_array(np.ones(2, np.float16), "half")

    with pytest.raises(WeightsError, match="numbers of kind 10"):
        decoded_tensor(tensor.SerializeToString())


def test_numbers_that_do_not_fill_their_shape_are_refused() -> None:
    tensor = numpy_helper.from_array(np.ones(2, np.float32), "w")
    tensor.dims[0] = 3

    with pytest.raises(WeightsError, match=r"w: 2 numbers for the shape \[3\]"):
        decoded_tensor(tensor.SerializeToString())


def test_a_file_that_is_no_network_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "text.onnx").write_text("no network at all")

    with pytest.raises(WeightsError, match=r"text\.onnx: not a network"):
        read_network(tmp_path / "text.onnx")
    with pytest.raises(WeightsError, match=r"none\.onnx: cannot be read"):
        read_network(tmp_path / "none.onnx")


@given(st.integers(0, len(ENCODER) - 1))
def test_a_file_cut_short_is_refused_or_has_lost_its_end(length: int) -> None:
    try:
        network = parse_network(ENCODER[:length])
    except WeightsError:
        return
    assert len(network.encoded()) < len(ENCODER) + 1000


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_refused(data: bytes) -> None:
    try:
        message = parse(data)
    except WeightsError:
        return
    assert parse(message.encoded()) == message


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(0, 2**64 - 1) | st.binary())))
def test_fields_come_back_as_they_were_written(given_fields: list[tuple[int, int | bytes]]) -> None:
    fields = tuple(
        Field(number, value, 0 if isinstance(value, int) else 2) for number, value in given_fields
    )

    assert parse(Message(fields).encoded()).fields == fields
