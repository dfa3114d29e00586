"""A network is opened once, says what it takes and gives, and fails as one of ours."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from diascribe.errors import ModelError, WeightsError
from diascribe.weights.session import Session


@pytest.fixture
def doubling(tmp_path: Path) -> Path:
    """A network that adds its input, of any number of rows of three, to itself."""
    shape: tuple[str | int, ...] = ("rows", 3)
    graph = helper.make_graph(
        [helper.make_node("Add", ["given", "given"], ["doubled"])],
        "tiny",
        [helper.make_tensor_value_info("given", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("doubled", TensorProto.FLOAT, shape)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 9
    onnx.save(model, tmp_path / "doubling.onnx")
    return tmp_path / "doubling.onnx"


@pytest.mark.parametrize("cores", [1, 2])
def test_a_network_says_what_it_takes_and_runs(doubling: Path, cores: int) -> None:
    session = Session(doubling, cores=cores)

    (found,) = session.run({"given": np.ones((2, 3), np.float32)})

    assert (session.name, session.inputs, session.outputs) == (
        "doubling.onnx",
        ("given",),
        ("doubled",),
    )
    assert session.sizes("given") == (None, 3)
    assert (found == 2).all()


def test_what_does_not_fit_is_a_failure_of_the_model(doubling: Path) -> None:
    with pytest.raises(ModelError, match=r"doubling\.onnx: failed while running"):
        Session(doubling).run({"given": np.ones((2, 4), np.float32)})


def test_what_is_no_network_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "text.onnx").write_text("no network")

    with pytest.raises(WeightsError, match=r"text\.onnx: cannot be opened as a network"):
        Session(tmp_path / "text.onnx")
