"""How the models that the onnx-asr package runs lie in their folders, as it names their files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CONFIG = "config.json"

PRECISIONS = {"float32": "", "int8": ".int8"}
"""What the names of a network's files have before `.onnx`, by precision."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One type of model: what onnx-asr calls it, and its files."""

    type: str
    networks: tuple[str, ...]
    """Patterns of the networks' files; `{}` stands for their precision."""
    others: tuple[str, ...] = ()
    """Patterns of the other files that it needs."""
    needs_config: bool = False
    """Another type has the same files: the configuration must say which it is."""

    def files(self, precision: str) -> tuple[str, ...]:
        """Patterns of all files in one precision, the networks first."""
        suffix = PRECISIONS[precision]
        config = (CONFIG,) if self.needs_config else ()
        return (*(one.format(suffix) for one in self.networks), *self.others, *config)

    def lacking(self, folder: Path, precision: str) -> list[str]:
        """The patterns that no file of the folder matches."""
        return [one for one in self.files(precision) if not _matches(folder, one)]

    def precisions(self, folder: Path) -> tuple[str, ...]:
        """The precisions in which the folder holds all of it, the best first."""
        return tuple(one for one in PRECISIONS if not self.lacking(folder, one))

    def begun(self, folder: Path) -> bool:
        """Whether the folder holds its first network in any precision."""
        return any(_matches(folder, self.files(one)[0]) for one in PRECISIONS)


_NEMO = ("vocab.txt",)
_WHISPER = ("vocab.json", "added_tokens.json")
_TRANSDUCER = ("encoder-model{}.onnx", "decoder_joint-model{}.onnx")
_CANARY = ("encoder-model{}.onnx", "decoder-model{}.onnx")
_GIGAAM = ("v?_rnnt_encoder{}.onnx", "v?_rnnt_decoder{}.onnx", "v?_rnnt_joint{}.onnx")
_GIGAAM_E2E = tuple(f"v3_e2e_rnnt_{one}{{}}.onnx" for one in ("encoder", "decoder", "joint"))

LAYOUTS = (
    Layout("nemo-conformer-tdt", _TRANSDUCER, _NEMO, needs_config=True),
    Layout("nemo-conformer-rnnt", _TRANSDUCER, _NEMO, needs_config=True),
    Layout("nemo-conformer-aed", _CANARY, (*_NEMO, CONFIG)),
    Layout("nemo-conformer-ctc", ("model{}.onnx",), _NEMO),
    Layout("gigaam-v3-e2e-rnnt", _GIGAAM_E2E, ("v3_e2e_rnnt_vocab.txt", CONFIG)),
    Layout("gigaam-v3-e2e-ctc", ("v3_e2e_ctc{}.onnx",), ("v3_e2e_ctc_vocab.txt", CONFIG)),
    Layout("gigaam-v2-rnnt", _GIGAAM, ("v?_vocab.txt",)),
    Layout("gigaam-v2-ctc", ("v?_ctc{}.onnx",), ("v?_vocab.txt",)),
    Layout("gigaam-multilingual-ctc", ("multilingual*_ctc{}.onnx",), ("multilingual_vocab.txt",)),
    Layout("whisper-ort", ("whisper-*_beamsearch{}.onnx",), _WHISPER),
    Layout("whisper", ("**/encoder_model{}.onnx", "**/decoder_model_merged{}.onnx"), _WHISPER),
)
"""In the order in which they are looked for."""


def layout_of(folder: Path) -> Layout | None:
    """The layout of a folder's model; null where it holds none of these, or not all of one.

    What `config.json` calls the model decides, where its files are there; else the files do.
    """
    whole = [one for one in LAYOUTS if one.precisions(folder)]
    told = config_of(folder).get("model_type")
    named = (one for one in whole if one.type == told)
    return next(named, next((one for one in whole if not one.needs_config), None))


def begun(folder: Path) -> Iterator[tuple[Layout, list[str]]]:
    """The layouts whose first network is there, with what they lack of the nearest precision."""
    for one in LAYOUTS:
        if one.begun(folder):
            lacking = min((one.lacking(folder, each) for each in PRECISIONS), key=len)
            yield one, lacking


def config_of(folder: Path) -> dict[str, object]:
    """What a folder's `config.json` says; nothing where it is none or cannot be read."""
    try:
        told = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _matches(folder: Path, pattern: str) -> bool:
    return any(one.is_file() for one in folder.glob(pattern))
