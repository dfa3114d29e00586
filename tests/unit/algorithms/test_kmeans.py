"""As many clusters as were asked for."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from diascribe.algorithms.kmeans import kmeans

seeds = st.integers(0, 2**32 - 1)


def cost(points: NDArray[np.float64], labels: NDArray[np.intp]) -> float:
    """Sum of squared distances to the means."""
    groups = [points[labels == one] for one in set(labels.tolist())]
    return float(sum(np.square(own - own.mean(axis=0)).sum() for own in groups))


@given(seeds, st.integers(1, 4))
def test_clusters_that_lie_apart_are_found(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    who = np.concatenate([np.arange(count), random.integers(0, count, 20)])
    points = np.eye(6)[who] * 10 + random.normal(size=(len(who), 6)) * 0.1

    labels = kmeans(points, count, np.ones(len(who)))

    assert len(set(zip(labels.tolist(), who.tolist(), strict=True))) == count


def test_no_division_of_a_few_points_is_much_tighter() -> None:
    points = np.random.default_rng(4).normal(size=(8, 2))

    labels = kmeans(points, 2, np.ones(8))

    best = min(
        cost(points, np.array(each)) for each in product((0, 1), repeat=8) if len(set(each)) == 2
    )
    assert cost(points, labels) <= 1.2 * best


@given(seeds)
def test_the_same_points_give_the_same_labels(seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(30, 4))

    assert kmeans(points, 5, np.ones(30)).tolist() == kmeans(points, 5, np.ones(30)).tolist()


@pytest.mark.parametrize("count", [3, 5])
def test_no_more_clusters_come_than_points_differ(count: int) -> None:
    points = np.repeat(np.eye(3), 4, axis=0)

    assert set(kmeans(points, count, np.ones(12)).tolist()) == {0, 1, 2}


def test_a_point_that_stands_for_many_draws_the_mean() -> None:
    points = np.array([[0.0], [1.0], [4.0], [5.2]])

    labels = kmeans(points, 2, np.array([1.0, 1.0, 100.0, 1.0]))

    assert labels[0] == labels[1] != labels[2] == labels[3]
