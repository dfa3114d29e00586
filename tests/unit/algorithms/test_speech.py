"""Two opinions about speech and its level made one: hand values and brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from diascribe.algorithms.speech import MOST_RISE_DB, _local_maximum, anybody, pool_speech, rise

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
    level_db = 30 * robust - 60

    pooled = pool_speech(robust[::-1], robust, rise(level_db, frame_s=frame_s), frame_s=frame_s)

    assert pooled.shape == robust.shape
    assert pooled.dtype == np.float32
    assert ((pooled >= 0) & (pooled <= 1)).all()


@pytest.mark.parametrize(("robust", "rise_db"), [(0.01, 0.0), (0.3, 25.0), (0.5, 6.0), (0.99, 3.0)])
def test_a_faint_voice_counts_by_the_robust_opinion_and_its_level_by_hand(
    robust: float, rise_db: float
) -> None:
    pooled = pool_speech(constant(0.0), constant(robust), constant(rise_db), frame_s=0.03)

    # The sharp opinion is as sure of silence as one may be: log-odds of 0.001, half of them.
    log_odds = np.log(robust / (1 - robust)) - 0.5 * np.log(999) + 0.08 * rise_db
    np.testing.assert_allclose(pooled, 1 / (1 + np.exp(-log_odds)), rtol=1e-3)


def test_a_pause_between_sharply_heard_words_is_a_pause_by_hand() -> None:
    sharp = constant(1.0)
    sharp[15:25] = 0.0

    pooled = pool_speech(sharp, constant(0.9), constant(0.0), frame_s=0.1)

    # Within half a second of a word a tenth of the robust opinion's log-odds is left.
    log_odds = -0.5 * np.log(999) + 0.1 * np.log(9)
    np.testing.assert_allclose(pooled[15:25], 1 / (1 + np.exp(-log_odds)), rtol=1e-3)
    assert (pooled[:15] > 0.9).all()
    assert (pooled[25:] > 0.9).all()


@given(shares.filter(len), st.floats(0, 1, width=32), st.floats(0, 20, width=32))
def test_a_surer_robust_opinion_or_more_sound_never_makes_speech_less_likely(
    robust: NDArray[np.float32], sharp: float, rise_db: float
) -> None:
    surer = np.minimum(1, robust + np.float32(0.1))
    heard, level = constant(sharp, len(robust)), constant(rise_db, len(robust))

    pooled = pool_speech(heard, robust, level, frame_s=0.1)

    assert (pool_speech(heard, surer, level, frame_s=0.1) >= pooled - 1e-6).all()
    assert (pool_speech(heard, robust, level + 5, frame_s=0.1) >= pooled - 1e-6).all()


def test_sound_rises_above_the_quietest_stretch_nearby_by_hand() -> None:
    level_db = np.array([-60] * 20 + [-50] * 5 + [-20] * 5, np.float32)

    found = rise(level_db, frame_s=0.1)

    assert found.tolist() == [0] * 20 + [10] * 5 + [25] * 5  # no more than 25 dB of the 30 or 40


def test_a_gap_of_a_frame_is_no_floor() -> None:
    level_db = np.full(200, -20, np.float32)
    level_db[100] = -80

    found = rise(level_db, frame_s=0.02)

    assert found[99] == pytest.approx(60 / 5)  # the mean of five frames


@given(st.lists(st.integers(-100, 0), max_size=50), st.integers(-20, 20))
def test_a_recording_s_own_level_does_not_matter(levels: list[int], louder_db: int) -> None:
    level_db = np.array(levels, np.float32)

    found = rise(level_db, frame_s=0.1)

    assert ((found >= 0) & (found <= MOST_RISE_DB)).all()
    np.testing.assert_allclose(rise(level_db + louder_db, frame_s=0.1), found, atol=1e-4)


def test_somebody_speaks_unless_everybody_is_silent_by_hand() -> None:
    activity = np.array([[0, 0, 0], [1, 0, 0], [0.5, 0.5, 0], [0.2, 0.2, 0.2]], np.float32)

    np.testing.assert_allclose(anybody(activity), [0, 1, 0.75, 1 - 0.8**3], atol=1e-6)
