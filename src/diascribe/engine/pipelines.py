"""Windowed diarizers out of the store: which networks they join, and how they hear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from diascribe.errors import OptionsError, WeightsError
from diascribe.models.pyannet import PowersetPyanNet, open_powerset
from diascribe.models.resnet import ResNetEncoder, open_resnet
from diascribe.models.windowed import RulesFinder, VbxFinder, WindowedDiarizer, WindowListener
from diascribe.protocols import Choice, Mode
from diascribe.weights.entry import Entry
from diascribe.weights.folders import Located
from diascribe.weights.pipelines import (
    PipelineFiles,
    encoder_in,
    pipeline_files,
    segmentation_in,
)
from diascribe.weights.plda import holds_plda, read_plda
from diascribe.weights.store import Store

SEGMENTATION = "pyannote-segmentation-3.0"
"""What an encoder that comes alone is joined with."""

HEEDS = frozenset({"diarization_mode", "diarization_precision", "device"})
"""The options by which these are opened."""

STEPS_S: Mapping[Mode, float] = MappingProxyType({"exact": 1.0, "shared": 0.96, "fast": 2.0})
"""Seconds between windows. Those of `exact` are pyannote.audio's; the others are the whole
frames of an encoder's features, 80 ms each, that are nearest to one and two seconds."""


@dataclass(frozen=True, slots=True)
class Pipelines:
    """Opens windowed diarizers of a store."""

    store: Store
    cores: int

    def open(self, found: Located, choice: Choice) -> WindowedDiarizer:
        """The diarizer that a whole folder is, or an encoder with the installed segmentation.

        Raises:
            WeightsError: a network is absent, damaged or of another kind.
            OptionsError: this machine has no such device, or does not calculate as wanted.
            MissingExtraError: what calculates as wanted is not installed.
            ModelError: the wanted precision changes the encoder's vectors too much.
        """
        if found.installed:
            self.store.find(found.name)  # proves it
        files = self._files(found)
        given: dict[str, Any] = {
            "revision": found.revision,
            "device": choice.device,
            "precision": choice.precision,
            "cores": self.cores,
        }
        segmenter = open_powerset(files.segmentation, name=_named(found, "segmentation"), **given)
        encoder = open_resnet(files.encoder, name=_named(found, "encoder"), **given)
        hearing = self._hearing(segmenter, encoder, choice.mode)
        return WindowedDiarizer(hearing, finder_in(found.path, encoder), HEEDS)

    def _files(self, found: Located) -> PipelineFiles:
        if found.family == "pyannet":
            raise OptionsError(
                (f"diarizer: {found.name} is one half of a diarizer: wanted a voice encoder",),
                hint=f"an installed encoder is joined with {SEGMENTATION} by itself",
            )
        if found.family == "pipeline":
            return pipeline_files(found.path)
        return PipelineFiles(segmentation_in(self._segmentation(found)), encoder_in(found.path))

    def _segmentation(self, found: Located) -> Path:
        names = [one.entry.name for one in self.store.installed()]
        if SEGMENTATION not in names:
            raise WeightsError(
                f"{found.name}: is a voice encoder, and needs {SEGMENTATION} to hear with",
                hint=f"diascribe models pull {SEGMENTATION}",
            )
        return self.store.find(SEGMENTATION).path

    def _hearing(
        self, segmenter: PowersetPyanNet, encoder: ResNetEncoder, mode: Mode
    ) -> WindowListener:
        step_s = STEPS_S[mode]
        if mode == "exact":
            return WindowListener(
                vad=None, segmenter=segmenter, encoder=encoder, step_s=step_s, threads=self.cores
            )
        return WindowListener.sharing(
            segmenter=segmenter, encoder=encoder, step_s=step_s, threads=self.cores
        )


def try_networks(entry: Entry, folder: Path) -> None:
    """Open the networks of a windowed diarizer that a folder holds, whole or one half.

    Raises:
        WeightsError: one is absent, damaged or of another kind.
    """
    whole = pipeline_files(folder) if entry.family == "pipeline" else None
    given: dict[str, Any] = {"name": entry.name, "revision": ""}
    if entry.family != "resnet":
        open_powerset(whole.segmentation if whole else segmentation_in(folder), **given)
    if entry.family != "pyannet":
        finder_in(folder, open_resnet(whole.encoder if whole else encoder_in(folder), **given))


def finder_in(folder: Path, encoder: ResNetEncoder) -> RulesFinder | VbxFinder:
    """How speakers are found: as the reference does where its calibration is in the folder.

    Raises:
        WeightsError: the calibration is damaged, or of another encoder's vectors.
    """
    if not holds_plda(folder):
        return RulesFinder(encoder.calibration)
    plda = read_plda(folder)
    if len(plda.mean1) != encoder.dimension:
        raise WeightsError(
            f"{folder.name}: wanted a PLDA model of vectors of {encoder.dimension} numbers, as"
            f" {encoder.model.name} gives them, got one of {len(plda.mean1)}"
        )
    return VbxFinder(plda)


def _named(found: Located, part: str) -> str:
    """What a result calls a network."""
    if found.family == "pipeline":
        return f"{found.name} {part}"
    return SEGMENTATION if part == "segmentation" else found.name
