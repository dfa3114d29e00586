"""Linkage part by part: SciPy's clusters, whatever lies between the parts."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster
from scipy.cluster.hierarchy import linkage as scipy_linkage

from diascribe.algorithms import parts
from diascribe.algorithms.cluster import Tree, cut, relabel, unit
from diascribe.algorithms.linkage import centroid_tree
from diascribe.algorithms.parts import parted_tree

LIMIT = 0.6
Whole = Callable[[NDArray[np.floating[Any]], NDArray[np.float64]], Tree]


def at_once(vectors: NDArray[np.floating[Any]], sizes: NDArray[np.float64]) -> Tree:
    """All vectors at once: so few are never parted."""
    return centroid_tree(vectors, up_to=LIMIT, sizes=sizes)


def parted(vectors: NDArray[np.float32], whole: Whole = at_once) -> Tree:
    return parted_tree(vectors, np.ones(len(vectors)), up_to=LIMIT, whole=whole)


def voices(
    seed: int, *, speakers: int, count: int = 300, spread: float = 0.4, between: int = 0
) -> NDArray[np.float32]:
    """Unit vectors (vector, 48) of some speakers, and of so many blends of two of them."""
    random = np.random.default_rng(seed)
    centres = unit(random.normal(size=(speakers, 48)).astype(np.float32))
    who = random.integers(0, speakers, (2, count))
    blend = np.where(np.arange(count) < between, random.uniform(0, 1, count), 0.0)[:, None]
    clean = (1 - blend) * centres[who[0]] + blend * centres[who[1]]
    noise = random.normal(size=(count, 48)) * spread / np.sqrt(48)
    return unit(random.permutation(clean + noise).astype(np.float32))


def scipys(vectors: NDArray[np.float32], threshold: float) -> list[int]:
    merges = scipy_linkage(vectors.astype(np.float64), "centroid")
    found: list[int] = relabel(fcluster(merges, threshold, criterion="distance")).tolist()
    return found


def labels(vectors: NDArray[np.float32]) -> NDArray[np.intp]:
    return cut(at_once(vectors, np.ones(len(vectors))), threshold=LIMIT)


@given(
    seed=st.integers(0, 2**32 - 1),
    speakers=st.integers(1, 7),
    spread=st.sampled_from([0.1, 0.4, 0.6, 0.9, 1.3]),
    between=st.sampled_from([0, 3, 30, 150]),
)
@settings(max_examples=60, deadline=None)
def test_clusters_are_those_of_scipy(seed: int, speakers: int, spread: float, between: int) -> None:
    vectors = voices(seed, speakers=speakers, spread=spread, between=between)

    tree = parted(vectors)

    for threshold in (0.4, 0.5, LIMIT):
        assert cut(tree, threshold=threshold).tolist() == scipys(vectors, threshold)


@given(seed=st.integers(0, 2**32 - 1), spread=st.sampled_from([0.2, 0.5, 0.8]))
@settings(max_examples=20, deadline=None)
def test_merges_are_told_in_the_order_of_the_whole(seed: int, spread: float) -> None:
    vectors = voices(seed, speakers=4, spread=spread)

    tree = parted(vectors)

    whole = at_once(vectors, np.ones(len(vectors)))
    assert np.array_equal(tree.pairs, whole.pairs)
    assert np.allclose(tree.heights, whole.heights, atol=1e-6)


def test_far_speakers_are_clustered_apart() -> None:
    vectors, asked = voices(1, speakers=5), list[int]()

    def counted(some: NDArray[np.floating[Any]], sizes: NDArray[np.float64]) -> Tree:
        asked.append(len(some))
        return at_once(some, sizes)

    parted(vectors, counted)

    guess, *rest = asked
    assert guess == 300
    assert len(rest) == 5
    assert sum(rest) == 300


def test_parts_that_meet_are_clustered_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few voices lie between two speakers, and the guess is made without them."""
    monkeypatch.setattr(parts, "SAMPLE", 40)
    vectors, asked = voices(5, speakers=2, spread=0.5), list[int]()
    one, other = (vectors[labels(vectors) == who].mean(axis=0) for who in (0, 1))
    steps = np.linspace(0, 1, 8, dtype=np.float32)[1:-1, None]
    bridged = np.insert(vectors, [1, 2, 3, 4, 5, 6], one + steps * (other - one), axis=0)

    def counted(some: NDArray[np.floating[Any]], sizes: NDArray[np.float64]) -> Tree:
        asked.append(len(some))
        return at_once(some, sizes)

    tree = parted(bridged, counted)

    assert asked == [39, 169, 137, len(bridged)]
    assert cut(tree, threshold=LIMIT).tolist() == scipys(bridged, LIMIT)


@pytest.mark.parametrize("count", [2, 40, 200])
def test_equal_vectors_are_one_cluster(count: int) -> None:
    vectors = np.eye(2, 48, dtype=np.float32)[np.arange(count) % 2]

    tree = parted(vectors)

    assert cut(tree, threshold=LIMIT).tolist() == (np.arange(count) % 2).tolist()


def test_a_vector_that_stands_for_many_counts_as_many() -> None:
    vectors = voices(3, speakers=3, spread=0.7)
    sizes = np.where(np.arange(300) % 5 == 0, 4.0, 1.0)

    tree = parted_tree(vectors, sizes, up_to=LIMIT, whole=at_once)

    whole = at_once(vectors, sizes)
    assert cut(tree, threshold=LIMIT).tolist() == cut(whole, threshold=LIMIT).tolist()


def test_many_vectors_are_parted_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("diascribe.algorithms.linkage.PARTED_FROM", 100)
    vectors = voices(4, speakers=4, spread=0.6, between=20)

    tree = centroid_tree(vectors, up_to=LIMIT)

    assert cut(tree, threshold=LIMIT).tolist() == scipys(vectors, LIMIT)
