"""Local speakers to speakers, against SciPy's Hungarian method."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from diascribe.algorithms.assign import BLOCK, NOBODY, assign_speakers

sizes = st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 6))
"""Windows, local speakers, speakers."""
seeds = st.integers(0, 2**32 - 1)


def drawn(size: tuple[int, int, int], seed: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Similarities (window, local, speaker) in 0 to 2 and who is active (window, local)."""
    random = np.random.default_rng(seed)
    similarity = random.uniform(0, 2, size).astype(np.float32)
    return similarity, random.random(size[:2]) < 0.7


def best_total(similarity: NDArray[np.float32]) -> float:
    """The largest sum for one window's active rows (local, speaker)."""
    rows, columns = linear_sum_assignment(similarity, maximize=True)
    return float(similarity[rows, columns].sum())


@given(sizes, seeds)
def test_each_windows_total_similarity_is_that_of_the_hungarian_method(
    size: tuple[int, int, int], seed: int
) -> None:
    similarity, active = drawn(size, seed)

    labels = assign_speakers(similarity, active)

    for window, row in enumerate(labels):
        (served,) = np.nonzero(row != NOBODY)
        total = float(similarity[window, served, row[served]].sum())
        assert total == pytest.approx(best_total(similarity[window, active[window]]), abs=1e-5)


@given(sizes, seeds)
def test_nobody_shares_a_speaker_and_as_many_as_can_be_are_served(
    size: tuple[int, int, int], seed: int
) -> None:
    similarity, active = drawn(size, seed)

    labels = assign_speakers(similarity, active)

    assert (labels[~active] == NOBODY).all()
    for row, heard in zip(labels, active, strict=True):
        served = row[row != NOBODY].tolist()
        assert len(set(served)) == len(served) == min(int(heard.sum()), size[2])


@given(sizes, seeds)
def test_a_voice_without_a_vector_takes_what_the_others_leave(
    size: tuple[int, int, int], seed: int
) -> None:
    similarity, active = drawn((size[0], size[1] + 1, size[2]), seed)
    similarity[:, 0] = np.nan
    active[:, 0] = True

    labels = assign_speakers(similarity, active)

    others = assign_speakers(similarity[:, 1:], active[:, 1:])
    left = size[2] - (others != NOBODY).sum(axis=1)
    assert np.array_equal(labels[:, 0] != NOBODY, left > 0)
    for window, row in enumerate(labels):
        (served,) = np.nonzero(row[1:] != NOBODY)
        total = float(similarity[window, served + 1, row[served + 1]].sum())
        assert total == pytest.approx(best_total(similarity[window, 1:][active[window, 1:]]))


@given(sizes, seeds, st.randoms())
def test_renaming_the_speakers_renames_the_labels(
    size: tuple[int, int, int], seed: int, random: Random
) -> None:
    similarity, active = drawn(size, seed)
    names = np.array(random.sample(range(size[2]), size[2]))

    renamed = assign_speakers(similarity[:, :, names], active)

    labels = assign_speakers(similarity, active)
    assert np.array_equal(np.where(renamed == NOBODY, NOBODY, names[renamed]), labels)


def test_windows_are_decided_alone_however_many_there_are() -> None:
    similarity, active = drawn((2 * BLOCK + 3, 2, 3), seed=0)

    labels = assign_speakers(similarity, active)

    alone = [
        assign_speakers(similarity[[window]], active[[window]]) for window in range(len(labels))
    ]
    assert np.array_equal(labels, np.concatenate(alone))


def test_without_speakers_everybody_is_nobody() -> None:
    labels = assign_speakers(np.zeros((2, 3, 0), np.float32), np.ones((2, 3), bool))

    assert labels.tolist() == [[NOBODY] * 3] * 2


def test_without_windows_there_is_nothing_to_say() -> None:
    labels = assign_speakers(np.zeros((0, 3, 2), np.float32), np.ones((0, 3), bool))

    assert labels.shape == (0, 3)


def test_only_vectors_that_are_absent_are_assigned_in_order() -> None:
    labels = assign_speakers(np.full((1, 3, 2), np.nan, np.float32), np.ones((1, 3), bool))

    assert sorted(labels[0].tolist()) == [NOBODY, 0, 1]
