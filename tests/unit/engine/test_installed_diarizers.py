"""Streaming diarizers, installed or as folders, through the engine and the command.

Their weights are random: what is shown is that everything fits together, not that it is right.
"""

import json
from pathlib import Path

import pytest
from cli_command import run_process
from invariants import check
from stored_models import ALIGNER, finished, stored
from streaming_models import write_nemotron, write_sortformer

from diascribe import load
from diascribe.engine.proof import prove
from diascribe.engine.shelf import InstalledModels
from diascribe.errors import OptionsError, UnknownModelError, WeightsError
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.protocols import Choice
from diascribe.weights.catalog import CATALOG
from diascribe.weights.folders import family_of
from diascribe.weights.giving import give
from diascribe.weights.session import providers_for
from diascribe.weights.store import Store

FOUR, EIGHT, SMALL = "sortformer-4spk-v2", "nemotron-3-diarization", "nemotron-3-diarization-int8"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one of each kind, their weights random."""
    made = tmp_path_factory.mktemp("made")
    store = Store(tmp_path_factory.mktemp("models"))
    finished(give(store, FOUR, write_sortformer(made / "four")))
    finished(give(store, EIGHT, write_nemotron(made / "eight")))
    finished(give(store, SMALL, write_nemotron(made / "small", step="step_int8.onnx")))
    return store.root


@pytest.fixture(scope="module")
def talk(shared_data: Path) -> Path:
    """A minute of two people."""
    return shared_data / "sim" / "dev" / "d1_2spk_1m.wav"


@pytest.mark.parametrize("name", [FOUR, EIGHT, SMALL])
def test_the_engine_asks_the_one_that_is_named(root: Path, talk: Path, name: str) -> None:
    with load(cores=2, models=root) as engine:
        found = engine.diarize(talk, diarizer=name)

    check(found)
    assert [(one.stage, one.name) for one in found.models] == [("diarization", name)]
    assert found.models[0].revision == Store(root).find(name).revision
    most = CATALOG[name].speakers
    assert most is not None
    assert 1 <= len(found.speakers) <= most


def test_wanting_more_speakers_than_it_tells_apart_asks_the_embedded_one(
    root: Path, talk: Path
) -> None:
    with load(cores=2, models=root) as engine:
        found = engine.diarize(talk, diarizer=FOUR, max_speakers=5)

    assert FOUR not in {one.name for one in found.models}
    assert "speaker_limit" in {one.code for one in found.warnings}


def test_the_command_takes_a_folder(root: Path, talk: Path, tmp_path: Path) -> None:
    ended = run_process(
        *("diarize", talk, "--diarizer", root / EIGHT, "--num-speakers", "2"),
        *("--format", "rttm,json", "-o", tmp_path),
    )

    assert ended.status == 0, ended.err
    result = json.loads((tmp_path / "d1_2spk_1m.json").read_text())
    assert [one["name"] for one in result["models"]] == [EIGHT]
    assert result["applied"]["diarizer"] == str(root / EIGHT)
    assert 1 <= len(result["speakers"]) <= 2
    assert (tmp_path / "d1_2spk_1m.rttm").read_text().startswith("SPEAKER ")


def test_a_diarizer_is_opened_once(root: Path) -> None:
    with Workers(1) as workers:
        shelf = InstalledModels(workers, Store(root))

        assert shelf.diarizer(Choice(FOUR)) is shelf.diarizer(Choice(FOUR))


@pytest.mark.parametrize("name", [FOUR, EIGHT])
def test_a_device_that_is_not_there_is_refused(root: Path, name: str) -> None:
    if "CUDAExecutionProvider" in providers_for("auto"):
        pytest.skip("this runtime knows one")

    with Workers(1) as workers, pytest.raises(OptionsError, match=r"device: .* wanted cpu"):
        InstalledModels(workers, Store(root)).diarizer(Choice(name, device="cuda"))


def test_what_is_no_diarizer_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    stored(store, "ctc-de", ALIGNER)

    with (
        Workers(1) as workers,
        pytest.raises(WeightsError, match="ctc-de: is not a diarizer that this version runs"),
    ):
        InstalledModels(workers, store).diarizer(Choice("ctc-de"))


def test_one_that_is_not_installed_says_how_to_have_it(tmp_path: Path) -> None:
    with Workers(1) as workers, pytest.raises(UnknownModelError, match="not installed") as refused:
        InstalledModels(workers, Store(tmp_path)).diarizer(Choice(EIGHT))

    assert refused.value.hint == f"diascribe models pull {EIGHT}"


def test_one_that_is_damaged_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "models")
    put = finished(give(store, FOUR, write_sortformer(tmp_path / "made")))
    next(put.path.glob("*.onnx")).write_bytes(b"short")

    with Workers(1) as workers, pytest.raises(WeightsError, match=f"{FOUR}: damaged"):
        InstalledModels(workers, store).diarizer(Choice(FOUR))


@pytest.mark.parametrize(("name", "most"), [(FOUR, 4), (EIGHT, 8)])
def test_what_is_installed_is_proved(root: Path, name: str, most: int) -> None:
    assert f"at most {most} speakers" in prove(name, root)


def test_a_folder_is_known_by_its_files(root: Path) -> None:
    assert {family_of(root / one) for one in (FOUR, EIGHT, SMALL)} == {"streaming"}
