"""Who is who by variational Bayes: counts that are kept to, counts that are found, and blocks."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from diascribe.algorithms.assign import NOBODY
from diascribe.algorithms.cluster import unit
from diascribe.models.windowed import vbx_finding
from diascribe.models.windowed.finding import Found
from diascribe.models.windowed.prepared import LocalVoices
from diascribe.models.windowed.vbx_finding import VbxFinder, largest, same_voices
from diascribe.protocols import Clustering, SpeakerCount

DIMENSION, LOCAL = 32, 2
FREE = SpeakerCount()


class Space:
    """Directions of vectors: voices of the tests lie far apart there."""

    phi = np.full(DIMENSION, 4.0)

    def features(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.asarray(unit(vectors), np.float64) * 16


def talk(
    windows: int, speakers: int, seed: int = 0, spread: float = 0.03
) -> tuple[LocalVoices, NDArray[np.bool_], NDArray[np.intp]]:
    """Raw vectors of two in every window, who is active, and who (window, local) that is."""
    random = np.random.default_rng(seed)
    who = np.array([random.permutation(max(2, speakers))[:2] for _ in range(windows)])
    who[:1] = 0, 1
    active = who < speakers
    window, local = np.nonzero(active)
    axes = np.eye(DIMENSION)[who[active]]
    vectors = axes + random.normal(size=(len(axes), DIMENSION)) * spread
    gains = random.uniform(0.5, 2, (len(axes), 1))
    voices = LocalVoices(
        owners=np.stack([window, local], axis=1),
        vectors=(vectors * gains).astype(np.float32),
        seconds=np.ones(len(window), np.float32),
        alone=np.full(len(window), 0.5, np.float32),
    )
    return voices, active, np.where(active, who, NOBODY)


def find(voices: LocalVoices, active: NDArray[np.bool_], wanted: SpeakerCount = FREE) -> Found:
    return VbxFinder(Space()).find(voices, active, Clustering(speakers=wanted))


def same_people(labels: NDArray[np.intp], who: NDArray[np.intp]) -> bool:
    """Whether two ways to call people mean the same people."""
    pairs = set(zip(labels.ravel().tolist(), who.ravel().tolist(), strict=True))
    return len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_everybody_is_found(speakers: int, seed: int) -> None:
    voices, active, who = talk(40, speakers, seed)

    found = find(voices, active)

    assert same_people(found.labels, who)
    assert found.steadiness == 1
    np.testing.assert_allclose(np.linalg.norm(found.centroids, axis=1), 1, rtol=1e-5)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20)
def test_the_order_of_windows_changes_nobody(seed: int) -> None:
    voices, active, _ = talk(40, 4, seed, spread=0.08)
    random = np.random.default_rng(seed)
    order = random.permutation(40)
    place = np.argsort(order)
    owners = np.stack([place[voices.owners[:, 0]], voices.owners[:, 1]], axis=1)
    rows = np.lexsort((owners[:, 1], owners[:, 0]))
    turned = LocalVoices(
        owners[rows], voices.vectors[rows], voices.seconds[rows], voices.alone[rows]
    )

    found = find(turned, active[order])

    assert same_people(found.labels, find(voices, active).labels[order])


@pytest.mark.parametrize("wanted", [FREE, SpeakerCount(exact=2), SpeakerCount(least=6)])
def test_the_same_voices_give_the_same_bits(wanted: SpeakerCount) -> None:
    voices, active, _ = talk(60, 4, spread=0.15)

    once, again = find(voices, active, wanted), find(voices, active, wanted)

    assert np.array_equal(once.labels, again.labels)
    assert np.array_equal(once.centroids, again.centroids)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (SpeakerCount(exact=2), 2),
        (SpeakerCount(exact=5), 5),
        (SpeakerCount(most=3), 3),
        (SpeakerCount(least=6), 6),
        (SpeakerCount(least=2, most=9), 4),
    ],
)
def test_wanted_numbers_are_kept_to(wanted: SpeakerCount, count: int) -> None:
    voices, active, _ = talk(60, 4)

    found = find(voices, active, wanted)

    assert len(found.centroids) == count
    assert set(found.labels[active].tolist()) == set(range(count))
    assert (found.labels[~active] == NOBODY).all()


def test_how_steady_a_given_number_is_is_not_known() -> None:
    voices, active, _ = talk(60, 4)

    assert find(voices, active, SpeakerCount(exact=3)).steadiness is None


def test_a_number_that_hangs_by_the_threshold_is_not_steady() -> None:
    voices, active, _ = talk(60, 2)
    nearer = voices.vectors / np.linalg.norm(voices.vectors, axis=1, keepdims=True)
    nearer[:, 5] += 1.32  # the two now lie 0.855 apart, in thresholds 1.04

    found = VbxFinder(Space(), threshold=0.82).find(
        LocalVoices(voices.owners, nearer, voices.seconds, voices.alone), active, Clustering()
    )

    assert found.steadiness is not None
    assert 0 < found.steadiness < 1


def test_no_more_speakers_come_than_voices() -> None:
    voices, active, _ = talk(3, 2)

    found = find(voices, active, SpeakerCount(exact=50))

    assert len(found.centroids) == len(voices.vectors)


@pytest.mark.parametrize("training", [0, 1])
def test_too_few_to_compare_are_one_speaker(training: int) -> None:
    voices, active, _ = talk(5, 3)
    voices.alone[training:] = 0.1

    found = find(voices, active)

    assert len(found.centroids) == 1
    assert (found.labels == np.where(active, 0, NOBODY)).all()


@pytest.mark.parametrize("training", [0, 1, 2])
@pytest.mark.parametrize("wanted", [SpeakerCount(exact=3), SpeakerCount(least=3)])
def test_a_wanted_number_is_found_among_all_where_too_few_are_alone_enough(
    training: int, wanted: SpeakerCount
) -> None:
    voices, active, who = talk(30, 3)
    voices.alone[training:] = 0.1

    found = find(voices, active, wanted)

    assert same_people(found.labels, who)


def test_where_no_voice_is_heard_there_is_nobody() -> None:
    nothing = np.zeros((0, 2), np.intp), np.zeros((0, DIMENSION), np.float32)
    voices = LocalVoices(*nothing, np.zeros(0, np.float32), np.zeros(0, np.float32))

    found = find(voices, np.ones((3, 2), bool))

    assert found.centroids.shape == (0, DIMENSION)
    assert (found.labels == NOBODY).all()


def test_a_phantom_is_the_voice_that_it_resembles() -> None:
    angles = np.array([0.0, 1.5, 0.5])  # radians: chords of 1.36, 0.49 and 0.96
    centroids = np.stack([np.cos(angles), np.sin(angles)], axis=1) * [[1], [2], [0.3]]

    assert same_voices(centroids.astype(np.float32), 0.6).tolist() == [0, 1, 0]
    assert same_voices(centroids.astype(np.float32), 0.4).tolist() == [0, 1, 2]


def test_only_the_largest_clusters_are_begun_with() -> None:
    labels, sizes = np.array([0, 1, 1, 2, 3]), np.array([1.0, 1.0, 1.0, 9.0, 1.0])

    assert largest(labels, sizes, 4).tolist() == [0, 1, 1, 2, 3]
    assert largest(labels, sizes, 2).tolist() == [-1, 0, 0, 1, -1]
    assert largest(labels, sizes, 3).tolist() == [0, 1, 1, 2, -1]  # of equals the first


def test_voices_all_unlike_take_no_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    voices, active, _ = talk(80, 4)
    monkeypatch.setattr(vbx_finding, "MOST_CLUSTERS", 8)

    wish = Clustering(threshold=0.0)  # every vector a cluster
    found = VbxFinder(Space()).find(voices, active, wish)

    assert len(found.centroids) <= 8
    assert found.labels[active].min() >= 0


def test_more_voices_than_fit_at_once_are_still_told_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    voices, active, who = talk(400, 5)
    monkeypatch.setattr(vbx_finding, "DIRECT_LIMIT", 50)
    monkeypatch.setattr(vbx_finding, "LONG_LIMIT", 50)
    monkeypatch.setattr("diascribe.models.windowed.finding.BLOCK", 64)

    found = find(voices, active)

    assert same_people(found.labels, who)
    assert len(find(voices, active, SpeakerCount(exact=3)).centroids) == 3


def test_memory_is_that_of_a_block_and_not_of_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    voices, active, _ = talk(4000, 4)
    monkeypatch.setattr(vbx_finding, "DIRECT_LIMIT", 300)
    monkeypatch.setattr(vbx_finding, "LONG_LIMIT", 300)

    tracemalloc.start()
    find(voices, active)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 30e6  # all pairs would take 256 MB


def test_a_straight_line_between_voices_is_told_as_their_cosine_distance() -> None:
    one, other = unit(np.array([[1.0, 0.2], [1.0, 0.9]], np.float32))

    found = VbxFinder(Space()).voice_distance(float(np.linalg.norm(one - other)))

    assert found == pytest.approx(1 - one @ other, abs=1e-6)
