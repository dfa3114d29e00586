"""Voice encoders and segmentations in the published shapes, small and of random values."""

from __future__ import annotations

import sys
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnx

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
import pyannet_graph  # after its folder is known
import resnet_graph

DIMENSION = 16
CLASSES = 7


@lru_cache(maxsize=1)
def encoder() -> onnx.ModelProto:
    """A ResNet34 of a sixteenth of the published width, its pooling inside as published."""
    state = resnet_graph.random_state(1, width=2, dimension=DIMENSION)
    return resnet_graph.build(state)


@lru_cache(maxsize=1)
def wide_encoder() -> onnx.ModelProto:
    """The same of a quarter of the published width."""
    return resnet_graph.build(resnet_graph.random_state(3, width=8, dimension=DIMENSION))


@lru_cache(maxsize=1)
def segmentation() -> onnx.ModelProto:
    """A narrow PyanNet with powerset classes, as the published exports have it."""
    return pyannet_graph.build_powerset(pyannet_graph.random_state(2, classes=CLASSES, width=4))


def write(model: onnx.ModelProto, path: Path) -> Path:
    """The file of a network."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
    return path


def write_plda(folder: Path, dimension: int) -> Path:
    """The folder with the calibration of vectors of so many numbers."""
    random = np.random.default_rng(0)
    shapes = {"mean1": (dimension,), "lda": (dimension, 8), "mean2": (8,), "mu": (8,), "psi": (8,)}
    given = {name: random.random(shape) + 0.1 for name, shape in shapes.items()}
    for name, array in {**given, "tr": np.eye(8)}.items():
        np.save(folder / f"plda_{name}.npy", array)
    return folder
