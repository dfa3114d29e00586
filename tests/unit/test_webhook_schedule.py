"""When a webhook that did not arrive is sent again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from diascribe.jobs.webhooks.schedule import LONGEST_S, WAITS_S, wait_s

CHANCE = st.floats(0, 1)
TRIES = st.integers(0, len(WAITS_S) - 1)


def test_the_first_try_is_at_once_and_the_last_after_three_days() -> None:
    waits = [wait_s(tries, 0.5) for tries in range(len(WAITS_S) + 1)]

    assert waits[0] == 0
    assert waits[-1] is None
    hours = sum(one for one in waits if one is not None) / 3600
    assert 72 < hours < 77


@given(TRIES, CHANCE, CHANCE)
def test_chance_moves_a_wait_by_a_tenth(tries: int, jitter: float, other: float) -> None:
    one, two = wait_s(tries, jitter), wait_s(tries, other)

    assert one is not None
    assert two is not None
    assert abs(one - WAITS_S[tries]) <= 0.1 * WAITS_S[tries] + 1e-6
    assert abs(one - two) <= 0.2 * WAITS_S[tries] + 1e-6


@given(TRIES, CHANCE, st.floats(0, 1e9))
def test_a_receiver_makes_a_wait_longer_and_never_shorter(
    tries: int, jitter: float, told_s: float
) -> None:
    own_s, wait = wait_s(tries, jitter), wait_s(tries, jitter, told_s)

    assert own_s is not None
    assert wait is not None
    assert wait >= own_s
    assert wait == own_s or wait == min(told_s, LONGEST_S)
