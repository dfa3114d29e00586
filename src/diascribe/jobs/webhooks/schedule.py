"""When a webhook that did not arrive is sent again."""

from __future__ import annotations

WAITS_S = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Before each try: the schedule of the Standard Webhooks specification, three days in all."""

SPREAD = 0.1
"""How much of a wait is left to chance, so that receivers are not hit by all senders at once."""

LONGEST_S = 86_400.0
"""More than a day's wait is nobody's to ask for."""

GONE = 410
"""The receiver wants no more."""


def wait_s(tries: int, jitter: float, told_s: float | None = None) -> float | None:
    """Seconds before the next try, after some that failed; null when it is given up.

    Args:
        tries: How many there were.
        jitter: From 0 to 1, drawn anew for each wait.
        told_s: What the receiver asked for; it can make a wait longer, never shorter.

    >>> wait_s(1, 0.5), wait_s(10, 0.5)
    (5.0, None)
    """
    if tries >= len(WAITS_S):
        return None
    own_s = WAITS_S[tries] * (1 + SPREAD * (2 * jitter - 1))
    return max(own_s, min(told_s or 0.0, LONGEST_S))


def is_delivered(status: int) -> bool:
    """Whether a receiver has taken a message: nothing but 2xx says so, redirects included.

    >>> is_delivered(204), is_delivered(302)
    (True, False)
    """
    return 200 <= status < 300


def is_final(status: int) -> bool:
    """Whether another try makes no sense: it arrived, or the receiver wants no more.

    All else is tried again, also what a wrong set-up answers (401, 404): its owner mends it
    within the three days.

    >>> is_final(200), is_final(410), is_final(404), is_final(503)
    (True, True, False, False)
    """
    return is_delivered(status) or status == GONE
