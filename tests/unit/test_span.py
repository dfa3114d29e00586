"""Spans: what they refuse, and how two of them lie to each other."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.span import Span
from diascribe.transcript import Turn

ends = st.tuples(st.integers(0, 1000), st.integers(0, 1000)).map(sorted)
any_spans = ends.map(lambda both: Span(both[0] / 8, both[1] / 8))
"""Spans on eighths of a second, which floats hold exactly."""


@pytest.mark.parametrize(
    ("start", "end"),
    [(-0.1, 1.0), (2.0, 1.0), (0.0, math.inf), (math.nan, 1.0), (0.0, math.nan), (-1.0, -0.5)],
)
def test_impossible_spans_cannot_be_built(start: float, end: float) -> None:
    with pytest.raises(ValueError, match="a span needs 0 <= start <= end < inf"):
        Span(start, end)


def test_an_instant_is_a_span() -> None:
    instant = Span(3.0, 3.0)

    assert instant.duration == 0
    assert instant.middle == 3.0


def test_duration_and_middle_by_hand() -> None:
    span = Span(1.5, 4.0)

    assert span.duration == 2.5
    assert span.middle == 2.75


@pytest.mark.parametrize(
    ("other", "overlap", "gap"),
    [
        (Span(0, 1), 0, 1),
        (Span(1, 2), 0, 0),
        (Span(1, 3), 1, 0),
        (Span(3, 4), 1, 0),
        (Span(1, 9), 4, 0),
        (Span(7.5, 9), 0, 1.5),
    ],
)
def test_overlap_and_gap_by_hand(other: Span, overlap: float, gap: float) -> None:
    span = Span(2, 6)

    assert span.shared(other) == overlap
    assert span.gap(other) == gap


@given(any_spans, any_spans)
def test_two_spans_either_overlap_or_lie_apart_whichever_is_asked(one: Span, other: Span) -> None:
    assert one.shared(other) == other.shared(one)
    assert one.gap(other) == other.gap(one)
    assert one.shared(other) == 0 or one.gap(other) == 0


@given(any_spans, any_spans, st.integers(0, 800))
def test_moving_both_changes_nothing_between_them(one: Span, other: Span, eighths: int) -> None:
    later = eighths / 8

    assert one.shifted(later).shared(other.shifted(later)) == one.shared(other)
    assert one.shifted(later).gap(other.shifted(later)) == one.gap(other)


def test_shifting_keeps_what_a_span_is() -> None:
    turn = Turn(1.0, 2.0, speaker="SPEAKER_00", confidence=0.5)

    assert turn.shifted(0.5) == Turn(1.5, 2.5, speaker="SPEAKER_00", confidence=0.5)


def test_nothing_is_shifted_before_the_recording() -> None:
    with pytest.raises(ValueError, match="0 <= start"):
        Span(1.0, 2.0).shifted(-1.5)
