"""Models of the real formats, installed in a store, opened, proved and used."""

from pathlib import Path

import numpy as np
import pytest
from cli_command import talk
from ctc_models import write_model
from stored_models import finished, stored
from whisper_models import save_model

from diascribe import load
from diascribe.engine.proof import prove
from diascribe.errors import DiascribeError, LanguageError
from diascribe.weights.giving import give
from diascribe.weights.store import Store


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


def test_what_is_damaged_is_not(tmp_path: Path) -> None:
    stored(Store(tmp_path), "tiny")  # files of the right names that hold no model

    with pytest.raises(DiascribeError):
        prove("tiny", tmp_path)
