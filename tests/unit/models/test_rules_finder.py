"""Who is who by rules, whatever an encoder's vectors are like."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diascribe.algorithms.assign import NOBODY
from diascribe.calibration import Calibration
from diascribe.models.windowed.finding import SURE, RulesFinder
from diascribe.models.windowed.prepared import LocalVoices
from diascribe.protocols import Clustering, SpeakerCount

FINDER = RulesFinder(Calibration(threshold=0.3, least_clean_s=0.65))
WHO = np.tile([0, 1, 2, 1], 10)


def voices(seed: int) -> LocalVoices:
    """One vector a window, near its speaker's axis, of any length."""
    random = np.random.default_rng(seed)
    vectors = np.eye(8)[WHO] + random.normal(size=(len(WHO), 8)) * 0.03
    vectors *= random.uniform(0.2, 5, (len(WHO), 1))
    owners = np.stack([np.arange(len(WHO)), np.zeros(len(WHO), np.intp)], axis=1)
    ones = np.ones(len(WHO), np.float32)
    return LocalVoices(owners, vectors.astype(np.float32), 2 * ones, ones)


@given(st.integers(0, 2**32 - 1))
def test_only_the_direction_of_a_vector_counts(seed: int) -> None:
    found = FINDER.find(voices(seed), np.ones((len(WHO), 1), bool), Clustering())

    assert len(set(zip(found.labels[:, 0].tolist(), WHO.tolist(), strict=True))) == 3
    np.testing.assert_allclose(np.linalg.norm(found.centroids, axis=1), 1, rtol=1e-5)
    assert found.steadiness == 1


def test_how_steady_a_given_number_is_is_not_known() -> None:
    wish = Clustering(speakers=SpeakerCount(exact=2))

    found = FINDER.find(voices(0), np.ones((len(WHO), 1), bool), wish)

    assert len(found.centroids) == 2
    assert found.steadiness is None


def test_a_number_that_hangs_by_the_threshold_is_not_steady() -> None:
    near = voices(0)
    angle = np.arccos(1 - 0.3 * 1.02)  # radians: the first two lie 1.02 thresholds apart
    axes = np.array([[1, 0, 0], [np.cos(angle), np.sin(angle), 0], [0, 0, 1]], np.float32)

    found = FINDER.find(
        replace(near, vectors=axes[WHO]), np.ones((len(WHO), 1), bool), Clustering()
    )

    assert len(found.centroids) == 3
    assert found.steadiness == 0.5  # 10 % and 5 % higher they are one


def test_who_does_not_speak_is_nobody() -> None:
    active = np.zeros((len(WHO), 1), bool)

    assert (FINDER.find(voices(0), active, Clustering()).labels == NOBODY).all()


def test_a_voice_between_two_speakers_is_less_sure_than_one_like_its_own_by_hand() -> None:
    finder = RulesFinder(Calibration(threshold=0.3, least_clean_s=0.65, sure_margin=0.5))
    heard = replace(voices(0), vectors=np.eye(8, dtype=np.float32)[WHO])
    between = heard.vectors.copy()
    between[-1] = [0, 0.8, 0.6, 0, 0, 0, 0, 0]  # of speaker 1, 0.2 nearer than to 2
    seconds = heard.seconds.copy()
    seconds[-1] = 0.5  # too short to move anybody's mean

    found = finder.find(
        replace(heard, vectors=between, seconds=seconds),
        np.ones((len(WHO), 1), bool),
        Clustering(),
    )

    assert found.trust is not None
    assert (found.trust[:-1] == SURE).all()
    assert found.trust[-1, 0] == round(0.2 / 0.5 * SURE)


def test_a_label_without_a_vector_is_the_least_sure() -> None:
    finder = RulesFinder(Calibration(threshold=0.3, least_clean_s=0.65, sure_margin=0.5))

    found = finder.find(voices(0), np.ones((len(WHO), 2), bool), Clustering())

    assert found.trust is not None
    assert (found.trust[:, 1] == 1).all()
    assert (found.labels[:, 1] != NOBODY).all()
