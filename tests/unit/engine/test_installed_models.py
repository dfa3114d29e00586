"""Models of the real formats, installed in a store, opened, proved and used."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_command import talk
from ctc_models import write_model
from onnx_models import WORDS, write_canary, write_tdt
from stored_models import finished, stored
from whisper_models import save_model

from diascribe import load
from diascribe.engine.proof import prove
from diascribe.errors import DiascribeError, LanguageError
from diascribe.weights.giving import give
from diascribe.weights.store import Store

CONVERSATION = Path(__file__).parents[3] / "examples" / "conversation.opus"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a Whisper and an English aligner, both with random weights."""
    made = tmp_path_factory.mktemp("made")
    store = Store(tmp_path_factory.mktemp("models"))
    finished(give(store, "tiny", save_model(made / "whisper")))
    finished(give(store, "ctc-en", write_model(made / "ctc")))
    return store.root


def test_the_engine_takes_what_is_installed_and_says_so(root: Path, tmp_path: Path) -> None:
    store = Store(root)

    with load(cores=1, models=root) as engine:
        result = engine.transcribe(
            talk(tmp_path / "talk.wav"), language="en", align_output=True, diarization=False
        )

    used = {one.name: one.revision for one in result.models}
    assert used["tiny"] == store.find("tiny").revision
    assert any(one.text for one in result.segments)
    assert used["ctc-en"] == store.find("ctc-en").revision


def test_a_language_is_detected_by_the_model_that_is_installed(root: Path, tmp_path: Path) -> None:
    with load(cores=1, models=root) as engine:
        result = engine.transcribe(talk(tmp_path / "talk.wav"), diarization=False)

    assert result.language is not None
    assert result.language_probability is not None
    assert np.isfinite(result.language_probability)


def test_the_embedded_recognizer_remains(root: Path, tmp_path: Path) -> None:
    with (
        load(cores=1, models=root) as engine,
        pytest.raises(LanguageError, match="wanted one of en, got de"),
    ):
        engine.transcribe(talk(tmp_path / "a.wav"), model="pocketsphinx-en-us", language="de")


def test_a_folder_serves_as_a_model(root: Path, tmp_path: Path) -> None:
    with load(cores=1, models=tmp_path) as engine:
        result = engine.transcribe(
            talk(tmp_path / "a.wav"), model=str(root / "tiny"), language="de", diarization=False
        )

    assert "tiny" in {one.name for one in result.models}


def test_what_is_installed_is_proved(root: Path) -> None:
    assert "region decoded" in prove("tiny", root)
    assert "1 segment aligned" in prove("ctc-en", root)


@pytest.fixture(scope="module")
def onnx_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a tiny Parakeet of many languages, and a Canary."""
    made = tmp_path_factory.mktemp("made")
    store = Store(tmp_path_factory.mktemp("models"))
    finished(give(store, "parakeet-tdt-0.6b-v3", write_tdt(made / "parakeet")))
    finished(give(store, "canary-1b-v2", write_canary(made / "canary")))
    return store.root


def test_a_parakeet_writes_words_with_times_and_says_no_language(onnx_root: Path) -> None:
    with load(cores=2, models=onnx_root) as engine:
        result = engine.transcribe(CONVERSATION, diarization=False)

    assert "parakeet-tdt-0.6b-v3" in {one.name for one in result.models}
    assert (result.language, result.language_probability) == (None, None)
    assert {word.text for word in result.words} & set(WORDS)
    assert "recognizer" in {word.timing for word in result.words}


def test_a_language_that_is_told_to_a_parakeet_is_in_the_result(onnx_root: Path) -> None:
    with load(cores=1, models=onnx_root) as engine:
        result = engine.transcribe(
            CONVERSATION, model="parakeet-tdt-0.6b-v3", language="de", diarization=False
        )

    assert result.language == "de"
    assert {one.language for one in result.segments} == {"de"}


def test_a_canary_must_be_told_the_language(onnx_root: Path, tmp_path: Path) -> None:
    with (
        load(cores=1, models=onnx_root) as engine,
        pytest.raises(LanguageError, match="canary-1b-v2 must be told which is spoken"),
    ):
        engine.transcribe(talk(tmp_path / "a.wav"), model="canary-1b-v2", diarization=False)


def test_a_canary_translates(onnx_root: Path, tmp_path: Path) -> None:
    with load(cores=1, models=onnx_root) as engine:
        file = talk(tmp_path / "a.wav")
        wanted: dict[str, Any] = {"model": "canary-1b-v2", "language": "de", "diarization": False}
        written = engine.transcribe(file, **wanted)
        translated = engine.transcribe(file, **wanted, task="translate")

    assert "Guten" in {word.text for word in written.words}
    assert "Good" in {word.text for word in translated.words}


@pytest.mark.parametrize("name", ["parakeet-tdt-0.6b-v3", "canary-1b-v2"])
def test_an_onnx_recognizer_is_proved(onnx_root: Path, name: str) -> None:
    assert "25 languages" in prove(name, onnx_root)


def test_what_is_damaged_is_not(tmp_path: Path) -> None:
    stored(Store(tmp_path), "tiny")  # files of the right names that hold no model

    with pytest.raises(DiascribeError):
        prove("tiny", tmp_path)
