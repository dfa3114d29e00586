"""fbank is Kaldi's, to what rounding leaves of it."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from diascribe.algorithms.fbank import (
    FLOOR,
    HOP,
    centred,
    count_frames,
    fbank,
    kaldi_filters,
    samples_of,
)

sys.path.insert(0, str(Path(__file__).parents[3] / "tools"))
from fbank_reference import GOLDEN, chirp  # after its folder is known


def test_a_chirp_has_the_features_that_torchaudio_finds() -> None:
    golden = json.loads(GOLDEN.read_text())

    (features,) = fbank(chirp()[None])

    assert len(features) == golden["frames"]
    for frame, row in golden["rows"].items():
        assert features[int(frame)] == pytest.approx(row, abs=0.002)


def test_windows_are_worked_on_by_themselves() -> None:
    windows = np.random.default_rng(0).normal(0, 0.1, (3, 60_000)).astype(np.float32)

    together = fbank(windows)

    assert together.shape == (3, 373, 80)
    for window, features in zip(windows, together, strict=True):
        assert np.array_equal(fbank(window[None])[0], features)


def test_a_later_frame_is_the_first_of_what_begins_there() -> None:
    samples = np.random.default_rng(1).normal(0, 0.1, (1, 8_000)).astype(np.float32)

    whole, later = fbank(samples)[0], fbank(samples[:, 5 * HOP :])[0]

    assert np.allclose(whole[5:], later, atol=1e-3)


def test_silence_is_the_floor_and_less_than_a_frame_nothing() -> None:
    silent = fbank(np.zeros((1, 400), np.float32))

    assert silent == pytest.approx(np.log(FLOOR))
    assert fbank(np.zeros((2, 399), np.float32)).shape == (2, 0, 80)


@pytest.mark.parametrize("frames", [0, 1, 2, 998])
def test_frames_and_the_samples_that_they_need_agree(frames: int) -> None:
    assert count_frames(samples_of(frames)) == frames
    assert count_frames(samples_of(frames) + HOP - 1) == frames


def test_centred_features_have_no_mean() -> None:
    features = np.random.default_rng(2).normal(5, 1, (2, 50, 80)).astype(np.float32)

    assert centred(features).mean(axis=1) == pytest.approx(0, abs=1e-5)


def test_every_filter_hears_something_and_none_half_the_sample_rate() -> None:
    filters = kaldi_filters(80)

    assert filters.shape == (257, 80)
    assert filters.max(axis=0).min() > 0.2
    assert not filters[0].any()
    assert not filters[-1].any()
