"""What every voice encoder keeps to, the fake's included."""

from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import encoder_models
import numpy as np
import pytest
from fakes import FakeEncoder
from numpy.typing import NDArray

from diascribe.algorithms.cluster import unit
from diascribe.audio import SAMPLE_RATE
from diascribe.models.ge2e import Ge2eEncoder
from diascribe.models.resnet import open_resnet
from diascribe.protocols import SpeakerEncoder
from diascribe.weights.embedded import GE2E
from diascribe.weights.session import Session

FRAMES, SECONDS = 150, 3


@cache
def opened(name: str) -> SpeakerEncoder:
    if name == "fake":
        return FakeEncoder()
    if name == "ge2e":
        return Ge2eEncoder(Session(GE2E.path), "1")
    with TemporaryDirectory() as folder:
        path = encoder_models.write(encoder_models.encoder(), Path(folder, "encoder.onnx"))
        return open_resnet(path, name="resnet", revision="1")


@pytest.fixture(params=["fake", "ge2e", "resnet"])
def encoder(request: pytest.FixtureRequest) -> SpeakerEncoder:
    return opened(request.param)


def sound(windows: int, seed: int = 0) -> NDArray[np.float32]:
    """Noise (window, time) that swells."""
    random = np.random.default_rng(seed)
    noise = random.normal(0, 0.1, (windows, SECONDS * SAMPLE_RATE))
    return (noise * np.linspace(0.5, 1.5, noise.shape[1])).astype(np.float32)


def masks(*spans: tuple[int, int]) -> NDArray[np.float32]:
    """One window's masks (1, frame, local speaker)."""
    found = np.zeros((1, FRAMES, len(spans)), np.float32)
    for local, (first, last) in enumerate(spans):
        found[0, first:last, local] = 1
    return found


def test_a_vector_for_each_voice_that_speaks_and_none_for_others(encoder: SpeakerEncoder) -> None:
    vectors = encoder.embed(sound(1), masks((0, 100), (0, 0), (50, 150)))

    assert vectors.shape == (1, 3, encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.isnan(vectors).all(axis=2).tolist() == [[False, True, False]]
    assert not np.isnan(vectors[0, [0, 2]]).any()


def test_windows_do_not_hear_each_other(encoder: SpeakerEncoder) -> None:
    windows, both = sound(3), np.repeat(masks((0, 90), (60, 150)), 3, axis=0)

    together = encoder.embed(windows, both)

    for row in range(3):
        alone = encoder.embed(windows[[row]], both[[row]])
        np.testing.assert_allclose(together[row], alone[0], rtol=1e-3, atol=1e-3)


def test_what_is_masked_out_matters_little(encoder: SpeakerEncoder) -> None:
    heard = partial(encoder.embed, masks=masks((0, 75)))
    windows, other = sound(1), sound(1)
    other[:, 2 * SAMPLE_RATE :] = sound(1, seed=1)[:, 2 * SAMPLE_RATE :]

    one, two = (unit(heard(given)[0]) for given in (windows, other))

    assert (one * two).sum() > 0.98


def test_nobody_in_no_window_is_nothing(encoder: SpeakerEncoder) -> None:
    assert np.isnan(encoder.embed(sound(2), np.zeros((2, FRAMES, 2), np.float32))).all()


def test_its_calibration_parts_voices(encoder: SpeakerEncoder) -> None:
    assert 0 < encoder.calibration.threshold < 2
    assert encoder.calibration.least_clean_s < SECONDS
