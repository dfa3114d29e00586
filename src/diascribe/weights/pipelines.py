"""The files of a windowed diarizer: where they lie in the layouts that are published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from diascribe.errors import WeightsError

SEGMENTATIONS = (
    "segmentation.onnx",
    "segmentation-3.0.onnx",
    "onnx/model.onnx",
    "model.onnx",
)
"""Ours, speakrs-models, onnx-community, k2-fsa."""

ENCODERS = (
    "encoder.onnx",
    "wespeaker-voxceleb-resnet34-tail.onnx",
    "voxceleb_resnet34_LM.onnx",
    "*resnet*.onnx",
    "*.onnx",
)
"""Ours, speakrs-models, WeSpeaker, and whatever else has one network."""

CHECKPOINTS = ("segmentation/pytorch_model.bin", "embedding/pytorch_model.bin")
"""Of pyannote.audio's community-1, which come as PyTorch checkpoints."""


@dataclass(frozen=True, slots=True)
class PipelineFiles:
    """The networks of a diarizer."""

    segmentation: Path
    encoder: Path


def pipeline_files(folder: Path) -> PipelineFiles:
    """The networks in a folder that holds a whole diarizer.

    Raises:
        WeightsError: one is not there; tells how checkpoints become networks.
    """
    segmentation, encoder = _first(folder, SEGMENTATIONS[:2]), _first(folder, ENCODERS[:3])
    if segmentation and encoder:
        return PipelineFiles(segmentation, encoder)
    if all((folder / one).is_file() for one in CHECKPOINTS):
        raise WeightsError(
            f"{folder.name}: holds PyTorch checkpoints: wanted networks made of them",
            hint=f"python tools/convert_pipeline.py {folder} FOLDER, in a checkout of diascribe;"
            " then diascribe models pull community-1-onnx --from FOLDER",
        )
    lacking = " or ".join(SEGMENTATIONS[:2] if segmentation is None else ENCODERS[:3])
    raise WeightsError(f"{folder.name}: wanted {lacking} in it, found none")


def segmentation_in(folder: Path) -> Path:
    """The segmentation in a folder of its own.

    Raises:
        WeightsError: there is none.
    """
    return _required(folder, SEGMENTATIONS, "a segmentation")


def encoder_in(folder: Path) -> Path:
    """The voice encoder in a folder of its own.

    Raises:
        WeightsError: there is none.
    """
    return _required(folder, ENCODERS, "a voice encoder")


def _required(folder: Path, patterns: Sequence[str], what: str) -> Path:
    found = _first(folder, patterns)
    if found is None:
        raise WeightsError(f"{folder.name}: wanted {what} ({' or '.join(patterns)}), found none")
    return found


def _first(folder: Path, patterns: Sequence[str]) -> Path | None:
    """The first file that the patterns find, the earlier pattern first."""
    found = (path for one in patterns for path in sorted(folder.glob(one)) if path.is_file())
    return next(found, None)
