"""Spans to pixels: by hand, and that merging neither adds nor loses any."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from diascribe.evaluation.report.raster import (
    CELLS,
    Scale,
    Stretch,
    between,
    clipped,
    stretches,
)
from diascribe.span import Span

DAY_S = 24 * 3600.0
times = st.floats(0, 200, allow_nan=False)
spans = st.lists(st.tuples(times, times).map(sorted).map(lambda ends: Span(*ends)), max_size=20)


def pixels(found: list[Stretch]) -> set[int]:
    """The cells that stretches cover."""
    ends = [(round(left * CELLS), round(right * CELLS)) for left, right in found]
    return {cell for first, last in ends for cell in range(first, last)}


def test_a_window_is_spread_over_the_width() -> None:
    scale = Scale(Span(60, 120), width=600, left=100)

    assert [scale.x(one) for one in (60, 90, 120)] == [100, 400, 700]


def test_spans_are_cut_at_the_windows_ends_and_left_out_beyond() -> None:
    found = clipped([Span(0, 5), Span(8, 30), Span(30, 40), Span(40, 50)], Span(10, 40))

    assert found == [Span(10, 30), Span(30, 40)]


def test_the_shortest_span_still_takes_a_cell() -> None:
    assert stretches([Span(50_000, 50_000.01)], Scale(Span(0, DAY_S), width=864)) == [(500, 500.25)]


def test_gaps_wider_than_a_cell_stay() -> None:
    scale = Scale(Span(0, 100), width=100)

    assert stretches([Span(1, 2), Span(2.5, 3)], scale) == [(1, 2), (2.5, 3)]


@given(spans)
def test_merged_stretches_cover_the_same_pixels_as_each_alone(some: list[Span]) -> None:
    scale = Scale(Span(20, 150), width=77, left=3)

    together = pixels(stretches(some, scale))

    assert together == {cell for one in some for cell in pixels(stretches([one], scale))}


@given(spans)
def test_merged_stretches_are_sorted_and_apart(some: list[Span]) -> None:
    found = stretches(some, Scale(Span(0, 200), width=50))

    assert all(before[1] < after[0] for before, after in pairwise(found))


@given(spans)
def test_stretches_and_what_is_between_fill_the_picture_once(some: list[Span]) -> None:
    scale = Scale(Span(0, 200), width=50, left=10)
    found = stretches(some, scale)

    rest = between(found, scale)

    assert not pixels(found) & pixels(rest)
    assert pixels(found) | pixels(rest) == set(range(10 * CELLS, 60 * CELLS))


def test_a_day_of_turns_is_no_more_marks_than_the_picture_has_cells() -> None:
    turns = [Span(start, start + 1) for start in range(0, int(DAY_S), 2)]

    assert len(stretches(turns, Scale(Span(0, DAY_S), width=900))) <= 900 * CELLS / 2
