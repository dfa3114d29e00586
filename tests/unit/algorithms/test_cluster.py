"""Agglomerative clustering against SciPy's and against its own definition."""

import math
import tracemalloc
from itertools import pairwise
from typing import Literal

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster
from scipy.cluster.hierarchy import linkage as scipy_linkage

from diascribe.algorithms.cluster import (
    Groups,
    Tree,
    agglomerate,
    average_labels,
    cut,
    group_nearby,
    relabel,
    unit,
)
from diascribe.algorithms.linkage import centroid_labels, centroid_tree

Linkage = Literal["average", "centroid"]

linkages = st.sampled_from(["average", "centroid"])
both = pytest.mark.parametrize("linkage", ["average", "centroid"])
seeds = st.integers(0, 2**32 - 1)
METRICS = {"average": "cosine", "centroid": "euclidean"}
CUTTINGS = {"average": average_labels, "centroid": centroid_labels}


@st.composite
def voices(draw: st.DrawFn, most: int = 24) -> NDArray[np.float32]:
    """Unit vectors (vector, dimension) without ties, as no two real voices are equal."""
    count, dimension = draw(st.integers(2, most)), draw(st.integers(2, 8))
    random = np.random.default_rng(draw(seeds))
    return unit((random.normal(size=(count, dimension)) + 0.5).astype(np.float32))


def near_axes(who: NDArray[np.intp], random: np.random.Generator) -> NDArray[np.float32]:
    """A unit vector of 16 for every voice, near the axis that `who` (vector,) says."""
    noise = random.normal(size=(len(who), 16)) * 0.04
    return unit((np.eye(16)[who] + noise).astype(np.float32))


def tree_over(groups: Groups, linkage: Linkage) -> Tree:
    if linkage == "average":
        return agglomerate(groups)
    return centroid_tree(groups.means, up_to=math.inf, sizes=groups.sizes)


def tree_of(vectors: NDArray[np.float32], linkage: Linkage) -> Tree:
    return tree_over(Groups.singles(vectors), linkage)


def members(tree: Tree) -> list[set[int]]:
    """The vectors of every node."""
    nodes: list[set[int]] = [{vector} for vector in range(tree.count)]
    for one, other in tree.pairs.tolist():
        nodes.append(nodes[one] | nodes[other])
    return nodes


def apart(vectors: NDArray[np.float32], one: set[int], other: set[int], linkage: Linkage) -> float:
    """The distance of two clusters by its definition, in float64."""
    left, right = (vectors[sorted(chosen)].astype(np.float64) for chosen in (one, other))
    if linkage == "average":
        return float(np.mean(1 - left @ right.T))
    return float(np.linalg.norm(left.mean(axis=0) - right.mean(axis=0)))


@given(voices(most=12), linkages)
@settings(max_examples=60)
def test_each_merge_joins_the_two_nearest_clusters_at_their_distance(
    vectors: NDArray[np.float32], linkage: Linkage
) -> None:
    tree = tree_of(vectors, linkage)
    nodes, open_nodes, highest = members(tree), set(range(tree.count)), 0.0

    for merge, (one, other) in enumerate(tree.pairs.tolist()):
        distances = {
            (a, b): apart(vectors, nodes[a], nodes[b], linkage)
            for a in open_nodes
            for b in open_nodes
            if a < b
        }
        distance = distances[min(one, other), max(one, other)]
        highest = max(
            [distance, *(tree.heights[n - tree.count] for n in (one, other) if n >= tree.count)]
        )
        assert distance == pytest.approx(min(distances.values()), abs=1e-4)
        assert tree.heights[merge] == pytest.approx(highest, abs=1e-4)
        open_nodes = open_nodes - {one, other} | {tree.count + merge}


@given(voices(), linkages, st.floats(0.01, 1.5))
@settings(derandomize=True)
def test_a_cut_is_that_of_scipy(
    vectors: NDArray[np.float32], linkage: Linkage, threshold: float
) -> None:
    tree = tree_of(vectors, linkage)
    assume((np.abs(tree.heights - threshold) > 1e-4).all())

    labels = cut(tree, threshold=threshold)

    merges = scipy_linkage(vectors.astype(np.float64), linkage, metric=METRICS[linkage])
    expected = fcluster(merges, threshold, criterion="distance")
    assert labels.tolist() == relabel(expected).tolist()


@both
def test_hundreds_of_vectors_are_cut_as_by_scipy(linkage: Linkage) -> None:
    random = np.random.default_rng(7)
    centres = random.normal(size=(9, 32))
    raw = centres[random.integers(0, 9, 400)] + random.normal(size=(400, 32)) * 0.7
    vectors = unit(raw.astype(np.float32))
    tree = tree_of(vectors, linkage)
    merges = scipy_linkage(vectors.astype(np.float64), linkage, metric=METRICS[linkage])

    for threshold in (0.1, 0.3, 0.5, 0.7, 0.9):
        expected = fcluster(merges, threshold, criterion="distance")
        assert cut(tree, threshold=threshold).tolist() == relabel(expected).tolist()


@given(voices(), linkages)
def test_heights_never_fall_from_a_node_to_the_one_above(
    vectors: NDArray[np.float32], linkage: Linkage
) -> None:
    tree = tree_of(vectors, linkage)

    for merge, pair in enumerate(tree.pairs.tolist()):
        below = [tree.heights[node - tree.count] for node in pair if node >= tree.count]
        assert all(height <= tree.heights[merge] for height in below)


@given(voices(), linkages, seeds, st.floats(0.05, 1))
def test_the_order_of_rows_and_a_rotation_change_no_cluster(
    vectors: NDArray[np.float32], linkage: Linkage, seed: int, threshold: float
) -> None:
    tree = tree_of(vectors, linkage)
    assume((np.abs(tree.heights - threshold) > 1e-3).all())
    random = np.random.default_rng(seed)
    order = random.permutation(len(vectors))
    rotation, _ = np.linalg.qr(random.normal(size=(vectors.shape[1],) * 2))

    turned = (vectors @ rotation.astype(np.float32))[order]
    labels = cut(tree_of(turned, linkage), threshold=threshold)

    before = cut(tree, threshold=threshold)
    assert relabel(before[order]).tolist() == labels.tolist()


@given(voices(), linkages, st.lists(st.floats(0, 2), min_size=2, max_size=5).map(sorted))
def test_a_higher_threshold_only_joins(
    vectors: NDArray[np.float32], linkage: Linkage, thresholds: list[float]
) -> None:
    tree = tree_of(vectors, linkage)

    for low, high in pairwise(thresholds):
        fine, coarse = cut(tree, threshold=low), cut(tree, threshold=high)
        assert all(len(set(coarse[fine == label].tolist())) == 1 for label in set(fine.tolist()))


@both
def test_equal_rows_are_one_cluster_at_once(linkage: Linkage) -> None:
    vectors = unit(np.random.default_rng(3).normal(size=(4, 16)).astype(np.float32))
    rows = np.array([0, 1, 2, 3, 2, 1, 0, 1, 1, 3])

    labels = cut(tree_of(vectors[rows], linkage), threshold=2e-3)

    assert labels.tolist() == rows.tolist()


@both
@pytest.mark.parametrize("count", [0, 1])
def test_what_cannot_be_merged_is_left_alone(linkage: Linkage, count: int) -> None:
    tree = tree_of(np.ones((count, 3), np.float32), linkage)

    assert len(tree.pairs) == len(tree.heights) == 0
    assert cut(tree, threshold=9).tolist() == [0] * count


def test_labels_follow_the_order_of_first_members() -> None:
    assert relabel(np.array([7, 7, 2, 9, 2, 7])).tolist() == [0, 0, 1, 2, 1, 0]
    assert relabel(np.array([], np.intp)).tolist() == []


def test_unit_vectors_have_length_one_and_zeros_stay_zero() -> None:
    scaled = unit(np.array([[3, 4], [0, 0], [-0.5, 0]], np.float32))

    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled, [[0.6, 0.8], [0.0, 0.0], [-1.0, 0.0]], rtol=1e-6)


def test_groups_of_groups_are_weighted_by_hand() -> None:
    singles = Groups.singles(np.array([[0.0], [3.0], [6.0], [9.0]], np.float32))

    pairs = singles.joined(np.array([0, 0, 0, 1]))
    whole = pairs.joined(np.array([0, 0]))

    assert pairs.means.tolist() == [[3.0], [9.0]]
    assert pairs.sizes.tolist() == [3, 1]
    assert pairs.labels.tolist() == [0, 0, 0, 1]
    assert whole.means.tolist() == [[4.5]]
    assert whole.labels.tolist() == [0] * 4


@given(voices(), linkages, st.floats(0.05, 1), st.floats(1, 3))
def test_clustering_groups_goes_on_exactly_where_grouping_stopped(
    vectors: NDArray[np.float32], linkage: Linkage, low: float, more: float
) -> None:
    tree = tree_of(vectors, linkage)
    assume(all((np.abs(tree.heights - height) > 1e-3).all() for height in (low, low * more)))

    groups = Groups.singles(vectors).joined(cut(tree, threshold=low))
    rest = cut(tree_over(groups, linkage), threshold=low * more)

    assert rest[groups.labels].tolist() == cut(tree, threshold=low * more).tolist()


@given(voices(), linkages, st.integers(0, 5))
def test_few_enough_vectors_are_not_grouped(
    vectors: NDArray[np.float32], linkage: Linkage, spare: int
) -> None:
    groups = group_nearby(
        vectors, threshold=0.5, at_most=len(vectors) + spare, cutting=CUTTINGS[linkage]
    )

    assert np.array_equal(groups.means, vectors)
    assert groups.sizes.tolist() == [1] * len(vectors)
    assert groups.labels.tolist() == list(range(len(vectors)))


@given(voices(), linkages, st.integers(2, 6))
def test_groups_hold_every_vector_once_and_know_their_mean(
    vectors: NDArray[np.float32], linkage: Linkage, at_most: int
) -> None:
    groups = group_nearby(vectors, threshold=0.5, at_most=at_most, cutting=CUTTINGS[linkage])

    assert set(groups.labels.tolist()) == set(range(len(groups.means)))
    for group, size in enumerate(groups.sizes.tolist()):
        own = vectors[groups.labels == group]
        assert len(own) == size
        np.testing.assert_allclose(
            groups.means[group], np.asarray(own.sum(axis=0)) / size, atol=1e-5
        )


@both
def test_grouping_never_mixes_voices_that_lie_apart(linkage: Linkage) -> None:
    random = np.random.default_rng(5)
    who = random.integers(0, 4, 1000)
    vectors = near_axes(who, random)

    groups = group_nearby(vectors, threshold=0.3, at_most=50, cutting=CUTTINGS[linkage])

    assert 4 <= len(groups.means) <= 50
    for group in range(len(groups.means)):
        assert len(set(who[groups.labels == group].tolist())) == 1


def test_grouping_takes_the_memory_of_a_block_and_not_of_all_pairs() -> None:
    random = np.random.default_rng(0)
    vectors = near_axes(random.integers(0, 4, 4000), random)

    tracemalloc.start()
    groups = group_nearby(vectors, threshold=0.3, at_most=200, cutting=average_labels)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(groups.means) <= 200
    assert peak < 5e6  # all pairs would take 64 MB


@both
@pytest.mark.parametrize("threshold", [0.0, 1e-6, 0.6])
def test_groups_are_few_enough_at_any_threshold(linkage: Linkage, threshold: float) -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(200, 16)).astype(np.float32))

    groups = group_nearby(vectors, threshold=threshold, at_most=30, cutting=CUTTINGS[linkage])

    assert len(groups.means) <= 30
    assert groups.sizes.sum() == 200
