"""Installed diarizers: the published layouts open, hear in every mode, or say what is wrong."""

from functools import partial
from pathlib import Path

import encoder_models
import numpy as np
import pytest
from fakes import FakeShelf, FakeVad, silence, tone
from stored_models import finished
from test_engine import file_of

from diascribe.audio import Audio
from diascribe.engine.engine import Engine
from diascribe.engine.load import open_diarizer, open_vad
from diascribe.engine.pipelines import STEPS_S, Pipelines, try_networks
from diascribe.engine.shelf import InstalledModels
from diascribe.errors import OptionsError, WeightsError
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.models.pyannet import open_powerset
from diascribe.models.resnet.encoder import CALIBRATION
from diascribe.models.windowed.prepared import Prepared
from diascribe.protocols import Choice, Clustering, Mode, SpeechThresholds
from diascribe.weights.catalog import CATALOG
from diascribe.weights.folders import locate
from diascribe.weights.giving import give
from diascribe.weights.store import Store

SEGMENTATION, ENCODER = encoder_models.segmentation, encoder_models.encoder


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def pipeline(folder: Path) -> Path:
    """A folder as speakrs-models is laid out."""
    encoder_models.write(SEGMENTATION(), folder / "segmentation-3.0.onnx")
    encoder_models.write(ENCODER(), folder / "wespeaker-voxceleb-resnet34-tail.onnx")
    return folder


def sound() -> Audio:
    noise = np.random.default_rng(0).normal(0, 3000, (14 * 16_000, 1)).astype(np.int16)
    return Audio(np.concatenate([noise, silence(3)]))


@pytest.mark.parametrize("mode", ["exact", "shared", "fast"])
def test_a_whole_folder_is_a_diarizer_in_every_mode(tmp_path: Path, mode: Mode) -> None:
    found = locate(Store(tmp_path), str(pipeline(tmp_path / "mine")))

    diarizer = Pipelines(Store(tmp_path), cores=1).open(found, Choice(found.name, mode=mode))

    prepared: Prepared = finished(diarizer.prepare(sound(), SpeechThresholds()))
    assert prepared.windows.step_s == STEPS_S[mode]
    assert prepared.activity.shape[1:] == (589, 3)
    assert [one.name for one in diarizer.models] == ["mine segmentation", "mine encoder"]
    assert diarizer.heeds == {"diarization_mode", "diarization_precision", "device"}
    turns = diarizer.cluster(prepared, Clustering()).turns
    assert all(turn.end <= 17 for turn in turns)


def test_voices_are_told_apart_as_the_reference_does_where_its_calibration_is(
    tmp_path: Path,
) -> None:
    folder = encoder_models.write_plda(pipeline(tmp_path / "mine"), encoder_models.DIMENSION)
    found = locate(Store(tmp_path), str(folder))

    diarizer = Pipelines(Store(tmp_path), cores=1).open(found, Choice(found.name))

    assert diarizer.clustering_threshold == 0.6
    plain = locate(Store(tmp_path), str(pipeline(tmp_path / "plain")))
    without = Pipelines(Store(tmp_path), cores=1).open(plain, Choice(plain.name))
    assert without.clustering_threshold == CALIBRATION.threshold


def test_a_calibration_of_another_encoder_is_refused_before_anything_is_heard(
    tmp_path: Path,
) -> None:
    folder = encoder_models.write_plda(pipeline(tmp_path / "mine"), 256)
    found = locate(Store(tmp_path), str(folder))

    with pytest.raises(WeightsError, match=r"wanted a PLDA model of vectors of 16 .* of 256"):
        Pipelines(Store(tmp_path), cores=1).open(found, Choice(found.name))
    with pytest.raises(WeightsError, match="wanted a PLDA model of vectors of 16"):
        try_networks(CATALOG["community-1-onnx"], folder)


def test_a_given_pipeline_is_opened_once_for_each_way_of_hearing(
    tmp_path: Path, store: Store
) -> None:
    finished(give(store, "community-1-onnx", pipeline(tmp_path / "files")))
    with Workers(1) as workers:
        shelf = InstalledModels(workers, store)

        exact, again, shared = (
            shelf.diarizer(Choice("community-1-onnx", mode=mode))
            for mode in ("exact", "exact", "shared")
        )

    assert exact is again
    assert exact is not shared
    assert "local-" in exact.models[0].revision


def test_an_encoder_is_joined_with_the_installed_segmentation(tmp_path: Path, store: Store) -> None:
    encoder_models.write(ENCODER(), tmp_path / "voices" / "voxceleb_resnet34_LM.onnx")
    encoder_models.write(SEGMENTATION(), tmp_path / "windows" / "model.onnx")
    finished(give(store, "wespeaker-resnet34-lm", tmp_path / "voices"))
    opened = partial(Pipelines(store, cores=1).open, locate(store, "wespeaker-resnet34-lm"))

    with pytest.raises(WeightsError, match=r"needs pyannote-segmentation-3\.0") as caught:
        opened(Choice("wespeaker-resnet34-lm"))
    finished(give(store, "pyannote-segmentation-3.0", tmp_path / "windows"))

    assert caught.value.hint == "diascribe models pull pyannote-segmentation-3.0"
    names = [one.name for one in opened(Choice("wespeaker-resnet34-lm")).models]
    assert names == ["pyannote-segmentation-3.0", "wespeaker-resnet34-lm"]


def test_a_segmentation_alone_is_no_diarizer(tmp_path: Path, store: Store) -> None:
    encoder_models.write(SEGMENTATION(), tmp_path / "windows" / "onnx" / "model.onnx")
    finished(give(store, "pyannote-segmentation-3.0", tmp_path / "windows"))
    with Workers(1) as workers, pytest.raises(OptionsError, match="one half of a diarizer"):
        InstalledModels(workers, store).diarizer(Choice("pyannote-segmentation-3.0"))


def test_networks_in_each_others_place_are_refused(tmp_path: Path, store: Store) -> None:
    encoder_models.write(ENCODER(), tmp_path / "mine" / "segmentation.onnx")
    encoder_models.write(SEGMENTATION(), tmp_path / "mine" / "encoder.onnx")
    found = locate(store, str(tmp_path / "mine"))

    with pytest.raises(WeightsError, match="mine segmentation: wanted windows of samples"):
        Pipelines(store, cores=1).open(found, Choice(found.name))


def test_an_export_for_one_window_at_a_time_hears_several(tmp_path: Path) -> None:
    model = SEGMENTATION()
    single = type(model)()
    single.CopyFrom(model)
    single.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    windows = np.random.default_rng(0).normal(0, 0.1, (3, 160_000)).astype(np.float32)

    one_by_one = open_powerset(
        encoder_models.write(single, tmp_path / "one.onnx"), name="one", revision="1"
    )

    together = open_powerset(
        encoder_models.write(model, tmp_path / "any.onnx"), name="any", revision="1"
    )
    assert np.allclose(one_by_one.scores(windows), together.scores(windows), atol=1e-4)
    activity = together.activity(windows)
    assert set(np.unique(activity)) <= {0.0, 1.0}
    assert activity.sum(axis=2).max() <= 2


def test_the_embedded_diarizer_says_that_it_has_one_way_of_hearing() -> None:
    embedded = open_diarizer(open_vad(), cores=1)
    with Engine(vad=FakeVad(), shelf=FakeShelf(), diarizer=embedded) as engine:
        found = engine.diarize(file_of(tone(2)), diarization_mode="shared")

    messages = [one.message for one in found.warnings if one.code == "options_without_effect"]
    assert len(messages) == 1
    assert "diarization_mode makes no difference" in messages[0]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("community-1-onnx", "segmentation-3.0.onnx"),
        ("community-1-onnx", "wespeaker-voxceleb-resnet34-tail.onnx"),
        ("pyannote-segmentation-3.0", "model.onnx"),
        ("wespeaker-resnet34-lm", "voxceleb_resnet34_LM.onnx"),
    ],
)
def test_a_network_cut_short_is_refused_before_it_is_installed(
    tmp_path: Path, name: str, file: str
) -> None:
    folder = tmp_path
    if name == "community-1-onnx":
        pipeline(folder)
    else:
        made = ENCODER if name == "wespeaker-resnet34-lm" else SEGMENTATION
        encoder_models.write(made(), folder / file)
    try_networks(CATALOG[name], folder)
    (folder / file).write_bytes((folder / file).read_bytes()[:2000])

    with pytest.raises(WeightsError):
        try_networks(CATALOG[name], folder)
