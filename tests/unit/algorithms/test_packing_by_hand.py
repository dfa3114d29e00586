"""Where packing cuts and what it joins."""

import pytest

from diascribe.algorithms.packing import pack
from diascribe.span import Span


def test_nothing_packs_to_nothing() -> None:
    assert pack([], max_s=10) == []


def test_a_span_that_fits_is_left_alone() -> None:
    assert pack([Span(1, 11)], max_s=10) == [Span(1, 11)]


def test_a_long_span_without_quiet_points_is_cut_evenly() -> None:
    assert pack([Span(0, 24)], max_s=10) == [
        Span(0, 8),
        Span(8, 16),
        Span(16, 24),
    ]


def test_a_long_span_is_cut_at_the_last_quiet_point_in_reach() -> None:
    assert pack([Span(0, 15)], max_s=10, quiet=[6, 9, 12]) == [Span(0, 9), Span(9, 15)]


def test_a_quiet_point_that_would_leave_a_scrap_is_passed_over() -> None:
    assert pack([Span(0, 12)], max_s=10, quiet=[1]) == [Span(0, 6), Span(6, 12)]


def test_neighbours_are_joined_with_the_pause_between_them() -> None:
    assert pack([Span(3, 4), Span(0, 2)], max_s=10, gap_s=1) == [Span(0, 4)]


def test_neighbours_too_far_apart_stay_apart() -> None:
    assert pack([Span(0, 2), Span(3.5, 4)], max_s=10, gap_s=1) == [Span(0, 2), Span(3.5, 4)]


def test_neighbours_too_long_together_stay_apart() -> None:
    assert pack([Span(0, 6), Span(6.5, 12)], max_s=10, gap_s=1) == [Span(0, 6), Span(6.5, 12)]


def test_overlapping_speech_is_packed_once() -> None:
    assert pack([Span(0, 4), Span(2, 6)], max_s=10) == [Span(0, 6)]


def test_pieces_without_length_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 0 s"):
        pack([Span(0, 1)], max_s=0)
