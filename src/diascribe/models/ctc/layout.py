"""The files of a wav2vec2-type model's folder, as its publishers lay them out.

`model.onnx` (or `onnx/model.onnx`) and `vocab.json`; `config.json`, `preprocessor_config.json`
and `tokenizer_config.json` where something differs from the first such model.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diascribe.audio import SAMPLE_RATE
from diascribe.errors import WeightsError
from diascribe.models.ctc.vocabulary import Vocabulary

NETWORKS = ("model.onnx", "onnx/model.onnx")

KERNELS, STRIDES = (10, 3, 3, 3, 3, 2, 2), (5, 2, 2, 2, 2, 2, 2)
"""Of the convolutions before the transformer, where `config.json` does not say."""


@dataclass(frozen=True, slots=True)
class Frames:
    """How samples become frames."""

    kernels: tuple[int, ...] = KERNELS
    strides: tuple[int, ...] = STRIDES

    @property
    def hop(self) -> int:
        """Samples from one frame to the next."""
        return math.prod(self.strides)

    @property
    def field(self) -> int:
        """Samples that one frame is made of."""
        return 1 + sum(
            (kernel - 1) * math.prod(self.strides[:layer])
            for layer, kernel in enumerate(self.kernels)
        )

    def count(self, samples: int) -> int:
        """Frames out of so many samples."""
        return max(0, (samples - self.field) // self.hop + 1)

    def second(self, frame: int) -> float:
        """Where a frame begins that is as long as a hop, in the middle of its samples."""
        return (frame * self.hop + (self.field - self.hop) / 2) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Layout:
    """What a folder holds."""

    network: Path
    vocabulary: Vocabulary
    frames: Frames
    normalized: bool
    """The network wants samples with mean 0 and variance 1."""
    masked: bool
    """The network was trained with masks over the padding of shorter samples."""


def read_layout(folder: Path) -> Layout:
    """What the folder's files say.

    Raises:
        WeightsError: a file is absent, damaged or of another kind of model.
    """
    network = next((folder / one for one in NETWORKS if (folder / one).is_file()), None)
    if network is None:
        raise WeightsError(f"{folder.name}: wanted {' or '.join(NETWORKS)}, found neither")
    config = _read(folder, "config.json", needed=False)
    sound = _read(folder, "preprocessor_config.json", needed=False)
    rate = sound.get("sampling_rate", SAMPLE_RATE)
    if rate != SAMPLE_RATE:
        raise WeightsError(f"{folder.name}: wanted a model of {SAMPLE_RATE} Hz, got {rate} Hz")
    return Layout(
        network,
        _vocabulary(folder, config),
        _frames(folder, config),
        normalized=sound.get("do_normalize", True) is True,
        masked=sound.get("return_attention_mask", False) is True,
    )


def _vocabulary(folder: Path, config: Mapping[str, Any]) -> Vocabulary:
    tokens = _read(folder, "vocab.json", needed=True)
    if not tokens or not all(type(one) is int and one >= 0 for one in tokens.values()):
        raise WeightsError(f"{folder.name}/vocab.json: wanted a number for each token")
    told = _read(folder, "tokenizer_config.json", needed=False)
    delimiter = _name(told.get("word_delimiter_token", "|"))
    blank = tokens.get(_name(told.get("pad_token", "<pad>")), config.get("pad_token_id"))
    if type(blank) is not int:
        raise WeightsError(f"{folder.name}/vocab.json: wanted a blank, found no <pad>")
    special = {delimiter, *(token for token, number in tokens.items() if number == blank)}
    letters = {one: tokens[one] for one in tokens if len(one) == 1 and one not in special}
    told_size = config.get("vocab_size", 0)
    if type(told_size) is not int:
        raise WeightsError(f"{folder.name}/config.json: wanted a number as vocab_size")
    size = max(*tokens.values(), blank, told_size - 1) + 1
    return Vocabulary(letters, blank, tokens.get(delimiter), size)


def _name(token: object) -> str:
    """A token's text, which some tokenizers wrap up with how it is to be stripped."""
    return str(token.get("content") if isinstance(token, dict) else token)


def _frames(folder: Path, config: Mapping[str, Any]) -> Frames:
    kernels = _sizes(config.get("conv_kernel", KERNELS))
    strides = _sizes(config.get("conv_stride", STRIDES))
    if not kernels or len(kernels) != len(strides):
        raise WeightsError(f"{folder.name}/config.json: wanted a stride for each kernel")
    return Frames(kernels, strides)


def _sizes(given: object) -> tuple[int, ...]:
    """Whole numbers above zero; none where it is something else."""
    if not isinstance(given, (list, tuple)):
        return ()
    return tuple(given) if all(type(one) is int and one > 0 for one in given) else ()


def _read(folder: Path, name: str, *, needed: bool) -> dict[str, Any]:
    """The object in a JSON file; an empty one where the file is absent and not needed."""
    path = folder / name
    if not needed and not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise WeightsError(f"{folder.name}/{name}: cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise WeightsError(f"{folder.name}/{name}: wanted a JSON object")
    return found
