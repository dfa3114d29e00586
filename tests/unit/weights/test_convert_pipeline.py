"""A pipeline's checkpoints become networks that a diarizer is opened of."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkpoint_files import mapping, weights, whole, write_zip
from encoder_models import CLASSES, DIMENSION, write_plda

from diascribe.engine.pipelines import try_networks
from diascribe.errors import WeightsError
from diascribe.weights.catalog import CATALOG
from diascribe.weights.pipelines import pipeline_files
from diascribe.weights.session import Session

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))
import convert_pipeline  # after its folder is known
import pyannet_graph
import resnet_graph

ENCODER = resnet_graph.random_state(1, width=2, dimension=DIMENSION)
SEGMENTATION = pyannet_graph.random_state(2, classes=CLASSES, width=4)


def write_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """A checkpoint of nothing but values."""
    tensors = {
        name: whole(str(place), np.asarray(value))
        for place, (name, value) in enumerate(state.items())
    }
    path.parent.mkdir(parents=True)
    storages = [one.storage for one in tensors.values()]
    write_zip(path, mapping({"state_dict": weights(tensors)}), storages)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A folder as pyannote/speaker-diarization-community-1 is laid out."""
    folder = tmp_path / "published"
    write_checkpoint(folder / "segmentation" / "pytorch_model.bin", SEGMENTATION)
    values = {f"resnet.{name}": value for name, value in ENCODER.items()}
    write_checkpoint(folder / "embedding" / "pytorch_model.bin", {**values, "loss.w": np.ones(2)})
    (folder / "plda").mkdir()
    write_plda(folder / "plda", DIMENSION)
    return folder


def test_checkpoints_become_a_diarizer(tmp_path: Path, published: Path) -> None:
    output = tmp_path / "converted"

    convert_pipeline.convert(published, output)

    try_networks(CATALOG["community-1-onnx"], output)
    files = pipeline_files(output)
    frames = np.random.default_rng(0).normal(0, 3, (1, 60, 80)).astype(np.float32)
    straight = tmp_path / "straight.onnx"
    straight.write_bytes(resnet_graph.build(ENCODER).SerializeToString())
    (came,), (wanted,) = (Session(one).run({"feats": frames}) for one in (files.encoder, straight))
    assert came == pytest.approx(wanted, abs=1e-5)
    assert (output / "plda" / "plda_psi.npy").is_file()


def test_checkpoints_themselves_are_refused_with_the_way_to_convert_them(published: Path) -> None:
    with pytest.raises(WeightsError, match="holds PyTorch checkpoints") as refused:
        pipeline_files(published)

    assert "convert_pipeline.py" in refused.value.hint
