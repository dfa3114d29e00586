"""How many speakers there are, and whose voice is whose."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from diascribe.algorithms.cluster import unit
from diascribe.algorithms.speakers import DIRECT_LIMIT, Voices, find_speakers
from diascribe.calibration import Calibration
from diascribe.protocols import SpeakerCount

FREE = SpeakerCount()
CALIBRATION = Calibration(threshold=0.35, least_clean_s=0.65)
DIMENSION = 32


def talk(vectors_each: list[int], seed: int = 0, spread: float = 0.05) -> Voices:
    """A second of speech per vector; speaker `i`, near axis `i`, has `vectors_each[i]` of them."""
    random = np.random.default_rng(seed)
    who = random.permutation(np.repeat(np.arange(len(vectors_each)), vectors_each))
    noise = random.normal(size=(len(who), DIMENSION)) * spread
    vectors = unit((np.eye(DIMENSION)[who] + noise).astype(np.float32))
    return Voices(vectors, np.ones(len(who), np.float32))


def axes(speakers: NDArray[np.float32]) -> list[int]:
    """Near which axis each speaker lies."""
    assert (speakers.max(axis=1) > 0.9).all()
    return [int(row.argmax()) for row in speakers]


def find(voices: Voices, count: SpeakerCount = FREE) -> NDArray[np.float32]:
    return find_speakers(voices, CALIBRATION, count=count).vectors


def test_speakers_come_with_most_speech_first() -> None:
    speakers = find(talk([20, 40, 30]))

    assert axes(speakers) == [1, 2, 0]
    np.testing.assert_allclose(np.linalg.norm(speakers, axis=1), 1, rtol=1e-5)


def test_seconds_and_not_vectors_decide_who_speaks_most() -> None:
    voices = talk([20, 40])
    seconds = np.where(voices.vectors.argmax(axis=1) == 0, 3.0, 1.0).astype(np.float32)

    assert axes(find(Voices(voices.vectors, seconds))) == [0, 1]


def test_without_voices_there_is_no_speaker() -> None:
    nobody = Voices(np.zeros((0, DIMENSION), np.float32), np.zeros(0, np.float32))

    assert find(nobody, SpeakerCount(exact=2)).shape == (0, DIMENSION)


@pytest.mark.parametrize("seconds", [0.2, 60.0])
def test_a_single_voice_is_one_speaker(seconds: float) -> None:
    voices = talk([1])

    speakers = find(Voices(voices.vectors, np.full(1, seconds, np.float32)))

    np.testing.assert_allclose(speakers, voices.vectors, rtol=1e-5)


def test_a_cough_is_no_speaker_but_a_short_answer_in_a_short_talk_is() -> None:
    assert axes(find(talk([300, 200, 3]))) == [0, 1]  # 3 s of 500: under 6 s and under 3 %
    assert axes(find(talk([300, 200, 7]))) == [0, 1, 2]  # over 6 s
    assert axes(find(talk([30, 20, 3]))) == [0, 1, 2]  # over 3 %


def test_a_blend_of_two_voices_is_no_speaker() -> None:
    voices, random = talk([60, 50]), np.random.default_rng(1)
    blend = np.eye(DIMENSION)[0] + np.eye(DIMENSION)[1]
    blends = unit((blend + random.normal(size=(8, DIMENSION)) * 0.05).astype(np.float32))
    both = Voices(np.concatenate([voices.vectors, blends]), np.ones(118, np.float32))

    found = find_speakers(both, replace(CALIBRATION, threshold=0.33), count=FREE).vectors

    assert axes(found) == [0, 1]


sizes = st.lists(st.integers(5, 25), min_size=1, max_size=5)
limits = st.integers(1, 8)


@given(sizes, limits, st.integers(0, 2**32 - 1))
def test_exactly_as_many_come_as_were_asked_for(
    vectors_each: list[int], wanted: int, seed: int
) -> None:
    voices = talk(vectors_each, seed)

    found = find(voices, SpeakerCount(exact=wanted))

    assert len(found) == min(wanted, len(voices.vectors))


@given(sizes, limits, limits, st.integers(0, 2**32 - 1))
def test_no_fewer_and_no_more_come_than_allowed(
    vectors_each: list[int], one: int, other: int, seed: int
) -> None:
    voices, (least, most) = talk(vectors_each, seed), sorted((one, other))

    found = find(voices, SpeakerCount(least=least, most=most))

    expected = min(max(len(vectors_each), least), most)
    assert len(found) == min(expected, len(voices.vectors))


@given(sizes, limits)
def test_a_bound_that_holds_anyway_changes_nothing(vectors_each: list[int], spare: int) -> None:
    voices, there = talk(vectors_each), len(vectors_each)

    bounded = find(voices, SpeakerCount(least=max(1, there - spare), most=there + spare))

    assert np.array_equal(bounded, find(voices))


def test_of_more_voices_than_wanted_those_who_speak_most_are_kept() -> None:
    assert axes(find(talk([10, 60, 10, 50]), SpeakerCount(most=2))) == [1, 3]


def test_a_wanted_speaker_is_found_in_a_group_and_not_in_an_odd_vector() -> None:
    close = talk([40, 40], spread=0.02)
    nearer = close.vectors.copy()
    nearer[:, 2] += 1.5  # the two now lie 0.31 apart: under the threshold
    odd = np.eye(DIMENSION, dtype=np.float32)[[9, 17]]
    vectors = unit(np.concatenate([nearer, odd]))
    voices = Voices(vectors, np.ones(len(vectors), np.float32))

    found = find(voices, SpeakerCount(exact=2))

    assert len(find(voices)) == 1
    assert sorted(found[:, :2].argmax(axis=1).tolist()) == [0, 1]
    assert (found[:, 2] > 0.5).all()


@pytest.mark.parametrize("wanted", [2, 3, 4])
def test_equal_voices_are_one_speaker(wanted: int) -> None:
    vectors = np.eye(DIMENSION, dtype=np.float32)[[0, 1, 2, 3] * 10]
    voices = Voices(vectors, np.ones(40, np.float32))

    assert len(find(voices)) == 4
    found = find(voices, SpeakerCount(exact=wanted))
    assert len(set(axes(found))) == wanted


doubling = st.lists(st.sampled_from([5, 10, 20, 40, 80]), min_size=1, unique=True)
"""Sizes of which no two sums are equal: of equals the earlier comes first."""


@given(doubling, st.integers(0, 2**32 - 1), st.none() | limits)
def test_the_order_of_voices_and_a_rotation_change_nobody(
    vectors_each: list[int], seed: int, limit: int | None
) -> None:
    voices, random = talk(vectors_each, seed), np.random.default_rng(seed)
    count = SpeakerCount(exact=limit and min(limit, len(vectors_each)))
    order = random.permutation(len(voices.vectors))
    rotation = np.linalg.qr(random.normal(size=(DIMENSION, DIMENSION)))[0].astype(np.float32)

    turned = find(Voices((voices.vectors @ rotation)[order], voices.seconds[order]), count)

    np.testing.assert_allclose(turned, find(voices, count) @ rotation, atol=1e-4)


def test_the_same_voices_give_the_same_bits() -> None:
    voices = talk([30, 20, 10], spread=0.2)

    assert np.array_equal(find(voices), find(voices))


def test_more_voices_than_fit_at_once_are_still_told_apart() -> None:
    voices = talk([3000, 2000, 1000])
    assert len(voices.vectors) > DIRECT_LIMIT

    assert axes(find(voices)) == [0, 1, 2]


def test_more_equal_voices_than_fit_at_once_still_give_as_many_as_asked_for() -> None:
    vectors = np.eye(DIMENSION, dtype=np.float32)[[0, 1, 2] * (DIRECT_LIMIT // 2)]
    voices = Voices(vectors, np.ones(len(vectors), np.float32))

    assert sorted(axes(find(voices, SpeakerCount(exact=3)))) == [0, 1, 2]
