"""Laws that several algorithms must hold together, for any activity and any voices."""

from dataclasses import dataclass

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from stitched import whole_scores

from diascribe.algorithms.assign import assign_speakers
from diascribe.algorithms.cluster import unit
from diascribe.algorithms.hysteresis import fill_gaps, hysteresis, runs, to_spans
from diascribe.algorithms.powerset import powerset_mapping, powerset_to_activity
from diascribe.algorithms.reconstruct import (
    FULL,
    count_speakers,
    exclusive,
    most_active,
)
from diascribe.algorithms.speakers import Voices, find_speakers
from diascribe.algorithms.windows import Windows, cut_windows
from diascribe.calibration import Calibration
from diascribe.protocols import SpeakerCount
from diascribe.span import Span
from diascribe.timeline import Grid, merge, total

LOCAL = 3
DIMENSION = 16


def calibration(threshold: float) -> Calibration:
    return Calibration(threshold=threshold, least_clean_s=0.65)


@dataclass(frozen=True, slots=True)
class Scene:
    """A recording in which voices speak when `truth` (frame, speaker) says, seen in windows."""

    windows: Windows
    truth: NDArray[np.bool_]
    places: NDArray[np.intp]
    """Where each window shows each speaker (window, speaker): a permutation of the locals."""

    @property
    def activity(self) -> NDArray[np.uint8]:
        """(window, frame, local), 0 or 255."""
        seen = np.stack(
            [np.asarray(cut_windows(voice, self.windows)) for voice in self.truth.T], axis=2
        )
        shuffled = np.take_along_axis(seen, np.argsort(self.places, axis=1)[:, None, :], axis=2)
        return shuffled.astype(np.uint8) * FULL

    @property
    def heard(self) -> NDArray[np.bool_]:
        """Which locals are active at all (window, local)."""
        heard: NDArray[np.bool_] = self.activity.max(axis=1) > 0
        return heard

    @property
    def labels(self) -> NDArray[np.intp]:
        """Whose each local speaker (window, local) is."""
        return np.argsort(self.places, axis=1)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Three voices with turns of their own, overlaps and silences."""
    grid = Grid(step=0.1, width=0.1)
    windows = Windows(draw(st.integers(1, 8)), draw(st.floats(0.5, 2)), 4.0, 40, grid)
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    truth = np.zeros((windows.total_frames, LOCAL), bool)
    for voice in truth.T:
        for start in random.integers(0, len(truth), 3):
            voice[start : start + random.integers(0, 30)] = True
    truth[windows.first_frame(windows.count - 1) + windows.frames :] = False
    places = np.stack([random.permutation(LOCAL) for _ in range(windows.count)])
    return Scene(windows, truth, places)


def rebuilt(scene: Scene, labels: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Activity (frame, speaker) from what the windows show."""
    scores = whole_scores(scene.activity, labels, LOCAL, scene.windows)
    return most_active(scores, count_speakers(scene.activity, scene.windows))


@given(scenes())
def test_stitching_the_windows_of_a_timeline_gives_the_timeline(scene: Scene) -> None:
    assert np.array_equal(rebuilt(scene, scene.labels), scene.truth)


@given(scenes())
def test_renaming_the_speakers_renames_the_timeline(scene: Scene) -> None:
    names = np.array([2, 0, 1])

    renamed = rebuilt(scene, names[scene.labels])

    assert np.array_equal(renamed[:, names], rebuilt(scene, scene.labels))


@given(scenes())
def test_voices_alone_find_the_speakers_and_the_timeline(scene: Scene) -> None:
    vectors = np.eye(LOCAL, DIMENSION, dtype=np.float32)[scene.labels]
    voices = Voices(vectors[scene.heard], np.ones(scene.heard.sum(), np.float32))

    speakers = find_speakers(voices, calibration(0.5), count=SpeakerCount()).vectors
    labels = assign_speakers(vectors @ speakers.T, scene.heard)

    scores = whole_scores(scene.activity, labels, len(speakers), scene.windows)
    active = most_active(scores, count_speakers(scene.activity, scene.windows))
    present = scene.truth[:, scene.truth.any(axis=0)]
    assert sorted(active.T.tolist()) == sorted(present.T.tolist())


@given(scenes())
def test_exclusive_spans_never_overlap_and_keep_all_speech(scene: Scene) -> None:
    scores = whole_scores(scene.activity, scene.labels, LOCAL, scene.windows)
    active = rebuilt(scene, scene.labels)

    alone = exclusive(active, scores)

    grid = scene.windows.grid
    turns = [span for voice in active.T for span in to_spans(voice, grid)]
    own = [span for voice in alone.T for span in to_spans(voice, grid)]
    together = round(sum(span.duration for span in own), 6)
    assert together == round(total(own), 6) == round(total(turns), 6)


@given(scenes(), st.integers(0, 2**32 - 1))
def test_scores_of_the_powerset_rebuild_the_same_timeline(scene: Scene, seed: int) -> None:
    mapping = powerset_mapping(LOCAL, at_once=LOCAL)
    activity = (scene.activity > 0).astype(np.float32)
    distance = np.abs(activity[:, :, None] - mapping).sum(axis=3)  # (window, frame, class)
    scores = np.random.default_rng(seed).random(distance.shape) - 2 * distance

    hard = powerset_to_activity(scores, mapping)

    assert np.array_equal(hard, activity)


probabilities = st.lists(st.floats(0, 1), max_size=60).map(np.array)


@given(probabilities, st.floats(0.1, 0.9), st.floats(0, 0.5), st.integers(0, 10))
def test_spans_of_speech_are_the_merged_spans_of_its_frames(
    heard: NDArray[np.float64], onset: float, less: float, gap: int
) -> None:
    grid = Grid(step=0.25, width=0.25)
    on = hysteresis(heard, onset=onset, offset=max(0, onset - less))

    joined = to_spans(fill_gaps(on, shorter_than=gap + 1), grid)

    frames = [Span(frame * 0.25, (frame + 1) * 0.25) for frame in np.flatnonzero(on).tolist()]
    assert joined == merge(frames, gap_s=gap * 0.25)
    assert len(runs(on)) >= len(joined)


@given(st.integers(1, 40), st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 5))
def test_every_voice_gets_one_of_the_allowed_speakers(
    count: int, seed: int, one: int, other: int
) -> None:
    least, most = sorted((one, other))
    raw = np.random.default_rng(seed).normal(size=(count, DIMENSION))
    voices = Voices(unit(raw.astype(np.float32)), np.ones(count, np.float32))

    speakers = find_speakers(
        voices, calibration(0.4), count=SpeakerCount(least=least, most=most)
    ).vectors
    labels = assign_speakers((voices.vectors @ speakers.T)[:, None], np.ones((count, 1), bool))

    assert min(least, count) <= len(speakers) <= most
    assert ((labels >= 0) & (labels < len(speakers))).all()
