"""Turns the checkpoints of a pyannote.audio pipeline into networks, without PyTorch.

    python tools/convert_pipeline.py FOLDER OUTPUT_FOLDER
    diascribe models pull community-1-onnx --from OUTPUT_FOLDER

FOLDER is laid out as pyannote/speaker-diarization-community-1 is: `diascribe models pull
pyannote-community-1` brings it, with a token of somebody who has accepted its terms. The
checkpoints are read with our restricted reader; the calibration is copied as it is.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import onnx
import pyannet_graph
import resnet_graph

from diascribe.weights.checkpoint import read_checkpoint

ENCODER_PREFIX = "resnet."
"""Before the names of the encoder's values, for it is part of a larger model."""


def convert(folder: Path, output: Path) -> None:
    """Write `segmentation.onnx` and `encoder.onnx`.

    Raises:
        WeightsError: a checkpoint is absent or damaged.
        KeyError: a checkpoint is that of another network.
    """
    output.mkdir(parents=True, exist_ok=True)
    state = _state(folder / "segmentation" / "pytorch_model.bin")
    _write(pyannet_graph.build_powerset(state), output / "segmentation.onnx")
    state = _state(folder / "embedding" / "pytorch_model.bin")
    named = {
        name.removeprefix(ENCODER_PREFIX): value
        for name, value in state.items()
        if name.startswith(ENCODER_PREFIX)
    }
    _write(resnet_graph.build(named), output / "encoder.onnx")
    if (folder / "plda").is_dir():
        shutil.copytree(folder / "plda", output / "plda", dirs_exist_ok=True)


def _state(path: Path) -> dict[str, Any]:
    checkpoint = read_checkpoint(path)
    state: dict[str, Any] = checkpoint["state_dict"]
    return state


def _write(model: onnx.ModelProto, path: Path) -> None:
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
