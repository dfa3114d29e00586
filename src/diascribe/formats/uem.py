"""UEM, what a score looks at: a line a stretch, with recording, channel, start and end.

Stretches of all channels are taken together, for turns and words are scored on one clock. A
recording of which nothing is scored has a stretch without length: absent, it would lack.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from diascribe.formats import columns
from diascribe.formats.clock import decimal, milliseconds
from diascribe.formats.reading import Line, rows
from diascribe.span import Span
from diascribe.timeline import merge

COMMENT = ";"
CHANNEL = 1
WANTED = "recording channel start end"
NOTHING = Span(0, 0)


def write(scored: Mapping[str, Sequence[Span]]) -> str:
    """The stretches of each recording, in their order."""
    return "".join(
        f"{columns.escape(recording)} {CHANNEL} {_times(span)}\n"
        for recording, spans in scored.items()
        for span in spans or (NOTHING,)
    )


def parse(text: str) -> dict[str, tuple[Span, ...]]:
    """The stretches of each recording, sorted and disjoint.

    Raises:
        TranscriptFormatError: names the line and what it should have held.
    """
    scored: dict[str, list[Span]] = {}
    for line in rows(text):
        if not line.text.lstrip().startswith(COMMENT):
            recording, span = _stretch(line)
            scored.setdefault(recording, []).extend([span] if span.duration else [])
    return {recording: tuple(merge(spans)) for recording, spans in scored.items()}


def _times(span: Span) -> str:
    return " ".join(decimal(milliseconds(time)) for time in (span.start, span.end))


def _stretch(line: Line) -> tuple[str, Span]:
    recording, _, start, end = columns.split(line, WANTED, (4,))
    return columns.unescape(recording), columns.read_bounds(line, start, end)
