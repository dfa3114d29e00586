"""Weighted statistics: by hand, and as laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from diascribe.algorithms.pooling import nearest_frames, pool_voices

RANDOM = np.random.default_rng(0)


def features(windows: int = 2, size: int = 5, frames: int = 40) -> NDArray[np.float32]:
    return RANDOM.normal(3, 2, (windows, size, frames)).astype(np.float32)


def test_a_whole_mask_gives_the_mean_and_the_unbiased_deviation() -> None:
    one = features()

    pooled = pool_voices(one, np.ones((2, 40, 1), np.float32))

    assert pooled.shape == (2, 1, 10)
    assert pooled[:, 0, :5] == pytest.approx(one.mean(axis=2), rel=1e-5)
    assert pooled[:, 0, 5:] == pytest.approx(one.std(axis=2, ddof=1), rel=1e-4)


@given(st.integers(2, 38))
def test_frames_outside_a_mask_might_as_well_not_be_there(inside: int) -> None:
    one = features()
    mask = np.zeros((2, 40, 1), np.float32)
    mask[:, :inside] = 1

    pooled = pool_voices(one, mask)

    cut = pool_voices(one[:, :, :inside], mask[:, :inside])
    assert pooled == pytest.approx(cut, rel=1e-4, abs=1e-4)


def test_each_voice_is_pooled_by_itself() -> None:
    one, masks = features(), RANDOM.random((2, 40, 3)).astype(np.float32)

    together = pool_voices(one, masks)

    for local in range(3):
        alone = pool_voices(one, masks[:, :, local, None])
        assert together[:, local, None] == pytest.approx(alone, rel=1e-5)


def test_weights_count_as_in_the_reference() -> None:
    """pyannote.audio's `StatsPool`, worked out with fractions."""
    one = np.array([[[1.0, 2.0, 4.0]]], np.float32)
    mask = np.array([[[1.0], [0.5], [0.5]]], np.float32)

    (((mean, deviation),),) = pool_voices(one, mask)

    assert mean == pytest.approx(2.0)
    assert deviation == pytest.approx(np.sqrt((1 + 0 + 2) / (2 - 1.5 / 2)))


def test_far_from_zero_no_digits_are_lost() -> None:
    one = features() + np.float32(1000)

    pooled = pool_voices(one, np.ones((2, 40, 1), np.float32))

    assert pooled[:, 0, 5:] == pytest.approx(one.astype(float).std(axis=2, ddof=1), rel=1e-3)


def test_a_voice_without_frames_gives_numbers_and_no_warning() -> None:
    assert np.isfinite(pool_voices(features(), np.zeros((2, 40, 1), np.float32))).all()


def test_masks_of_589_frames_fall_on_125_as_the_reference_has_it() -> None:
    masks = np.arange(589, dtype=np.float32)[None, :, None]

    nearest = nearest_frames(masks, 125)[0, :, 0]

    assert nearest.tolist() == [float(np.floor(one * 589 / 125)) for one in range(125)]
