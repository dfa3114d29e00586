"""Published encoders are cut before their pooling, or refused."""

from pathlib import Path

import encoder_models
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from diascribe.errors import WeightsError
from diascribe.weights.encoders import cut_encoder, vectors_of
from diascribe.weights.session import Session

RANDOM = np.random.default_rng(0)


def changed() -> onnx.ModelProto:
    """A copy to change."""
    model = onnx.ModelProto()
    model.CopyFrom(encoder_models.encoder())
    return model


def node(model: onnx.ModelProto, name: str) -> onnx.NodeProto:
    found: onnx.NodeProto = next(one for one in model.graph.node if one.name == name)
    return found


def test_both_halves_say_what_the_whole_says(tmp_path: Path) -> None:
    path = encoder_models.write(encoder_models.encoder(), tmp_path / "encoder.onnx")
    frames = RANDOM.normal(0, 3, (2, 101, 80)).astype(np.float32)

    cut = cut_encoder(path)

    body = Session(path, data=cut.body.encoded())
    (whole,) = Session(path).run({"feats": frames})
    assert vectors_of(cut, body.run, frames) == pytest.approx(whole, abs=1e-3)
    (features,) = body.run({"feats": frames})
    assert features.shape == (2, 16, 10, 13)
    assert cut.linear.weight.shape == (encoder_models.DIMENSION, 2 * 16 * 10)


def test_what_is_added_behind_the_last_layer_is_kept(tmp_path: Path) -> None:
    model = changed()
    mean = RANDOM.normal(0, 1, encoder_models.DIMENSION).astype(np.float32)
    model.graph.initializer.append(numpy_helper.from_array(mean, "mean_vec"))
    node(model, "embs").output[0] = "raw"
    model.graph.node.append(helper.make_node("Sub", ["raw", "mean_vec"], ["embs"]))

    cut = cut_encoder(encoder_models.write(model, tmp_path / "encoder.onnx"))

    plain = cut_encoder(encoder_models.write(encoder_models.encoder(), tmp_path / "plain.onnx"))
    assert cut.linear.bias == pytest.approx(plain.linear.bias - mean, abs=1e-6)


def test_a_matrix_and_a_sum_are_a_linear_layer_too(tmp_path: Path) -> None:
    model = changed()
    (weight,) = (one for one in model.graph.initializer if one.name == "linear.w")
    turned = numpy_helper.from_array(numpy_helper.to_array(weight).T.copy(), "linear.w")
    weight.CopyFrom(turned)
    last = node(model, "embs")
    last.CopyFrom(helper.make_node("MatMul", [*last.input[:2]], ["product"]))
    model.graph.node.append(helper.make_node("Add", ["product", "linear.b"], ["embs"]))

    cut = cut_encoder(encoder_models.write(model, tmp_path / "encoder.onnx"))

    assert cut.linear.weight.shape == (encoder_models.DIMENSION, 2 * 16 * 10)
    assert cut.linear.bias.any()


def test_a_network_of_fixed_sizes_is_cut_into_one_of_any(tmp_path: Path) -> None:
    model = changed()
    model.graph.input[0].CopyFrom(
        helper.make_tensor_value_info("feats", TensorProto.FLOAT, [1, 48, 80])
    )
    path = encoder_models.write(model, tmp_path / "encoder.onnx")

    body = Session(path, data=cut_encoder(path).body.encoded())

    assert body.run({"feats": np.zeros((3, 100, 80), np.float32)})[0].shape == (3, 16, 10, 13)


def test_a_network_that_pools_otherwise_is_refused(tmp_path: Path) -> None:
    model = changed()
    node(model, "mean").op_type = "ReduceMax"
    path = encoder_models.write(model, tmp_path / "other.onnx")

    with pytest.raises(WeightsError, match=r"other\.onnx: cannot be cut .*: it pools otherwise"):
        cut_encoder(path)


def test_a_network_that_says_no_numbers_is_refused(tmp_path: Path) -> None:
    model = changed()
    (weight,) = (one for one in model.graph.initializer if one.name == "linear.w")
    broken = np.full_like(numpy_helper.to_array(weight), np.nan)
    weight.CopyFrom(numpy_helper.from_array(broken, "linear.w"))

    with pytest.raises(WeightsError, match=r"broken\.onnx: cannot be cut"):
        cut_encoder(encoder_models.write(model, tmp_path / "broken.onnx"))


def test_a_network_without_a_linear_layer_is_refused(tmp_path: Path) -> None:
    model = changed()
    node(model, "embs").CopyFrom(helper.make_node("Tanh", ["statistics"], ["embs"]))
    path = encoder_models.write(model, tmp_path / "other.onnx")

    with pytest.raises(WeightsError, match="Tanh behind its last linear layer"):
        cut_encoder(path)


def test_a_segmentation_is_no_encoder(tmp_path: Path) -> None:
    path = encoder_models.write(encoder_models.segmentation(), tmp_path / "model.onnx")

    with pytest.raises(WeightsError, match=r"model\.onnx: cannot be cut before its pooling"):
        cut_encoder(path)
