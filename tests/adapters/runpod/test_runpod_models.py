"""The model that the environment names is there when the worker is ready."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hub import FakeHub, serving
from stored_models import WHISPER, stored, written

from diascribe.adapters.runpod.choosing import Chosen, choose, resolved
from diascribe.adapters.runpod.environment import read_environment
from diascribe.adapters.runpod.opening import puller, settled
from diascribe.errors import DownloadError, OptionsError, UnknownModelError
from diascribe.settings import read_settings
from diascribe.weights.catalog import EMBEDDED_RECOGNIZER
from diascribe.weights.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "models")


def nobody(name: str) -> None:
    pytest.fail(f"{name} was pulled")


def chosen(store: Store, pull: Callable[[str], None] = nobody, **said: str) -> Chosen:
    return choose(read_environment(said), store, pull)


def test_without_a_name_the_best_installed_one_is_taken(store: Store) -> None:
    assert chosen(store) == Chosen()


def test_an_installed_model_is_not_pulled(store: Store) -> None:
    stored(store, "small")

    assert chosen(store, WHISPERX_MODEL="small") == Chosen(named="small", entry="small")


def test_a_missing_model_is_pulled_at_start(store: Store) -> None:
    hub = FakeHub(repos={"Systran/faster-whisper-small": dict(WHISPER)})
    with serving(hub):
        settings = read_settings({"HOME": "/", "HF_ENDPOINT": hub.address})
        found = chosen(store, puller(store, settings), WHISPERX_MODEL="small")

    assert found.named == "small"
    assert store.find("small").entry.name == "small"


def test_a_model_that_cannot_be_pulled_lets_no_worker_start(store: Store) -> None:
    settings = read_settings({"HOME": "/", "DIASCRIBE_OFFLINE": "1"})

    with pytest.raises(DownloadError):
        chosen(store, puller(store, settings), WHISPERX_MODEL="small")


@pytest.mark.parametrize("said", ["Systran/faster-whisper-small", "faster-whisper-small"])
def test_a_repository_names_its_model(store: Store, said: str) -> None:
    stored(store, "small")

    assert chosen(store, WHISPERX_MODEL_NAME=said).named == "small"


def test_a_folder_may_be_named(store: Store, tmp_path: Path) -> None:
    folder = written(tmp_path / "faster-whisper-small", WHISPER)

    assert chosen(store, WHISPERX_MODEL=str(folder)) == Chosen(named=str(folder), entry="small")


def test_a_folder_that_is_not_there_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match="no such folder"):
        chosen(store, WHISPERX_MODEL=str(tmp_path / "absent"))


def test_a_preloaded_folder_counts_where_no_model_is_named(store: Store, tmp_path: Path) -> None:
    folder = written(tmp_path / "faster-whisper-large-v3", WHISPER)

    assert chosen(store, WHISPERX_MODEL_DIR=str(folder)).named == str(folder)
    stored(store, "small")
    assert chosen(store, WHISPERX_MODEL_DIR=str(folder), WHISPERX_MODEL="small").named == "small"


def test_a_preloaded_folder_is_not_pulled_again(store: Store, tmp_path: Path) -> None:
    folder = str(written(tmp_path / "faster-whisper-large-v3", WHISPER))

    found = chosen(store, WHISPERX_MODEL_DIR=folder, WHISPERX_MODEL="large-v3")

    assert found == Chosen(named=folder, entry="large-v3")


def test_a_folder_without_weights_stands_for_the_model_it_is_named_after(
    store: Store, tmp_path: Path
) -> None:
    pulled: list[str] = []

    chosen(store, pulled.append, WHISPERX_MODEL_DIR=str(tmp_path / "faster-whisper-large-v3"))

    assert pulled == ["large-v3"]


def test_a_folder_without_weights_and_a_known_name_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match="WHISPERX_MODEL_DIR"):
        chosen(store, WHISPERX_MODEL_DIR=str(tmp_path / "mine"))


def test_a_name_that_is_none_is_told(store: Store) -> None:
    with pytest.raises(UnknownModelError, match="smol"):
        chosen(store, WHISPERX_MODEL="smol")


def test_a_model_that_recognizes_nothing_is_refused(store: Store) -> None:
    with pytest.raises(OptionsError, match="no recognizer"):
        chosen(store, WHISPERX_MODEL="community-1-onnx")


def test_the_embedded_model_may_be_named(store: Store) -> None:
    assert chosen(store, WHISPERX_MODEL=EMBEDDED_RECOGNIZER).named == EMBEDDED_RECOGNIZER


def test_a_request_may_name_what_is_installed_and_nothing_else(
    store: Store, tmp_path: Path
) -> None:
    stored(store, "small")
    folder = str(written(tmp_path / "faster-whisper-large-v3", WHISPER))
    own = Chosen(named=folder, entry="large-v3")

    assert resolved("model", "small", own, store) == "small"
    assert resolved("model", "large-v3", own, store) == folder
    with pytest.raises(UnknownModelError, match="not installed"):
        resolved("model", "medium", own, store)
    with pytest.raises(UnknownModelError, match="no model has that name"):
        resolved("model", folder + "/..", own, store)


def test_models_are_kept_on_the_volume_that_the_caches_name() -> None:
    settings = read_settings({"HOME": "/home/ada"})
    environment = read_environment({"HF_HOME": "/runpod-volume/hf"})

    assert settled(read_environment({}), settings).models == settings.models
    assert settled(environment, settings, said={}).models == Path("/runpod-volume/hf/diascribe")
    named = {"DIASCRIBE_MODELS": "/opt/models"}
    assert settled(environment, settings, said=named).models == settings.models
