"""Centroid linkage below a threshold: SciPy's clusters, in either precision, however long."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster
from scipy.cluster.hierarchy import linkage as scipy_linkage

from diascribe.algorithms import distances
from diascribe.algorithms.cluster import cut, relabel, unit
from diascribe.algorithms.linkage import centroid_tree

seeds = st.integers(0, 2**32 - 1)


def talk(count: int, seed: int, *, spread: float, alike: float) -> NDArray[np.float32]:
    """Unit vectors (vector, 64) of four speakers in turns, the next like the one before."""
    random = np.random.default_rng(seed)
    centres = unit(random.normal(size=(4, 64)).astype(np.float32))
    drift, rows = random.normal(size=64), []
    for speaker in np.repeat(random.integers(0, 4, 1 + count // 15), 15)[:count].tolist():
        drift = alike * drift + math.sqrt(1 - alike**2) * random.normal(size=64)
        rows.append(centres[speaker] + spread / 8 * drift)
    return unit(np.array(rows, np.float32))


@pytest.mark.parametrize("exact_limit", [0, 10_000], ids=["float32", "float64"])
@pytest.mark.parametrize("alike", [0.0, 0.95])
@pytest.mark.parametrize("spread", [0.3, 0.6, 0.9])
def test_clusters_are_those_of_scipy(
    monkeypatch: pytest.MonkeyPatch, spread: float, alike: float, exact_limit: int
) -> None:
    monkeypatch.setattr(distances, "EXACT_LIMIT", exact_limit)
    vectors = talk(600, 3, spread=spread, alike=alike)
    merges = scipy_linkage(vectors.astype(np.float64), "centroid")

    tree = centroid_tree(vectors, up_to=0.7)

    for threshold in (0.4, 0.5, 0.6, 0.7):
        expected = fcluster(merges, threshold, criterion="distance")
        assert cut(tree, threshold=threshold).tolist() == relabel(expected).tolist()


@given(seeds, st.integers(1, 150))
@settings(max_examples=30)
def test_no_merge_is_above_the_limit_and_none_below_is_missing(seed: int, count: int) -> None:
    vectors = talk(count, seed, spread=0.8, alike=0.9)

    tree = centroid_tree(vectors, up_to=0.5)

    whole = centroid_tree(vectors, up_to=math.inf)
    assert (tree.heights <= 0.5).all()
    assert len(whole.pairs) == count - 1
    assert cut(tree, threshold=0.5).tolist() == cut(whole, threshold=0.5).tolist()


@given(seeds)
@settings(max_examples=20)
def test_a_vector_that_stands_for_three_counts_as_three(seed: int) -> None:
    vectors = talk(40, seed, spread=0.8, alike=0.5)
    sizes = np.where(np.arange(40) % 3 == 0, 3.0, 1.0)
    each = np.repeat(np.arange(40), sizes.astype(int))

    weighted = cut(centroid_tree(vectors, up_to=0.7, sizes=sizes), threshold=0.7)

    plain = cut(centroid_tree(vectors[each], up_to=0.7), threshold=0.7)
    assert relabel(weighted[each]).tolist() == plain.tolist()


def test_ties_are_always_decided_alike() -> None:
    corners = np.eye(40, dtype=np.float32)[np.arange(120) % 40]

    once = centroid_tree(corners, up_to=math.inf)

    again = centroid_tree(corners, up_to=math.inf)
    assert np.array_equal(once.pairs, again.pairs)
    assert cut(once, threshold=0.1).tolist() == (np.arange(120) % 40).tolist()


def test_without_vectors_there_is_no_cluster() -> None:
    tree = centroid_tree(np.zeros((0, 3), np.float32), up_to=1.0)

    assert cut(tree, threshold=1.0).tolist() == []
