"""Arithmetic on spans against counting of seconds one by one; grids by hand."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.span import Span
from diascribe.timeline import Grid, Index, merge, total, without

whole = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted)
many = st.lists(whole.map(lambda ends: Span(*ends)), max_size=12)
"""Spans on whole seconds, so that time can be counted second by second."""


def seconds(spans: list[Span]) -> set[int]:
    return {second for span in spans for second in range(int(span.start), int(span.end))}


@given(many)
def test_merging_keeps_exactly_the_covered_time(spans: list[Span]) -> None:
    assert seconds(merge(spans)) == seconds(spans)


@given(many, st.integers(0, 5))
def test_merged_spans_are_sorted_and_further_apart_than_the_gap(
    spans: list[Span], gap_s: int
) -> None:
    merged = merge(spans, gap_s=gap_s)

    assert all(before.end + gap_s < after.start for before, after in pairwise(merged))


@given(many, st.integers(0, 5))
def test_merging_fills_only_pauses_no_longer_than_the_gap(spans: list[Span], gap_s: int) -> None:
    pauses = [
        Span(before.end, after.start)
        for before, after in pairwise(merge(spans))
        if before.gap(after) <= gap_s
    ]

    assert seconds(merge(spans, gap_s=gap_s)) == seconds(spans) | seconds(pauses)


@given(many, st.integers(0, 5))
def test_merging_again_changes_nothing(spans: list[Span], gap_s: int) -> None:
    once = merge(spans, gap_s=gap_s)

    assert merge(once, gap_s=gap_s) == once


@given(many)
def test_the_total_counts_shared_time_once(spans: list[Span]) -> None:
    assert total(spans) == len(seconds(spans))


def test_a_grid_by_hand() -> None:
    grid = Grid(step=0.5, width=1.0, start=2.0)

    assert grid.middle(0) == 2.5
    assert grid.middle(3) == 4.0
    assert grid.middle(0.5) == 2.75
    assert grid.nearest(4.2) == 3
    assert grid.nearest(4.3) == 4
    assert grid.nearest(0.0) == -5


@given(st.integers(0, 10_000_000), st.floats(-0.49, 0.49))
def test_a_second_is_nearest_to_the_frame_whose_middle_is_within_half_a_step(
    frame: int, off: float
) -> None:
    grid = Grid(step=270 / 16_000, width=991 / 16_000)

    assert grid.nearest(grid.middle(frame) + off * grid.step) == frame


@given(many, whole.map(lambda ends: Span(*ends)))
def test_an_index_finds_those_that_share_a_second(spans: list[Span], span: Span) -> None:
    found = Index(spans).overlapping(span)

    expected = [one for one in spans if seconds([one]) & seconds([span])]
    assert found == sorted(expected, key=lambda one: (one.start, one.end))


@given(many, whole.map(lambda ends: Span(*ends)), st.integers(0, 30))
def test_an_index_finds_the_nearest_or_nothing_within_reach(
    spans: list[Span], span: Span, within_s: int
) -> None:
    found = Index(spans).nearest(span, within_s=within_s)

    gaps = [one.gap(span) for one in spans if one.gap(span) <= within_s]
    assert (found.gap(span) if found else None) == min(gaps, default=None)


def test_of_two_equally_near_the_earlier_is_nearest() -> None:
    index = Index([Span(5, 6), Span(1, 2)])

    assert index.nearest(Span(3, 4), within_s=1) == Span(1, 2)
    assert index.nearest(Span(3, 4), within_s=0.9) is None
    assert Index([]).nearest(Span(3, 4), within_s=9) is None


@pytest.mark.parametrize(
    ("holes", "left"),
    [
        ([], [Span(0, 4), Span(6, 9)]),
        ([Span(0, 9)], []),
        ([Span(3, 7)], [Span(0, 3), Span(7, 9)]),
        ([Span(4, 6)], [Span(0, 4), Span(6, 9)]),
        ([Span(0, 1), Span(2, 3)], [Span(1, 2), Span(3, 4), Span(6, 9)]),
    ],
)
def test_holes_are_cut_out_of_regions(holes: list[Span], left: list[Span]) -> None:
    assert without([Span(0, 4), Span(6, 9)], holes) == left


@given(many, many)
def test_what_is_left_without_holes_is_the_time_that_they_do_not_cover(
    spans: list[Span], holes: list[Span]
) -> None:
    left = without(merge(spans), merge(holes))

    assert seconds(left) == seconds(spans) - seconds(holes)
