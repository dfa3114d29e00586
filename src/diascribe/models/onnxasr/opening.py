"""Opening a folder of a model's files with the onnx-asr package; nothing is ever downloaded."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE
from diascribe.errors import (
    MissingExtraError,
    ModelError,
    OptionsError,
    WeightsError,
    printable,
)
from diascribe.models.onnxasr.network import Heard, Token
from diascribe.models.onnxasr.recognizer import OnnxAsrRecognizer, Tongues
from diascribe.transcript import Model
from diascribe.weights.entry import MANY
from diascribe.weights.layouts import CONFIG, Layout, begun, config_of, layout_of
from diascribe.weights.session import on_cores

RUSSIAN = "gigaam-v"
"""How the types begin of which all models are Russian."""

CANARY = "nemo-conformer-aed"
WHISPERS = ("whisper", "whisper-ort")
LONGEST_CODE = 3
"""Letters of a language's code."""


def open_recognizer(
    path: Path,
    *,
    name: str,
    revision: str,
    languages: Sequence[str],
    compute_type: str,
    cores: int,
) -> OnnxAsrRecognizer:
    """The recognizer whose files are in a folder.

    Raises:
        MissingExtraError: the onnx-asr package is not installed.
        WeightsError: a file is absent, damaged, or belongs to another kind of model.
        OptionsError: it is not there in that precision.
    """
    layout = _layout(path)
    precision = _precision(layout, path, compute_type)
    tongues = Tongues(
        _languages(path, layout, languages),
        told=layout.type == CANARY,
        translates=layout.type == CANARY,
    )
    if tongues.told:
        _check_tokens(path / "vocab.txt", tongues.languages)
    network = _open(path, layout, precision, name)
    if not tongues.told and layout.type not in WHISPERS:
        _try(network, path)
    model = Model("recognition", name, revision, f"{precision} on cpu")
    return OnnxAsrRecognizer(model=model, network=network, tongues=tongues, cores=cores)


def _layout(path: Path) -> Layout:
    """Which type of model a folder holds."""
    layout = layout_of(path)
    if layout is not None:
        return layout
    near = min(begun(path), key=lambda one: len(one[1]), default=None)
    if near is None:
        raise WeightsError(f"{printable(path.name)}: holds no model that onnx-asr runs")
    kind, lacking = near
    if lacking:
        message = f"there is no {', no '.join(lacking)}: a {kind.type} needs them all"
    else:
        message = f'{CONFIG} does not say what it is: wanted "model_type", such as "{kind.type}"'
    raise WeightsError(f"{printable(path.name)}: {message}")


def _precision(layout: Layout, path: Path, wanted: str) -> str:
    there = layout.precisions(path)
    if wanted == "auto":
        return there[0]
    if wanted not in there:
        choice = ", ".join(there)
        raise OptionsError(
            (f"compute_type: wanted auto or one of {choice}, got {printable(wanted)}",),
            hint="these are the precisions in which the model's files are there",
        )
    return wanted


def _languages(path: Path, layout: Layout, known: Sequence[str]) -> tuple[str, ...]:
    """The languages of a model: what is known of it, else what its folder says."""
    told = config_of(path).get("languages")
    if known and tuple(known) != MANY:
        return tuple(known)
    if isinstance(told, list) and told and all(isinstance(one, str) for one in told):
        return tuple(told)
    if layout.type in WHISPERS:
        return _spoken(path / "added_tokens.json")
    if layout.type.startswith(RUSSIAN):
        return ("ru",)
    raise WeightsError(
        f"{printable(path.name)}: its files do not say which languages it knows",
        hint=f'say so in its {CONFIG}: "languages": ["de"]',
    )


def _spoken(file: Path) -> tuple[str, ...]:
    """The languages that a Whisper's tokens name."""
    try:
        tokens = dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError) as error:
        raise WeightsError(f"{file.parent.name}/{file.name}: {error}") from error
    codes = [one.removeprefix("<|").removesuffix("|>") for one in tokens]
    return tuple(one for one in codes if one.isalpha() and len(one) <= LONGEST_CODE)


def _check_tokens(file: Path, languages: Sequence[str]) -> None:
    """Refuse a vocabulary in which a language cannot be told."""
    try:
        tokens = {line.split(" ")[0] for line in file.read_text(encoding="utf-8").splitlines()}
    except (OSError, ValueError) as error:
        raise WeightsError(f"{file.parent.name}/{file.name}: {error}") from error
    lacking = [one for one in languages if f"<|{one}|>" not in tokens]
    if lacking:
        raise WeightsError(
            f"{file.parent.name}/{file.name}: it has no tokens for {', '.join(lacking)}"
        )


def _open(path: Path, layout: Layout, precision: str, name: str) -> OnnxAsrNetwork:
    try:
        onnx_asr: Any = import_module("onnx_asr")
    except ImportError as error:
        raise MissingExtraError(
            f"{name} needs the package onnx-asr",
            hint="install it with: pip install 'diascribe[onnx]'",
        ) from error
    try:
        model = onnx_asr.load_model(
            layout.type,
            path.resolve(strict=True),  # of a folder that is not there it would make one
            quantization=None if precision == "float32" else precision,
            sess_options=on_cores(),
            providers=["CPUExecutionProvider"],
        )
    except Exception as error:  # it raises what it meets, and the runtime bare classes of its own
        message = " ".join(str(error).split()) or type(error).__name__
        raise WeightsError(
            f"{printable(path.name)}: cannot be opened as {layout.type}: {message}"
        ) from error
    return OnnxAsrNetwork(model.with_timestamps(), name)


def _try(network: OnnxAsrNetwork, path: Path) -> None:
    """Refuse a model whose files do not fit one another, which shows when it hears something."""
    random = np.random.default_rng(0)
    sound = random.normal(0, 0.01, SAMPLE_RATE).astype(np.float32)
    try:
        network.hear(sound, None, None)
    except ModelError as error:
        raise WeightsError(
            f"{printable(path.name)}: its files do not fit one another: {error}"
        ) from error


@dataclass(frozen=True, slots=True)
class OnnxAsrNetwork:
    """A model of the onnx-asr package. One instance serves all threads."""

    model: Any
    name: str

    def hear(self, sound: NDArray[np.float32], language: str | None, target: str | None) -> Heard:
        """The text of a sound (time,) in its language, or translated into `target`.

        Raises:
            ModelError: the network fails, for want of memory as a rule.
        """
        try:
            found = self.model.recognize(sound, language=language, target_language=target)
        except Exception as error:  # it raises what it meets, and the runtime bare classes
            message = " ".join(str(error).split()) or type(error).__name__
            raise ModelError(f"{self.name}: failed while running: {message}") from error
        if found.timestamps is None:
            return Heard(found.text, None)
        told = zip(found.tokens, found.timestamps, found.logprobs, strict=True)
        return Heard(
            found.text, tuple(Token(text, start, min(1.0, math.exp(p))) for text, start, p in told)
        )
