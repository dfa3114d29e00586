"""The encoder pools each voice out of features that it shares."""

from pathlib import Path

import encoder_models
import numpy as np
import pytest
from numpy.typing import NDArray

from diascribe.algorithms.fbank import centred, fbank
from diascribe.audio import SAMPLE_RATE
from diascribe.models.resnet import ResNetEncoder, open_resnet
from diascribe.weights.session import Session

RANDOM = np.random.default_rng(0)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoder")
    return encoder_models.write(encoder_models.encoder(), folder / "encoder.onnx")


@pytest.fixture(scope="module")
def encoder(path: Path) -> ResNetEncoder:
    return open_resnet(path, name="tiny", revision="1")


def sound(windows: int, duration: float = 3.0) -> NDArray[np.float32]:
    return RANDOM.normal(0, 0.1, (windows, round(duration * SAMPLE_RATE))).astype(np.float32)


def test_a_voice_that_speaks_all_along_has_the_vector_of_the_whole_network(
    path: Path, encoder: ResNetEncoder
) -> None:
    windows = sound(2)

    vectors = encoder.embed(windows, np.ones((2, 150, 1), np.float32))

    (wanted,) = Session(path).run({"feats": centred(fbank(windows))})
    assert vectors[:, 0] == pytest.approx(wanted, abs=1e-3)


def test_voices_that_hardly_speak_have_no_vector(encoder: ResNetEncoder) -> None:
    masks = np.zeros((2, 150, 3), np.float32)
    masks[0, :9, 0] = masks[0, :10, 1] = masks[0, 20:, 2] = 1

    vectors = encoder.embed(sound(2), masks)

    assert np.isnan(vectors[:, :, 0]).tolist() == [[True, False, False], [True, True, True]]
    assert vectors.shape == (2, 3, encoder.dimension)
    assert vectors.dtype == np.float32


def test_where_nobody_lasts_the_network_is_not_asked(encoder: ResNetEncoder) -> None:
    masks = np.zeros((4, 150, 3), np.float32)

    assert np.isnan(encoder.embed(np.zeros((4, 0), np.float32), masks)).all()


def test_a_voice_does_not_depend_on_the_others_in_its_window(encoder: ResNetEncoder) -> None:
    windows, masks = sound(1), np.zeros((1, 150, 2), np.float32)
    masks[0, :70, 0] = masks[0, 70:, 1] = 1

    together = encoder.embed(windows, masks)

    alone = encoder.embed(windows, masks[:, :, :1])
    assert together[:, 0] == pytest.approx(alone[:, 0], abs=1e-5)


def test_frames_of_features_and_samples_agree(encoder: ResNetEncoder) -> None:
    assert encoder.frames(10 * SAMPLE_RATE) == 125
    assert encoder.frames(encoder.samples(600)) == 600
    assert encoder.features(sound(1, 10.0)).shape == (1, 160, 125)
