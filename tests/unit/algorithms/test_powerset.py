"""Classes for sets of speakers, and back."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.algorithms.powerset import powerset_mapping, powerset_to_activity

sizes = st.integers(1, 5).flatmap(
    lambda speakers: st.tuples(st.just(speakers), st.integers(1, speakers))
)


def test_the_classes_of_the_published_models_by_hand() -> None:
    assert powerset_mapping(3, at_once=2).tolist() == [
        [0, 0, 0],
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
        [1, 1, 0],
        [1, 0, 1],
        [0, 1, 1],
    ]


@given(sizes)
def test_every_allowed_set_has_one_class_and_small_sets_come_first(size: tuple[int, int]) -> None:
    speakers, at_once = size

    mapping = powerset_mapping(speakers, at_once=at_once)

    expected = {
        chosen for many in range(at_once + 1) for chosen in combinations(range(speakers), many)
    }
    assert len(mapping) == sum(comb(speakers, many) for many in range(at_once + 1))
    assert {tuple(np.flatnonzero(row).tolist()) for row in mapping} == expected
    assert mapping.sum(axis=1).tolist() == sorted(mapping.sum(axis=1).tolist())


@given(sizes, st.integers(0, 2**32 - 1))
def test_the_best_class_gives_back_the_speakers_it_stands_for(
    size: tuple[int, int], seed: int
) -> None:
    mapping = powerset_mapping(size[0], at_once=size[1])
    random = np.random.default_rng(seed)
    classes = random.integers(0, len(mapping), (2, 7))  # (window, frame)
    scores = random.random((2, 7, len(mapping)))
    np.put_along_axis(scores, classes[:, :, None], 2.0, axis=2)

    activity = powerset_to_activity(scores, mapping)

    assert activity.shape == (2, 7, size[0])
    assert np.array_equal(activity, mapping[classes])


@pytest.mark.parametrize("speakers", [1, 4])
def test_with_one_at_once_speakers_never_overlap(speakers: int) -> None:
    scores = np.random.default_rng(0).random((100, speakers + 1))

    activity = powerset_to_activity(scores, powerset_mapping(speakers, at_once=1))

    assert (activity.sum(axis=1) <= 1).all()
