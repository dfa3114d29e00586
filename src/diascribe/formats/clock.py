"""Seconds as whole milliseconds, and how text formats print them."""

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS


def milliseconds(second: float) -> int:
    """The nearest whole millisecond: the one place where a result's times are rounded.

    >>> milliseconds(1.2345678)
    1235
    """
    return round(second * SECOND_MS)


def seconds(time_ms: int) -> float:
    """The seconds of whole milliseconds; `milliseconds` gives them back unchanged."""
    return time_ms / SECOND_MS


def stamp(time_ms: int, *, point: str) -> str:
    """`hh:mm:ss` and three digits behind `point`; hours take more digits where needed.

    >>> stamp(3_723_045, point=",")
    '01:02:03,045'
    """
    hours, rest_ms = divmod(time_ms, HOUR_MS)
    minutes, rest_ms = divmod(rest_ms, MINUTE_MS)
    whole, rest_ms = divmod(rest_ms, SECOND_MS)
    return f"{hours:02d}:{minutes:02d}:{whole:02d}{point}{rest_ms:03d}"


def short_stamp(time_ms: int) -> str:
    """`h:mm:ss`, the fraction cut off.

    >>> short_stamp(3_723_945)
    '1:02:03'
    """
    return f"{time_ms // HOUR_MS}:{stamp(time_ms % HOUR_MS, point='.')[3:8]}"


def decimal(time_ms: int) -> str:
    """Seconds with three decimals.

    >>> decimal(62_005)
    '62.005'
    """
    return f"{time_ms // SECOND_MS}.{time_ms % SECOND_MS:03d}"
