"""Models in a store: tiny files under real names."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from pathlib import Path
from typing import TypeVar

from diascribe.weights.giving import give
from diascribe.weights.store import Installed, Store

T = TypeVar("T")

WHISPER = {
    "model.bin": bytes(range(256)) * 40,
    "config.json": b"{}",
    "tokenizer.json": b'{"version": "1.0"}',
    "vocabulary.txt": b"a\nb\n",
}
"""The files of a Whisper, as its repository has them."""

ALIGNER = {"model.onnx": b"a network", "vocab.json": b'{"a": 0}'}

PARAKEET = {
    "encoder-model.onnx": b"a network",
    "decoder_joint-model.onnx": b"another",
    "vocab.txt": b"a 0\n<blk> 1\n",
    "config.json": b'{"model_type": "nemo-conformer-tdt"}',
}
"""The files of a Parakeet, as its repository has them."""

CANARY = {
    "encoder-model.onnx": b"a network",
    "decoder-model.onnx": b"another",
    "vocab.txt": b"a 0\n",
    "config.json": b'{"model_type": "nemo-conformer-aed"}',
}


def finished(steps: Generator[object, None, T]) -> T:
    """The result of steps."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def written(folder: Path, files: Mapping[str, bytes]) -> Path:
    """A folder with these files."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def stored(store: Store, name: str, files: Mapping[str, bytes] = WHISPER) -> Installed:
    """A model that is installed in the store."""
    return finished(give(store, name, written(store.root / ".given" / name, files)))
