"""Where a model lies that a request names: in the store, or in a folder of the user's own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from diascribe.errors import UnknownModelError, WeightsError
from diascribe.weights.aligners import FILES as CTC_FILES
from diascribe.weights.catalog import ALIASES, WHISPER_FILES
from diascribe.weights.entry import Family
from diascribe.weights.layouts import begun, layout_of
from diascribe.weights.manifest import lacking_files, read_manifest
from diascribe.weights.sampling import sampled_revision
from diascribe.weights.store import Store

KINDS: MappingProxyType[Family, tuple[str, ...]] = MappingProxyType(
    {
        "whisper": WHISPER_FILES,
        "ctc": CTC_FILES,
        "pipeline": (
            "segmentation.onnx|segmentation-3.0.onnx",
            "encoder.onnx|wespeaker-voxceleb-resnet34-tail.onnx|voxceleb_resnet34_LM.onnx",
        ),
        "streaming": ("embed.onnx|*sortformer*.onnx",),
    }
)
"""What tells a model's family: the files that its folder must hold."""


@dataclass(frozen=True, slots=True)
class Located:
    """A model's folder, and what the result is to say of it."""

    family: Family
    path: Path
    name: str
    revision: str
    installed: bool
    """Whether it is in the store, whose `find` proves it before it is opened."""


def locate(store: Store, named: str) -> Located:
    """The model that is named: by the table of models, else as a folder.

    Raises:
        UnknownModelError: there is neither; says what is installed.
        WeightsError: a folder holds no model, or the manifest of an installed one cannot be read.
    """
    folder = _expanded(named)
    if named not in store.catalog and named not in ALIASES and _is_path(folder, named):
        return _own(folder, store)
    found = store.peek(named)
    return Located(found.entry.family, found.path, found.entry.name, found.revision, True)


def _expanded(named: str) -> Path:
    """What is named as a path; `~` is the home of a user, where anybody knows it."""
    try:
        return Path(named).expanduser()
    except RuntimeError:
        return Path(named)


def _is_path(folder: Path, named: str) -> bool:
    return os.sep in named or folder.is_dir()


def _own(folder: Path, store: Store) -> Located:
    """A folder of the user's own; its files are trusted to be what he wants."""
    if not folder.is_dir():
        raise UnknownModelError(f"{folder}: there is no such folder; {store.working()}")
    name, family = folder.resolve().name, family_of(folder)
    return Located(family, folder, name, _revision_of(folder, family), False)


def _revision_of(folder: Path, family: Family) -> str:
    """What the result calls the files: many things but ours are called `manifest.json`."""
    try:
        return read_manifest(folder).revision
    except WeightsError:
        return sampled_revision(folder, family)


def family_of(folder: Path) -> Family:
    """The family of the model that a folder holds.

    Raises:
        WeightsError: it holds none, or not all of one; says what was looked for.
    """
    if layout_of(folder):
        return "onnx-asr"
    for family, files in KINDS.items():
        lacking = [one for one in files if not _holds(folder, one)]
        if not lacking:
            return family
        if files[0] not in lacking:
            raise lacking_files(folder, family, lacking, files)
    if any(begun(folder)):
        return "onnx-asr"  # which says what is missing when it opens it
    looked = " or ".join(
        f"{', '.join(files).replace('|', ' or ')} ({family})" for family, files in KINDS.items()
    )
    raise WeightsError(
        f"{folder}: holds no model: looked for {looked} or what the onnx-asr package runs"
    )


def _holds(folder: Path, files: str) -> bool:
    """Whether a folder holds a file, or one of the others behind a `|`; they are patterns."""
    return any(found.is_file() for one in files.split("|") for found in folder.glob(one))
