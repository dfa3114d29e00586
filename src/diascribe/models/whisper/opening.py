"""Opening a folder of Whisper's files: everything is checked before anything is heard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import tokenizers
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray

from diascribe.errors import WeightsError, printable
from diascribe.models.whisper.ctranslate import CTranslateNetwork
from diascribe.models.whisper.dimensions import Dimensions, read_dimensions
from diascribe.models.whisper.placement import Place, Placement, placed
from diascribe.models.whisper.recognizer import WhisperRecognizer
from diascribe.models.whisper.vocabulary import ENGLISH, LANGUAGES, Spelling, Vocabulary
from diascribe.protocols import Task
from diascribe.transcript import Model

NEEDED = ("config.json", "model.bin", "tokenizer.json")
VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
FEATURES = "preprocessor_config.json"

SPECIAL = ("<|startoftranscript|>", "<|endoftext|>", "<|notimestamps|>", "<|startofprev|>")
"""Tokens without which nothing can be decoded."""

FRAMING = {"sampling_rate": 16_000, "hop_length": 160, "n_fft": 400, "chunk_length": 30}
"""How every Whisper's features are made; models with others could not be heard."""

NO_HEADS = "config.json names no alignment_heads that the model has"

FAULTS: tuple[type[Exception], ...] = (OSError, RuntimeError, TypeError, ValueError)
"""What reading a damaged file raises."""


def open_recognizer(
    path: Path, *, name: str, revision: str, placement: Placement
) -> WhisperRecognizer:
    """The recognizer whose files are in a folder.

    Raises:
        WeightsError: a file is absent, damaged, or belongs to another kind of model.
        OptionsError: there is no such device, it does not work, or lacks that precision.
    """
    _check_files(path)
    with _blamed(path / "model.bin"):
        size = read_dimensions(path / "model.bin")
    aligns = _has_heads(path / "config.json", size)
    place = placed(path, placement)
    network = _network(path, place, placement.cores)
    return WhisperRecognizer(
        model=Model("recognition", name, revision, _note(network, place, aligns=aligns)),
        network=CTranslateNetwork(network, size, aligns),
        vocabulary=_vocabulary(path, multilingual=network.is_multilingual),
        extract=_extractor(path, mels=network.n_mels),
    )


def _check_files(path: Path) -> None:
    """Refuse a folder that lacks a file; with a missing one others would be downloaded."""
    if not path.is_dir():
        raise WeightsError(f"{printable(path.name)}: wanted a folder of a model's files")
    missing = [one for one in NEEDED if not (path / one).is_file()]
    if not any((path / one).is_file() for one in VOCABULARIES):
        missing.append(" or ".join(VOCABULARIES))
    if missing:
        raise WeightsError(
            f"{printable(path.name)}: there is no {', no '.join(missing)}",
            hint="a Whisper in CTranslate2's format has them all; nothing is downloaded unasked",
        )


def _has_heads(file: Path, size: Dimensions) -> bool:
    """Whether a model says which of its heads know when words are spoken.

    Older conversions say nothing; those of distilled models may name layers of the model that
    they were made from, which CTranslate2 looks up without asking.
    """
    with _blamed(file):
        heads: Any = dict(json.loads(file.read_text(encoding="utf-8"))).get("alignment_heads")
    try:
        return bool(heads) and all(
            layer in range(size.decoder_layers) and head in range(size.heads)
            for layer, head in heads
        )
    except (TypeError, ValueError):  # no pairs
        return False


def _note(network: Any, place: Place, *, aligns: bool) -> str:  # noqa: ANN401 - untyped
    """How a network runs, and what it cannot do, for the result."""
    note = f"{network.compute_type} on {network.device}"
    if place.instead:
        note += f", for the graphics card does not work: {place.instead}"
    return note if aligns else f"{note}; it does not know when words are spoken: {NO_HEADS}"


def _network(path: Path, place: Place, cores: int) -> Any:  # noqa: ANN401 - untyped
    with _blamed(path / "model.bin"):
        return ctranslate2.models.Whisper(
            str(path),
            device=place.device,
            compute_type=place.compute_type,
            intra_threads=cores,
        )


def _vocabulary(path: Path, *, multilingual: bool) -> Vocabulary:
    """The tokens of a model and their spelling."""
    file = path / "tokenizer.json"
    with _blamed(file, (Exception,)):  # bare ones are what it raises
        tokenizer = tokenizers.Tokenizer.from_file(str(file))
    missing = [one for one in SPECIAL if tokenizer.token_to_id(one) is None]
    if missing:
        raise WeightsError(f"{file.name}: it is none of Whisper's: it lacks {', '.join(missing)}")
    _check_numbers(path, tokenizer)
    known = [one for one in LANGUAGES if tokenizer.token_to_id(f"<|{one}|>") is not None]

    def spell(task: Task, language: str) -> Spelling:
        spelling: Spelling = Tokenizer(tokenizer, multilingual, task=task, language=language)
        return spelling

    languages = tuple(known) if multilingual else (ENGLISH,)
    return Vocabulary(spell, languages, multilingual)


def _check_numbers(path: Path, tokenizer: tokenizers.Tokenizer) -> None:
    """Refuse a tokenizer that numbers tokens otherwise than the model: it would spell nonsense."""
    file = next(path / one for one in VOCABULARIES if (path / one).is_file())
    with _blamed(file):
        text = file.read_text(encoding="utf-8")
        tokens = json.loads(text) if file.suffix == ".json" else text.split("\n")
        places = {token: place for place, token in enumerate(tokens)}
        if any(places.get(one) != tokenizer.token_to_id(one) for one in SPECIAL):
            raise ValueError("it numbers its tokens otherwise than tokenizer.json")


def _extractor(path: Path, *, mels: int) -> partial[NDArray[np.float32]]:
    """What makes features of sound, as the model's own file says where it has one."""
    file = path / FEATURES
    told = {}
    if file.is_file():
        with _blamed(file):
            told = dict(json.loads(file.read_text()))
    wanted = {**FRAMING, "feature_size": mels}
    for name, value in wanted.items():
        if told.get(name, value) != value:
            raise WeightsError(f"{file.name}: {name}: wanted {value}, got {told[name]}")
    return partial(FeatureExtractor(feature_size=mels), padding=160)


@contextmanager
def _blamed(file: Path, kinds: tuple[type[Exception], ...] = FAULTS) -> Iterator[None]:
    """Turns what goes wrong while a file is read into an error that names it."""
    try:
        yield
    except kinds as error:
        message = " ".join(str(error).split())
        raise WeightsError(f"{file.parent.name}/{file.name}: {message}") from error
