"""RTTM, the format of diarization scoring: a line a turn, ten columns.

Speakers are ids, for a score must not depend on names. A recording's name is
percent-encoded where it would break columns. Channels count from 1.
"""

from __future__ import annotations

from diascribe.formats import columns
from diascribe.formats.columns import NOBODY
from diascribe.formats.reading import Line
from diascribe.transcript import Transcript, Turn

TYPE = "SPEAKER"
WANTED = "SPEAKER recording channel start duration <NA> <NA> speaker confidence <NA>"


def write(transcript: Transcript, name: str) -> str:
    """The turns of the recording called `name`, in their order."""
    return "".join(f"{_line(columns.escape(name), turn)}\n" for turn in transcript.turns)


def parse(text: str) -> dict[str, tuple[Turn, ...]]:
    """The turns of each recording in the file's order; lines of other types are skipped.

    Raises:
        TranscriptFormatError: names the line and what it should have held.
    """
    turns: dict[str, list[Turn]] = {}
    for line in columns.table(text):
        if line.text.split()[0] == TYPE:
            recording, turn = _turn(line)
            turns.setdefault(recording, []).append(turn)
    return {recording: tuple(found) for recording, found in turns.items()}


def _line(recording: str, turn: Turn) -> str:
    channel, times = columns.channel_column(turn.channel), columns.times(turn)
    confidence = NOBODY if turn.confidence is None else f"{turn.confidence:.3f}"
    place = f"{TYPE} {recording} {channel} {times}"
    return f"{place} {NOBODY} {NOBODY} {columns.escape(turn.speaker)} {confidence} {NOBODY}"


def _turn(line: Line) -> tuple[str, Turn]:
    """The recording and the turn of a line; the tenth column may be absent, as in Kaldi's."""
    fields = columns.split(line, WANTED, (9, 10))
    _, recording, channel, start, duration, _, _, speaker, confidence = fields[:9]
    span = columns.read_span(line, start, duration)
    return columns.unescape(recording), Turn(
        span.start,
        span.end,
        speaker=columns.unescape(speaker),
        confidence=columns.read_confidence(line, confidence),
        channel=columns.read_channel(channel),
    )
