"""A table with tabs, as Whisper writes it, and a column for the speaker.

The columns are `start`, `end` (whole milliseconds), `speaker` (the name; empty where
nobody is known) and `text`: one row a segment, for spreadsheets.
"""

from __future__ import annotations

from diascribe.formats.clock import milliseconds, seconds
from diascribe.formats.reading import Line, rows
from diascribe.formats.tokens import tidy
from diascribe.formats.utterances import Utterance
from diascribe.transcript import Segment, Transcript

COLUMNS = ("start", "end", "speaker", "text")
HEADER = "\t".join(COLUMNS)


def write(transcript: Transcript) -> str:
    """The header, then a row a segment; a tab or line break in a text becomes a blank."""
    table = (_row(transcript, segment) for segment in transcript.segments)
    return "".join(f"{row}\n" for row in (HEADER, *table))


def parse(text: str) -> tuple[Utterance, ...]:
    """The rows in the file's order.

    Raises:
        TranscriptFormatError: names the line and what it should have held.
    """
    table = list(rows(text))
    if not table or table[0].text != HEADER:
        first = table[0] if table else Line(1, "")
        raise first.refuse(f"the header {HEADER!r}", first.text)
    return tuple(_utterance(line) for line in table[1:])


def _row(transcript: Transcript, segment: Segment) -> str:
    speaker = transcript.name_of(segment.speaker) if segment.speaker else ""
    start_ms, end_ms = milliseconds(segment.start), milliseconds(segment.end)
    return f"{start_ms}\t{end_ms}\t{tidy(speaker)}\t{tidy(segment.text)}"


def _utterance(line: Line) -> Utterance:
    fields = line.text.split("\t")
    if len(fields) != len(COLUMNS):
        raise line.refuse(f"{len(COLUMNS)} columns", line.text)
    start, end, speaker, text = fields
    span = line.span(_time(line, "start", start), _time(line, "end", end))
    return Utterance(span.start, span.end, text, speaker or None)


def _time(line: Line, name: str, field: str) -> float:
    if not (field.isascii() and field.isdecimal()):
        raise line.refuse(f"whole milliseconds as {name}", field)
    return seconds(int(field))
