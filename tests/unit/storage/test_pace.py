"""How long an exchange may take: with the time passed in."""

from __future__ import annotations

from threading import Event

import pytest

from diascribe.errors import FetchLimitError
from diascribe.storage.pace import Limits, Pace


class Time:
    """Goes on when it is told to."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


LIMITS = Limits(most_bytes=1 << 30, most_s=3600, silent_s=15, least_bytes_per_s=100, stretch_s=30)


def test_the_next_byte_is_waited_for_until_silence_or_the_end_of_the_time() -> None:
    time = Time()
    pace = Pace(LIMITS, "it", time)
    assert pace.patience_s() == 15

    time.now_s += 3590
    assert pace.patience_s() == 10

    time.now_s += 10
    with pytest.raises(FetchLimitError, match="it: took longer than 3600 s"):
        pace.patience_s()


def test_a_fast_start_does_not_pay_for_a_slow_end() -> None:
    time = Time()
    pace = Pace(LIMITS, "it", time)
    time.now_s += 30
    pace.came(100_000_000)

    time.now_s += 29
    pace.came(1)
    time.now_s += 1
    with pytest.raises(FetchLimitError, match="slower than 100 bytes/s for 30 s"):
        pace.came(1)


def test_what_nobody_waits_for_any_more_ends_at_its_next_byte() -> None:
    stopped = Event()
    pace = Pace(LIMITS, "it", Time(), stopped.is_set)
    assert pace.patience_s() == 15

    stopped.set()

    with pytest.raises(FetchLimitError, match="it: was stopped"):
        pace.patience_s()


def test_what_is_fast_enough_goes_on() -> None:
    time = Time()
    pace = Pace(LIMITS, "it", time)

    for _ in range(100):
        time.now_s += 10
        pace.came(1000)

    assert pace.patience_s() == 15


def test_framing_cannot_be_endless() -> None:
    pace = Pace(Limits(most_bytes=1000, most_s=10), "it", Time())
    pace.came(1 << 20)
    with pytest.raises(FetchLimitError, match="at most 1000 bytes"):
        pace.came(8001)
