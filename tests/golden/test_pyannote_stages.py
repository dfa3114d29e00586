"""Our diarization algorithms against the reference pipeline's own stages.

Stage N is fed the saved output of stage N - 1 and must give the saved output of stage N.
Decisions must be equal on every frame, window and vector: there the tolerance is zero.
"""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pyannote_stages import Stages
from stitched import whole_scores

from diascribe.algorithms.assign import NOBODY, assign_speakers
from diascribe.algorithms.cluster import Groups, cut, unit
from diascribe.algorithms.hysteresis import to_spans
from diascribe.algorithms.linkage import centroid_tree
from diascribe.algorithms.powerset import powerset_mapping, powerset_to_activity
from diascribe.algorithms.reconstruct import (
    count_speakers,
    exclusive,
    most_active,
)
from diascribe.formats import rttm

RECORDINGS = ("pipeline", "3speakers", "single_speaker", "short")
recordings = pytest.mark.parametrize("name", RECORDINGS)

AHC_THRESHOLD = 0.6

TURN_TOLERANCE_S = 0.016875 / 2 + 2e-6
"""The reference puts edges on the middles of frames, we midway between two middles: half a
frame earlier, plus what RTTM's six decimals round at either end."""


@pytest.mark.parametrize("speakers", [2, 3, 4])
def test_powerset_mappings_are_the_published_ones(golden_stages: Path, speakers: int) -> None:
    for at_once in range(1, speakers + 1):
        expected = np.load(golden_stages / f"powerset_mapping_{speakers}_{at_once}.npy")

        assert np.array_equal(powerset_mapping(speakers, at_once=at_once), expected)


def test_powerset_scores_give_the_same_decisions(golden_stages: Path) -> None:
    scores = np.load(golden_stages / "powerset_input_logits.npy")

    activity = powerset_to_activity(scores, powerset_mapping(3, at_once=2))

    assert np.array_equal(activity, np.load(golden_stages / "powerset_hard_output.npy"))


def test_dot_products_of_unit_vectors_are_the_cosine_similarities(golden_stages: Path) -> None:
    vectors = np.load(golden_stages / "cosine_sim_input.npy").astype(np.float32)

    similarity = unit(vectors) @ unit(vectors).T

    expected = np.load(golden_stages / "cosine_sim_expected.npy")
    np.testing.assert_allclose(similarity, expected, atol=1e-6)  # float32


@recordings
def test_speakers_are_counted_equally_on_every_frame(golden_stages: Path, name: str) -> None:
    stages = Stages(golden_stages, name)

    counted = count_speakers(stages.activity, stages.windows)

    assert np.array_equal(counted, stages.load("speaker_counting_data")[:, 0])


def test_clusters_of_the_tree_are_the_same(golden_stages: Path) -> None:
    stages = Stages(golden_stages, "pipeline")
    vectors = unit(stages.load("train_embeddings").astype(np.float32))

    tree = centroid_tree(vectors, up_to=AHC_THRESHOLD)
    labels = cut(tree, threshold=AHC_THRESHOLD)

    assert labels.tolist() == stages.load("ahc_clusters").tolist()


def test_every_local_speaker_is_assigned_equally(golden_stages: Path) -> None:
    stages = Stages(golden_stages, "pipeline")
    vectors = unit(stages.load("embeddings_data").astype(np.float32))

    labels = assign_speakers(vectors @ stages.centroids.T, stages.heard)

    expected = stages.load("hard_clusters")
    assert np.array_equal(labels, np.where(expected < 0, NOBODY, expected))


def test_the_timeline_is_rebuilt_equally_on_every_frame(golden_stages: Path) -> None:
    stages = Stages(golden_stages, "pipeline")
    expected = stages.load("discrete_diarization_data").astype(bool)
    labels, speakers = stages.load("hard_clusters").astype(np.intp), expected.shape[1]

    scores = whole_scores(stages.activity, labels, speakers, stages.windows)
    active = most_active(scores, count_speakers(stages.activity, stages.windows))

    assert np.array_equal(active, expected)


def test_where_one_talks_it_is_the_same_one_and_where_several_do_it_is_one_of_them(
    golden_stages: Path,
) -> None:
    stages = Stages(golden_stages, "pipeline")
    expected = stages.load("discrete_diarization_data").astype(bool)
    labels, speakers = stages.load("hard_clusters").astype(np.intp), expected.shape[1]
    scores = whole_scores(stages.activity, labels, speakers, stages.windows)

    alone = exclusive(expected, scores)

    one, several = expected.sum(axis=1) == 1, expected.sum(axis=1) > 1
    assert one.any()
    assert several.any()
    assert np.array_equal(alone[one], expected[one])
    assert np.array_equal(alone.sum(axis=1), expected.any(axis=1))
    assert not (alone & ~expected).any()


@pytest.mark.parametrize("name", ["pipeline", "3speakers", "single_speaker"])
def test_activity_and_vectors_alone_give_the_same_timeline(golden_stages: Path, name: str) -> None:
    """From the networks' output to the end; on these recordings VBx changes no frame."""
    stages = Stages(golden_stages, name)
    activity, windows = stages.activity, stages.windows
    vectors = stages.load("embeddings_data").astype(np.float32)

    centroids = _centroids(vectors[stages.heard_alone])
    labels = assign_speakers(unit(vectors) @ centroids.T, stages.heard)
    scores = whole_scores(activity, labels, len(centroids), windows)
    active = most_active(scores, count_speakers(activity, windows))

    expected = stages.load("discrete_diarization_data").astype(bool)
    assert _in_order(active) == _in_order(expected)


@pytest.mark.parametrize("name", ["single_speaker", "short"])
def test_where_everybody_is_one_speaker_they_talk_whenever_somebody_does(
    golden_stages: Path, name: str
) -> None:
    stages = Stages(golden_stages, name)
    activity, windows = stages.activity, stages.windows
    everybody = np.where(stages.heard, 0, NOBODY)

    scores = whole_scores(activity, everybody, 1, windows)
    active = most_active(scores, count_speakers(activity, windows))

    assert np.array_equal(active, stages.load("discrete_diarization_data").astype(bool))


@recordings
def test_frames_become_the_expected_turns(golden_stages: Path, name: str) -> None:
    stages = Stages(golden_stages, name)
    frames = stages.load("discrete_diarization_data").astype(bool)
    (expected,) = rttm.parse((golden_stages / f"{name}_expected.rttm").read_text()).values()

    spans = [to_spans(speaker, stages.grid) for speaker in frames.T]

    by_speaker = [
        [turn for turn in expected if turn.speaker == who]
        for who in dict.fromkeys(turn.speaker for turn in expected)
    ]
    spans.sort(key=lambda own: own[0].start)
    assert [len(own) for own in spans] == [len(own) for own in by_speaker]
    for ours, theirs in zip(spans, by_speaker, strict=True):
        for span, turn in zip(ours, theirs, strict=True):
            assert span.start == pytest.approx(turn.start, abs=TURN_TOLERANCE_S)
            assert span.end == pytest.approx(turn.end, abs=TURN_TOLERANCE_S)


def _centroids(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Unit vectors (speaker, dimension): the means of the raw vectors of each cluster."""
    tree = centroid_tree(unit(vectors), up_to=AHC_THRESHOLD)
    means = Groups.singles(vectors).joined(cut(tree, threshold=AHC_THRESHOLD)).means
    return unit(means)


def _in_order(active: NDArray[np.bool_]) -> list[list[bool]]:
    """The timelines of all speakers, in an order of their own."""
    timelines: list[list[bool]] = active.T.tolist()
    return sorted(timelines, reverse=True)
