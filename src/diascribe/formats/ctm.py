"""CTM, the format of word scoring: a line a word, five columns and perhaps a confidence.

A recording's name is percent-encoded where it would break columns. A word with a blank
in it (`10 000`) becomes several, its time shared by their characters. Channels count
from 1. CTM has no speakers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from diascribe.formats import columns
from diascribe.formats.reading import Line
from diascribe.timeline import spread
from diascribe.transcript import Transcript, Word

WANTED = "recording channel start duration word and perhaps a confidence"
REQUIRED_COLUMNS = 5


def write(transcript: Transcript, name: str) -> str:
    """The words of the recording called `name`, sorted by channel and start as scorers want."""
    recording = columns.escape(name)
    words = [piece for word in transcript.words for piece in _unblanked(word)]
    words.sort(key=lambda one: (columns.channel_column(one.channel), one.start))
    return "".join(f"{_line(recording, word)}\n" for word in words)


def parse(text: str) -> dict[str, tuple[Word, ...]]:
    """The words of each recording in the file's order, their times somebody else's.

    Columns after the confidence, as NIST's tools write them, are passed over.

    Raises:
        TranscriptFormatError: names the line and what it should have held.
    """
    words: dict[str, list[Word]] = {}
    for line in columns.table(text):
        recording, word = _word(line)
        words.setdefault(recording, []).append(word)
    return {recording: tuple(found) for recording, found in words.items()}


def _unblanked(word: Word) -> Iterator[Word]:
    """The word, or its parts between blanks."""
    texts = word.text.split()
    for text, span in zip(texts, spread(texts, word), strict=True):
        yield replace(word, start=span.start, end=span.end, text=text)


def _line(recording: str, word: Word) -> str:
    channel, times = columns.channel_column(word.channel), columns.times(word)
    confidence = "" if word.confidence is None else f" {word.confidence:.3f}"
    return f"{recording} {channel} {times} {word.text}{confidence}"


def _word(line: Line) -> tuple[str, Word]:
    fields = line.text.split()
    if len(fields) < REQUIRED_COLUMNS:
        raise line.refuse(WANTED, line.text)
    recording, channel, start, duration, text = fields[:REQUIRED_COLUMNS]
    span = columns.read_span(line, start, duration)
    return columns.unescape(recording), Word(
        span.start,
        span.end,
        text=text,
        timing="recognizer",
        confidence=columns.read_confidence(line, fields[5]) if fields[5:] else None,
        channel=columns.read_channel(channel),
    )
