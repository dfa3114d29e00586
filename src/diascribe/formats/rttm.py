"""RTTM, the format of diarization scoring: a line a turn, ten columns.

Speakers are ids, for a score must not depend on names. A recording's name is
percent-encoded where it would break columns. Channels count from 1.
"""

from __future__ import annotations

from diascribe.formats import columns
from diascribe.formats.columns import NOBODY
from diascribe.formats.reading import Line
from diascribe.span import Span
from diascribe.timeline import merge
from diascribe.transcript import Transcript, Turn

TYPE = "SPEAKER"
UNSCORED = "NOSCORE"
OTHER_TYPES = frozenset(
    (
        *("SEGMENT", UNSCORED, "NO_RT_METADATA", "LEXEME", "NON-LEX", "NON-SPEECH", "FILLER"),
        *("EDIT", "SU", "IP", "CB", "A/P", "SPKR-INFO"),
    )
)
"""What NIST's RTTM says beside turns; any other word at a line's start is a mistake."""

WANTED = "SPEAKER recording channel start duration <NA> <NA> speaker confidence <NA>"


def write(transcript: Transcript, name: str) -> str:
    """The turns of the recording called `name`, in their order."""
    return "".join(f"{_line(columns.escape(name), turn)}\n" for turn in transcript.turns)


def parse(text: str) -> dict[str, tuple[Turn, ...]]:
    """The turns of each recording in the file's order; lines of NIST's other types are skipped.

    Raises:
        TranscriptFormatError: names the line and what it should have held.
    """
    turns: dict[str, list[Turn]] = {}
    for line in columns.table(text):
        if line.text.split()[0] not in OTHER_TYPES:
            recording, turn = _turn(line)
            turns.setdefault(recording, []).append(turn)
    return {recording: tuple(found) for recording, found in turns.items()}


def unscored(text: str) -> dict[str, tuple[Span, ...]]:
    """The stretches of each recording that `NOSCORE` lines keep out of every score.

    Raises:
        TranscriptFormatError: names the line and what it should have held.
    """
    spans: dict[str, list[Span]] = {}
    for line in columns.table(text):
        fields = line.text.split()
        if fields[0] == UNSCORED:
            _, recording, _, start, duration = columns.split(line, WANTED, (9, 10))[:5]
            span = columns.read_span(line, start, duration)
            spans.setdefault(columns.unescape(recording), []).append(span)
    return {recording: tuple(merge(found)) for recording, found in spans.items()}


def _line(recording: str, turn: Turn) -> str:
    channel, times = columns.channel_column(turn.channel), columns.times(turn)
    confidence = NOBODY if turn.confidence is None else f"{turn.confidence:.3f}"
    place = f"{TYPE} {recording} {channel} {times}"
    return f"{place} {NOBODY} {NOBODY} {columns.escape(turn.speaker)} {confidence} {NOBODY}"


def _turn(line: Line) -> tuple[str, Turn]:
    """The recording and the turn of a line; the tenth column may be absent, as in Kaldi's."""
    fields = columns.split(line, WANTED, (9, 10))
    kind, recording, channel, start, duration, _, _, speaker, confidence = fields[:9]
    if kind != TYPE:
        raise line.refuse(WANTED, line.text)
    span = columns.read_span(line, start, duration)
    return columns.unescape(recording), Turn(
        span.start,
        span.end,
        speaker=columns.unescape(speaker),
        confidence=columns.read_confidence(line, confidence),
        channel=columns.read_channel(channel),
    )
