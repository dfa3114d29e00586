"""Window-wise decisions to one timeline: by hand, and laws for any decisions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from stitched import absorbed, whole_scores

from diascribe.algorithms.reconstruct import (
    FULL,
    Scoring,
    count_speakers,
    exclusive,
    most_active,
)
from diascribe.algorithms.windows import Windows
from diascribe.timeline import Grid

TWO = Windows(count=2, step_s=2.0, window_s=4.0, frames=4, grid=Grid(step=1.0, width=1.0))
"""Windows on frames 0-3 and 2-5 of seven."""

seeds = st.integers(0, 2**32 - 1)


def drawn(seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Scores (frame, speaker), some 0 and some equal, and how many speak (frame,)."""
    random = np.random.default_rng(seed)
    frames, speakers = random.integers(0, 30), random.integers(1, 5)
    scores = random.integers(0, 6, (frames, speakers)).astype(np.uint32)
    return scores, random.integers(0, 5, frames).astype(np.uint8)


def test_speakers_at_once_are_the_rounded_mean_by_hand() -> None:
    activity = np.zeros((2, 4, 2), np.uint8)
    activity[0, :, 0] = FULL  # one voice in frames 0 to 3
    activity[0, 3, 1] = FULL  # and a second in frame 3
    activity[1, 1:, 0] = FULL  # one voice in frames 3 to 5
    activity[1, 1:, 1] = 100  # and a third of another

    counted = count_speakers(activity, TWO)

    # Means: 1 1 | (1 + 0)/2, (2 + 1.39)/2 | 1.39 1.39 | nothing heard; halves round to even.
    assert counted.tolist() == [1, 1, 0, 2, 1, 1, 0]


def test_scores_add_up_over_windows_and_count_a_speaker_once_in_each() -> None:
    activity = np.zeros((2, 4, 3), np.uint8)
    activity[0] = [10, 20, 30]
    activity[1] = [1, 2, 3]
    labels = np.array([[0, 0, 1], [1, -1, 0]])

    scores = whole_scores(activity, labels, 2, TWO)

    assert scores[:, 0].tolist() == [20, 20, 23, 23, 3, 3, 0]
    assert scores[:, 1].tolist() == [30, 30, 31, 31, 1, 1, 0]


def test_where_windows_disagree_the_surer_one_is_heard_by_hand() -> None:
    activity = np.full((2, 4, 1), FULL, np.uint8)
    labels = np.array([[0], [1]])  # frames 2 and 3 are one voice's or another's
    trust = np.array([[3], [4]], np.uint8)

    found = Scoring(activity, labels, 2, TWO, trust=trust).scores(range(7))

    assert found[2].tolist() == [3 * FULL, 4 * FULL]
    assert most_active(found, np.full(7, 1, np.uint8))[2:4].tolist() == [[False, True]] * 2


@given(seeds)
def test_who_is_nobody_is_never_heard(seed: int) -> None:
    activity = np.random.default_rng(seed).integers(0, 256, (2, 4, 3)).astype(np.uint8)

    assert not whole_scores(activity, np.full((2, 3), -2), 2, TWO).any()


def test_the_best_scored_speak_by_hand() -> None:
    scores = np.array([[5, 9, 7], [5, 9, 7], [0, 4, 0], [3, 3, 3], [1, 0, 0]], np.uint32)
    count = np.array([1, 2, 3, 2, 0], np.uint8)

    active = most_active(scores, count)

    assert active.tolist() == [
        [False, True, False],
        [False, True, True],
        [False, True, False],  # two more were counted, but no window heard them
        [True, True, False],  # of equals the earlier
        [False, False, False],
    ]


@given(seeds)
def test_as_many_speak_as_were_counted_unless_fewer_were_heard(seed: int) -> None:
    scores, count = drawn(seed)

    active = most_active(scores, count)

    heard = (scores > 0).sum(axis=1)
    assert active.sum(axis=1).tolist() == np.minimum(count, heard).tolist()
    assert not active[scores == 0].any()


@given(seeds)
def test_nobody_who_is_silent_scores_above_one_who_speaks(seed: int) -> None:
    scores, count = drawn(seed)

    active = most_active(scores, count)

    quietest = np.where(active, scores, np.iinfo(np.uint32).max).min(axis=1, initial=65_535)
    loudest = np.where(active, 0, scores).max(axis=1, initial=0)
    assert (loudest[active.any(axis=1)] <= quietest[active.any(axis=1)]).all()


@given(seeds)
def test_exclusive_speech_never_overlaps_and_is_as_long(seed: int) -> None:
    scores, count = drawn(seed)
    active = most_active(scores, count)

    alone = exclusive(active, scores)

    assert np.array_equal(alone.sum(axis=1), active.any(axis=1))
    assert not (alone & ~active).any()


@given(seeds)
def test_exclusive_speech_is_what_a_count_of_at_most_one_gives(seed: int) -> None:
    scores, count = drawn(seed)

    alone = exclusive(most_active(scores, count), scores)

    assert np.array_equal(alone, most_active(scores, np.minimum(count, 1)))


@pytest.mark.parametrize("frames", [0, 5])
def test_silence_stays_silent(frames: int) -> None:
    scores, count = np.zeros((frames, 2), np.uint32), np.zeros(frames, np.uint8)

    active = most_active(scores, count)

    assert not active.any()
    assert not exclusive(active, scores).any()


def lone(text: str) -> NDArray[np.bool_]:
    """Activity of speakers A, B, C out of one letter a frame; a point is silence."""
    return np.array([[letter == name for name in "ABC"] for letter in text])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("..AACCCCCC..", "..CCCCCCCC.."),
        ("..CCCCCCAA..", "..CCCCCCCC.."),
        ("AAAAABBCCCCCC", "AAAAACCCCCCCC"),
        ("..AA..CCCCCC", "..AA..CCCCCC"),
        ("....AAABBB....", "....AAABBB...."),
        ("AAABBBCCCCC", "AAACCCCCCCC"),
        ("AAAABBBBCCCC", "AAAABBBBCCCC"),
    ],
)
def test_a_fragment_goes_to_the_longer_turn_that_it_touches(before: str, after: str) -> None:
    found = absorbed(lone(before), shorter_than=4)

    np.testing.assert_array_equal(found, lone(after))


def test_overlapped_frames_are_nobodys_fragment() -> None:
    active = lone("AACCCCC") | lone(".C.....")

    found = absorbed(active, shorter_than=3)

    np.testing.assert_array_equal(found, active)


def scene(seed: int, speakers: int) -> tuple[NDArray[np.uint8], NDArray[np.intp], Windows]:
    """Activity and labels of windows that overlap by different parts of a frame."""
    random = np.random.default_rng(seed)
    windows = Windows(
        count=int(random.integers(1, 9)),
        step_s=float(random.uniform(1.5, 12)),
        window_s=12.0,
        frames=12,
        grid=Grid(step=1.0, width=1.0),
    )
    activity = random.integers(0, 256, (windows.count, 12, 3)).astype(np.uint8)
    labels = random.integers(-1, speakers, (windows.count, 3))
    return activity, labels, windows


@given(seeds, st.integers(1, 4))
def test_blocks_of_frames_score_as_the_whole_does(seed: int, speakers: int) -> None:
    activity, labels, windows = scene(seed, speakers)
    weights = np.random.default_rng(seed).integers(1, 17, 12).astype(np.uint8)
    trust = np.random.default_rng(seed).integers(1, 17, labels.shape).astype(np.uint8)
    scoring = Scoring(activity, labels, speakers, windows, weights, trust)
    cut = int(np.random.default_rng(seed).integers(0, windows.total_frames + 1))

    parts = [scoring.scores(range(cut)), scoring.scores(range(cut, windows.total_frames))]

    whole = np.zeros((windows.total_frames, speakers), int)
    for window, row in enumerate(labels):
        first = windows.first_frame(window)
        for speaker in set(row[row >= 0].tolist()):
            own = row == speaker
            heard = (activity[window][:, own].astype(int) * trust[window, own]).max(axis=1)
            whole[first : first + 12, speaker] += heard * weights
    np.testing.assert_array_equal(np.concatenate(parts), whole)


@given(seeds)
def test_the_windows_over_some_frames_are_those_that_cover_one(seed: int) -> None:
    _, _, windows = scene(seed, 1)
    begin, end = sorted(np.random.default_rng(seed).integers(0, windows.total_frames, 2).tolist())

    over = windows.over(range(begin, end))

    starts = [windows.first_frame(window) for window in range(windows.count)]
    inside = [w for w, first in enumerate(starts) if first < end and first + 12 > begin]
    assert [*over] == inside or begin == end
