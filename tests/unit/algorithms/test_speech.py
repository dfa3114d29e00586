"""Two opinions about speech made one: hand values and a brute-force neighbourhood."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from diascribe.algorithms.speech import _local_maximum, anybody, pool_speech

shares = st.lists(st.floats(0, 1, width=32), max_size=60).map(lambda one: np.array(one, np.float32))


def constant(value: float, frames: int = 40) -> NDArray[np.float32]:
    return np.full(frames, value, np.float32)


@given(shares, st.integers(0, 80))
def test_the_neighbourhood_maximum_is_the_brute_force_one(
    values: NDArray[np.float32], reach: int
) -> None:
    expected = [
        values[max(0, frame - reach) : frame + reach + 1].max() for frame in range(len(values))
    ]

    assert _local_maximum(values, reach).tolist() == expected


@given(shares, st.floats(0.01, 1))
def test_pooled_opinions_are_probabilities_one_a_frame(
    robust: NDArray[np.float32], frame_s: float
) -> None:
    pooled = pool_speech(robust[::-1], robust, frame_s=frame_s)

    assert pooled.shape == robust.shape
    assert pooled.dtype == np.float32
    assert ((pooled >= 0) & (pooled <= 1)).all()


@pytest.mark.parametrize("robust", [0.01, 0.3, 0.5, 0.99])
def test_where_the_sharp_opinion_hears_nothing_the_robust_one_counts(robust: float) -> None:
    pooled = pool_speech(constant(0.0), constant(robust), frame_s=0.03)

    np.testing.assert_allclose(pooled, robust, atol=1e-6)


def test_a_pause_between_sharply_heard_words_is_a_pause_by_hand() -> None:
    sharp = constant(1.0)
    sharp[15:25] = 0.0

    pooled = pool_speech(sharp, constant(0.9), frame_s=0.1)

    # In the pause's outer halves the sharp one's weight is 0.8 of log-odds 1 - ln(0.9999 / 0.0001).
    log_odds = 0.8 * (1 - np.log(9999)) + 0.2 * np.log(9)
    np.testing.assert_allclose(pooled[15:20], 1 / (1 + np.exp(-log_odds)), rtol=1e-3)
    np.testing.assert_allclose(pooled[20:25], 1 / (1 + np.exp(-log_odds)), rtol=1e-3)
    assert (pooled[:15] > 0.99).all()
    assert (pooled[25:] > 0.99).all()


@given(shares.filter(len), st.floats(0, 1, width=32))
def test_a_robust_opinion_that_is_surer_of_speech_never_makes_it_less_likely(
    robust: NDArray[np.float32], sharp: float
) -> None:
    surer = np.minimum(1, robust + np.float32(0.1))
    heard = constant(sharp, len(robust))

    assert (
        pool_speech(heard, surer, frame_s=0.1) >= pool_speech(heard, robust, frame_s=0.1) - 1e-6
    ).all()


def test_somebody_speaks_unless_everybody_is_silent_by_hand() -> None:
    activity = np.array([[0, 0, 0], [1, 0, 0], [0.5, 0.5, 0], [0.2, 0.2, 0.2]], np.float32)

    np.testing.assert_allclose(anybody(activity), [0, 1, 0.75, 1 - 0.8**3], atol=1e-6)
