"""Which models a benchmark ran, and the digests of their bytes."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from diascribe.weights.embedded import GE2E, PYANNET, Embedded, silero


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model as a results file names it."""

    name: str
    origin: str
    """The package that it came from."""
    sha256: str
    """Of its file; of several files, the digest of their digests in order of their names."""


def diarization() -> tuple[ModelFile, ...]:
    """What diarizes: segmentation, voices, speech."""
    return tuple(map(_network, (PYANNET, GE2E, silero())))


def recognition() -> tuple[ModelFile, ...]:
    """What recognizes and aligns: speech, and the acoustic and language model."""
    spec = importlib.util.find_spec("pocketsphinx")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    files = [path for one in folders for path in Path(one, "model/en-us").rglob("*")]
    sha256 = digest(path for path in files if path.is_file())
    english = ModelFile("pocketsphinx en-us", f"pocketsphinx {version('pocketsphinx')}", sha256)
    return _network(silero()), english


def everything() -> tuple[ModelFile, ...]:
    """What a whole transcription runs."""
    return tuple(dict.fromkeys((*diarization(), *recognition())))


def digest(files: Iterable[Path]) -> str:
    """One digest of all files' contents, in order of their paths."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _network(embedded: Embedded) -> ModelFile:
    sha256 = hashlib.sha256(embedded.path.read_bytes()).hexdigest()
    return ModelFile(embedded.path.stem, embedded.origin, sha256)
