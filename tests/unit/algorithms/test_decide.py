"""Probabilities to who speaks: somebody, then who, then who else."""

import numpy as np
import pytest
from numpy.typing import NDArray

from diascribe.algorithms.decide import most_talkative, speaking, spoken
from diascribe.protocols import SpeechThresholds

THRESHOLDS = SpeechThresholds(onset=0.5, offset=0.3)
ALL = np.arange(2)


def activity(*rows: tuple[float, float]) -> NDArray[np.uint8]:
    """Probabilities (frame, 2) as bytes."""
    found: NDArray[np.uint8] = np.rint(np.array(rows) * 255).astype(np.uint8)
    return found


def everywhere(rows: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.ones(len(rows), bool)


def test_two_who_are_both_unsure_are_somebody() -> None:
    # 1 - 0.6 x 0.78 = 0.53, which no channel reaches by itself.
    assert spoken(activity((0.4, 0.22)), THRESHOLDS).tolist() == [True]
    assert spoken(activity((0.3, 0.22)), THRESHOLDS).tolist() == [False]


def test_speech_goes_on_until_it_is_improbable() -> None:
    found = spoken(activity((0.4, 0), (0.6, 0), (0.4, 0), (0.2, 0), (0.4, 0)), THRESHOLDS)

    assert found.tolist() == [False, True, True, False, False]


def test_the_likeliest_speaks_where_nobody_is_sure() -> None:
    rows = activity((0.4, 0.22), (0.2, 0.45))

    found = speaking(rows, everywhere(rows), ALL)

    assert found.tolist() == [[True, False], [False, True]]


def test_whoever_is_sure_speaks_too() -> None:
    rows = activity((0.9, 0.51), (0.9, 0.49))

    found = speaking(rows, everywhere(rows), ALL)

    assert found.tolist() == [[True, True], [True, False]]


def test_where_nobody_is_heard_nobody_speaks() -> None:
    found = speaking(activity((0.9, 0.9)), np.array([False]), ALL)

    assert not found.any()


def test_the_speech_of_those_left_out_goes_to_the_likeliest_of_the_others() -> None:
    rows = activity((0.1, 0.9), (0.9, 0.9), (0.0, 0.8))

    found = speaking(rows, everywhere(rows), np.array([0]))

    assert found.tolist() == [[True, False], [True, False], [True, False]]


def test_without_speakers_nobody_speaks() -> None:
    rows = activity((0.9, 0.9))

    assert not speaking(rows, everywhere(rows), np.arange(0)).any()


def test_no_frames_are_no_speech() -> None:
    none = np.zeros((0, 2), np.uint8)

    assert spoken(none, THRESHOLDS).shape == (0,)
    assert speaking(none, np.zeros(0, bool), ALL).shape == (0, 2)


@pytest.mark.parametrize(("count", "who"), [(1, [2]), (2, [0, 2]), (3, [0, 2]), (4, [0, 2])])
def test_those_who_speak_most_are_found(count: int, who: list[int]) -> None:
    active = np.array([[True, False, True], [False, False, True]])

    assert most_talkative(active, count).tolist() == who
