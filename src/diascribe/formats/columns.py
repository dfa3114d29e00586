"""What the blank-separated formats of scoring tools share: RTTM, CTM, STM and UEM."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from urllib.parse import quote, unquote

from diascribe.formats.clock import decimal, milliseconds
from diascribe.formats.reading import Line, rows
from diascribe.span import Span

NOBODY = "<NA>"
"""What a column says where nothing is known: RTTM's own word."""

COMMENT = ";;"

UNSAFE = re.compile(r'[%";\s\x00-\x1f\x7f]')
"""Blanks split columns, `;;` starts a comment, and table readers take quotes for quoting."""


def escape(text: str) -> str:
    """The text as one column, what would break columns percent-encoded; `<NA>` where empty.

    Halves of surrogate pairs, as in names of files that are no Unicode, become question marks.

    >>> escape("board meeting 3")
    'board%20meeting%203'
    """
    written = text.encode(errors="replace").decode()
    return UNSAFE.sub(lambda found: quote(found[0]), written) or NOBODY


def unescape(column: str) -> str:
    """What `escape` was given."""
    return unquote(column)


def times(span: Span) -> str:
    """Start and duration; their sum is the end to the millisecond."""
    start_ms, end_ms = milliseconds(span.start), milliseconds(span.end)
    return f"{decimal(start_ms)} {decimal(end_ms - start_ms)}"


def channel_column(channel: int | None) -> int:
    """A channel counted from 1, as scorers want it; the first where it is unknown."""
    return 1 if channel is None else channel + 1


def table(text: str) -> Iterator[Line]:
    """The lines that are neither empty nor a comment."""
    return (line for line in rows(text) if not line.text.startswith(COMMENT))


def split(line: Line, wanted: str, counts: tuple[int, ...]) -> list[str]:
    """The line's columns, as many as one of `counts`."""
    fields = line.text.split()
    if len(fields) not in counts:
        raise line.refuse(wanted, line.text)
    return fields


def read_span(line: Line, start: str, duration: str) -> Span:
    """The stretch that two columns give; summed as decimals, so that 1.1 + 2.2 is 3.3."""
    onset = _number(line, "start", start)
    return line.span(float(onset), float(onset + _number(line, "duration", duration)))


def read_bounds(line: Line, start: str, end: str) -> Span:
    """The stretch whose start and end two columns give."""
    return line.span(float(_number(line, "start", start)), float(_number(line, "end", end)))


def read_confidence(line: Line, column: str) -> float | None:
    """A number from 0 to 1; null for `<NA>` and on other scales, as of log likelihoods."""
    if column == NOBODY:
        return None
    try:
        value = float(column)
    except ValueError as error:
        raise line.refuse("a number as confidence", column) from error
    return value if 0 <= value <= 1 else None


def read_channel(column: str) -> int | None:
    """The channel counted from 0; null where it has a name instead of a number."""
    known = column.isascii() and column.isdecimal() and int(column) > 0
    return int(column) - 1 if known else None


def _number(line: Line, name: str, column: str) -> Decimal:
    try:
        value = Decimal(column)
    except InvalidOperation as error:
        raise line.refuse(f"a number as {name}", column) from error
    if not (value.is_finite() and 0 <= float(value) < math.inf):
        raise line.refuse(f"a number from 0 up as {name}", column)
    return value
