"""Seconds as people read them, and the round times at which an axis is labelled."""

from __future__ import annotations

from diascribe.formats.clock import HOUR_MS, milliseconds, short_stamp
from diascribe.span import Span

HOUR_S = 3600
STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200)
"""Seconds between labels, or of a bin, that people find round."""


def clock(second: float, *, hours: bool) -> str:
    """`h:mm:ss`, or `m:ss` where the whole recording has no hours; the fraction cut off.

    >>> clock(65.9, hours=False), clock(65, hours=True)
    ('1:05', '0:01:05')
    """
    time_ms = milliseconds(second)
    stamp = short_stamp(time_ms)
    if hours or time_ms >= HOUR_MS:
        return stamp
    minutes, seconds = stamp.split(":")[1:]
    return f"{int(minutes)}:{seconds}"


def length(seconds: float) -> str:
    """How long something is, in words.

    >>> length(1), length(90), length(7200), length(0.4)
    ('1 second', '90 seconds', '2 hours', '0.4 seconds')
    """
    for unit, size in (("hour", HOUR_S), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            return _counted(seconds / size, unit)
    return _counted(seconds, "second")


def _counted(number: float, unit: str) -> str:
    return f"{number:g} {unit}" + ("" if number == 1 else "s")


def round_step(seconds: float, *, parts: int) -> float:
    """The shortest round step that cuts `seconds` into at most `parts`.

    >>> round_step(3600, parts=96), round_step(24 * 3600, parts=12), round_step(0.5, parts=9)
    (60, 7200, 1)
    """
    days = -(-seconds // (parts * 24 * HOUR_S)) * 24 * HOUR_S
    return next((one for one in STEPS_S if one * parts >= seconds), days)


def ticks(window: Span, *, parts: int) -> list[float]:
    """Round times within the window, its end included.

    >>> ticks(Span(60, 120), parts=4)
    [60, 75, 90, 105, 120]
    """
    step = round_step(window.duration, parts=parts)
    first = -(-window.start // step)
    count = int(window.end // step - first)
    return [(first + place) * step for place in range(count + 1)]
