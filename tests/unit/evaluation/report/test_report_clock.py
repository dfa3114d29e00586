"""Times on axes and lengths of bins."""

import pytest

from diascribe.evaluation.report.clockface import clock, length, ticks
from diascribe.span import Span


@pytest.mark.parametrize(
    ("second", "hours", "text"),
    [
        (0, False, "0:00"),
        (59.9, False, "0:59"),
        (3599, False, "59:59"),
        (3600, False, "1:00:00"),
        (59, True, "0:00:59"),
        (90_000, True, "25:00:00"),
    ],
)
def test_a_clock_shows_hours_where_there_are_any(second: float, hours: bool, text: str) -> None:  # noqa: FBT001 - a table
    assert clock(second, hours=hours) == text


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Span(0, 60), [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]),
        (Span(61, 100), [65, 70, 75, 80, 85, 90, 95, 100]),
        (Span(0, 3590), [300 * place for place in range(12)]),
        (Span(0, 86_400), [7200 * place for place in range(13)]),
        (Span(0, 0.5), [0]),
        (Span(0, 0), [0]),
    ],
)
def test_ticks_are_round_and_few(window: Span, expected: list[float]) -> None:
    assert ticks(window, parts=12) == expected


def test_weeks_have_ticks_too() -> None:
    assert len(ticks(Span(0, 30 * 86_400), parts=12)) <= 13


def test_lengths_are_said_in_the_largest_unit_that_is_whole() -> None:
    said = [length(one) for one in (1, 15, 60, 90, 900, 3600, 7200)]

    assert said == [
        *("1 second", "15 seconds", "1 minute", "90 seconds"),
        *("15 minutes", "1 hour", "2 hours"),
    ]
