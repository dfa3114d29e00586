"""What the files of a user's own folder are known by, without reading gigabytes at every start."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from diascribe.errors import WeightsError, printable
from diascribe.weights.aligners import CONFIGS, DATA
from diascribe.weights.aligners import FILES as CTC_FILES
from diascribe.weights.catalog import WHISPER_FILES, WHISPER_OPTIONAL
from diascribe.weights.entry import Family
from diascribe.weights.layouts import CONFIG, PRECISIONS, Layout, layout_of

DIARIZER = ("*.onnx", *DATA, "*.bin", "*.npy", "*.npz", "plda/*.np[yz]")
"""What diarizers are made of: networks, and numbers beside them."""

SAMPLED = "sampled"
"""How such revisions begin: they are no digest of all bytes, as those of installed models are."""

ENDS = 1 << 20
"""Bytes at either end of a file that are read; smaller files are read whole. Training changes
all of a network's numbers, so that two networks differ there."""


def sampled_revision(folder: Path, family: Family) -> str:
    """The start of a digest over the names, sizes and ends of a model's files.

    Raises:
        WeightsError: one cannot be read.
    """
    digest = hashlib.sha256()
    for path in sorted(set(_files(folder, family))):
        try:
            for part in _parts(path):
                digest.update(part)
        except OSError as error:
            raise WeightsError(
                f"{printable(str(path))}: cannot be read: {error.strerror}"
            ) from error
        digest.update(f"{path.relative_to(folder).as_posix()}\n".encode())
    return f"{SAMPLED}-{digest.hexdigest()[:12]}"


def _parts(path: Path) -> Iterator[bytes]:
    size = path.stat().st_size
    yield f"{size} ".encode()
    with path.open("rb") as file:
        yield file.read(ENDS)
        file.seek(max(ENDS, size - ENDS))
        yield file.read(ENDS)


def _files(folder: Path, family: Family) -> Iterator[Path]:
    """The files that a model of the family has."""
    for pattern in _patterns(folder, family):
        for one in pattern.split("|"):
            yield from (path for path in folder.glob(one) if path.is_file())


def _patterns(folder: Path, family: Family) -> Iterable[str]:
    if family == "whisper":
        return (*WHISPER_FILES, *WHISPER_OPTIONAL)
    if family == "ctc":
        return (*CTC_FILES, *CONFIGS, *DATA)
    if family in {"pipeline", "streaming"}:
        return DIARIZER
    layout = layout_of(folder)
    return _of_layout(layout) if layout else ()


def _of_layout(layout: Layout) -> Iterator[str]:
    yield CONFIG
    for precision, suffix in PRECISIONS.items():
        yield from layout.files(precision)
        yield from (f"{one.format(suffix)}?data" for one in layout.networks)
