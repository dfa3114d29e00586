"""Frames to decisions: laws against a loop over frames, values by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from diascribe.algorithms.hysteresis import (
    between_pauses,
    drop_short,
    fill_gaps,
    hysteresis,
    keep_long,
    pad,
    runs,
    to_spans,
)
from diascribe.span import Span
from diascribe.timeline import Grid, total

probabilities = st.lists(st.integers(0, 20).map(lambda one: one / 20), max_size=40).map(np.array)
"""(frame,) in twentieths; thresholds lie between them."""
thresholds = st.integers(-1, 20).map(lambda one: (one + 0.5) / 20)
decisions = st.lists(st.booleans(), max_size=40).map(lambda frames: np.array(frames, bool))


def frames(text: str) -> NDArray[np.bool_]:
    """Decisions as drawn: `#` is on."""
    return np.array([one == "#" for one in text], bool)


def drawn(active: NDArray[np.bool_]) -> str:
    return "".join("#" if one else "." for one in active)


@given(probabilities, thresholds, thresholds)
def test_a_frame_is_on_from_above_onset_until_below_offset(
    heard: NDArray[np.float64], one: float, other: float
) -> None:
    offset, onset = sorted((one, other))
    expected, on = [], False
    for probability in heard:
        on = probability > onset or (on and probability >= offset)
        expected.append(on)

    assert hysteresis(heard, onset=onset, offset=offset).tolist() == expected


@given(probabilities, thresholds)
def test_equal_thresholds_are_one_threshold(heard: NDArray[np.float64], threshold: float) -> None:
    assert np.array_equal(hysteresis(heard, onset=threshold, offset=threshold), heard > threshold)


@given(probabilities, thresholds, thresholds)
def test_what_is_no_pause_is_on_by_brute_force(
    heard: NDArray[np.float64], one: float, other: float
) -> None:
    offset, onset = sorted((one, other))
    expected = []
    for frame in range(len(heard)):
        first = last = frame
        while first > 0 and heard[first] <= onset and heard[first - 1] <= onset:
            first -= 1
        while last < len(heard) - 1 and heard[last] <= onset and heard[last + 1] <= onset:
            last += 1
        stretch = heard[first : last + 1]
        expected.append(bool((heard > onset).any() and not (stretch < offset).any()))

    assert between_pauses(heard, onset=onset, offset=offset).tolist() == expected


@given(probabilities, thresholds, thresholds)
def test_pauses_are_the_same_backwards_and_never_longer_than_the_offset_allows(
    heard: NDArray[np.float64], one: float, other: float
) -> None:
    offset, onset = sorted((one, other))

    found = between_pauses(heard, onset=onset, offset=offset)

    assert np.array_equal(between_pauses(heard[::-1], onset=onset, offset=offset), found[::-1])
    assert not (found & (heard < offset)).any()
    assert found[heard > onset].all()


@given(probabilities, st.lists(thresholds, min_size=3, max_size=3).map(sorted))
def test_a_higher_onset_or_offset_adds_no_speech_between_pauses(
    heard: NDArray[np.float64], levels: list[float]
) -> None:
    low, middle, high = levels

    widest = between_pauses(heard, onset=middle, offset=low)

    assert not (between_pauses(heard, onset=high, offset=low) & ~widest).any()
    assert not (between_pauses(heard, onset=middle, offset=middle) & ~widest).any()


@given(probabilities, st.lists(thresholds, min_size=3, max_size=3).map(sorted))
def test_a_higher_onset_or_offset_adds_no_time(
    heard: NDArray[np.float64], levels: list[float]
) -> None:
    low, middle, high = levels

    widest = hysteresis(heard, onset=middle, offset=low)

    assert not (hysteresis(heard, onset=high, offset=low) & ~widest).any()
    assert not (hysteresis(heard, onset=middle, offset=middle) & ~widest).any()


def test_speech_that_never_rises_above_the_onset_is_none() -> None:
    assert not hysteresis(np.full(9, 0.5), onset=0.5, offset=0.1).any()


@given(decisions)
def test_runs_are_the_frames_that_are_on(active: NDArray[np.bool_]) -> None:
    found = runs(active)

    assert found.shape == (len(found), 2)
    assert [frame for run in found for frame in range(*run)] == np.flatnonzero(active).tolist()
    assert (found[1:, 0] > found[:-1, 1]).all()


@pytest.mark.parametrize(
    ("before", "shorter_than", "after"),
    [
        ("..#..#...#..", 3, "..####...#.."),
        ("..#..#...#..", 4, "..########.."),
        ("..#..#...#..", 0, "..#..#...#.."),
        ("............", 99, "............"),
        ("", 9, ""),
    ],
)
def test_pauses_between_runs_are_filled_and_the_ends_are_not(
    before: str, shorter_than: int, after: str
) -> None:
    assert drawn(fill_gaps(frames(before), shorter_than=shorter_than)) == after


@pytest.mark.parametrize(
    ("before", "shorter_than", "after"),
    [
        ("#..##...###", 2, "...##...###"),
        ("#..##...###", 3, "........###"),
        ("#..##...###", 0, "#..##...###"),
        ("", 9, ""),
    ],
)
def test_short_runs_are_dropped_at_the_ends_too(before: str, shorter_than: int, after: str) -> None:
    assert drawn(drop_short(frames(before), shorter_than=shorter_than)) == after


@given(decisions, st.integers(0, 9))
def test_filling_adds_and_dropping_removes_and_neither_touches_its_input(
    active: NDArray[np.bool_], shorter_than: int
) -> None:
    before = active.copy()

    filled = fill_gaps(active, shorter_than=shorter_than)
    kept = drop_short(active, shorter_than=shorter_than)

    assert np.array_equal(active, before)
    assert (filled | active == filled).all()
    assert (kept & active == kept).all()


def test_edges_lie_midway_between_the_middles_of_frames() -> None:
    grid = Grid(step=0.5, width=1.0)  # middles at 0.5, 1.0, 1.5 …

    assert to_spans(frames(".##..#"), grid) == [Span(0.75, 1.75), Span(2.75, 3.25)]


def test_what_lies_before_the_recording_is_cut_off() -> None:
    late = Grid(step=1.0, width=1.0, start=-1.5)  # frames [-1.5, -0.5), [-0.5, 0.5) …

    assert to_spans(frames("##.#"), late) == [Span(0.0, 0.5), Span(1.5, 2.5)]
    assert to_spans(frames("#..."), late) == [Span(0.0, 0.0)]


@given(decisions)
def test_spans_last_as_long_as_their_frames(active: NDArray[np.bool_]) -> None:
    grid = Grid(step=0.25, width=0.5)

    assert sum(span.duration for span in to_spans(active, grid)) == 0.25 * active.sum()


def test_long_spans_are_kept_whole() -> None:
    spans = [Span(0, 0.5), Span(1, 2), Span(3, 9)]

    assert keep_long(spans, at_least_s=1.0) == [Span(1, 2), Span(3, 9)]


def test_padded_spans_stay_inside_and_join_where_they_meet() -> None:
    spans = [Span(0.5, 2), Span(3, 4), Span(8, 9.5), Span(11, 12)]

    assert pad(spans, pad_s=1.0, within=Span(0, 10)) == [Span(0, 5), Span(7, 10)]
    assert pad(spans, pad_s=0.0, within=Span(0, 10)) == [*spans[:2], Span(8, 9.5)]


def test_spans_outside_are_left_out_on_either_side() -> None:
    spans = [Span(0, 1), Span(4, 5), Span(9, 10)]

    assert pad(spans, pad_s=0.5, within=Span(3, 6)) == [Span(3.5, 5.5)]


@given(
    st.lists(st.tuples(*[st.integers(0, 40)] * 2).map(sorted), max_size=8),
    st.integers(0, 8),
)
def test_padding_loses_no_speech_and_never_overlaps(edges: list[list[int]], pad_s: int) -> None:
    spans, within = [Span(*one) for one in edges], Span(0, 40)

    padded = pad(spans, pad_s=pad_s, within=within)

    assert total([*padded, *spans]) == total(padded)
    assert sum(span.duration for span in padded) == total(padded)
