"""The line of a subtitle file that says when a cue is shown."""

from __future__ import annotations

import re

from diascribe.formats.clock import HOUR_MS, MINUTE_MS, SECOND_MS, milliseconds, seconds, stamp
from diascribe.formats.reading import Line
from diascribe.span import Span

ARROW = " --> "

STAMP = r"(?:(\d+):)?([0-5]?\d):([0-5]?\d)[.,](\d{3})"
"""Hours may be left out; SRT has a comma and WebVTT a point, and both turn up in both."""

TIMING = re.compile(rf"\s*{STAMP}\s*-->\s*{STAMP}(?:\s.*)?", re.ASCII)
"""What follows the times is WebVTT's settings of the cue, or SRT's coordinates."""


def timing(span: Span, *, point: str) -> str:
    """`hh:mm:ss.mmm --> hh:mm:ss.mmm`."""
    times = (span.start, span.end)
    return ARROW.join(stamp(milliseconds(time), point=point) for time in times)


def is_timing(line: Line) -> bool:
    """Whether the line looks like one, well formed or not."""
    return "-->" in line.text


def read_timing(line: Line) -> Span:
    """When the cue is shown.

    Raises:
        TranscriptFormatError: unless the line is `hh:mm:ss.mmm --> hh:mm:ss.mmm`.
    """
    found = TIMING.fullmatch(line.text)
    if found is None:
        raise line.refuse("hh:mm:ss.mmm --> hh:mm:ss.mmm", line.text)
    start_ms, end_ms = _total_ms(found.groups()[:4]), _total_ms(found.groups()[4:])
    return line.span(seconds(start_ms), seconds(end_ms))


def _total_ms(fields: tuple[str | None, ...]) -> int:
    hours, minutes, whole, rest_ms = (int(field or 0) for field in fields)
    return hours * HOUR_MS + minutes * MINUTE_MS + whole * SECOND_MS + rest_ms
