"""STM, the references of word scoring: a line an utterance, perhaps with a label, and text.

The text is everything after the times, or after the label `<o,f0,male>` where there is
one; NIST's marks in it, as `(%HESITATION)`, are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from diascribe.formats import columns
from diascribe.formats.tokens import tidy
from diascribe.formats.utterances import Utterance
from diascribe.span import Span
from diascribe.timeline import merge

WANTED = "recording channel speaker start end, perhaps a <label>, and text"
REQUIRED_COLUMNS = 5

LABEL = re.compile(r"\A<[^<>\s]*>(?:\s+|$)")

GAP = "inter_segment_gap"
"""The speaker of what lies between utterances: nobody."""

UNSCORED = "ignore_time_segment_in_scoring"
"""The text of a stretch that is kept out of every score."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: an utterance of a recording."""

    recording: str
    utterance: Utterance

    @property
    def unscored(self) -> bool:
        """Whether the line only says that its stretch is not scored."""
        return self.utterance.text.lower() == UNSCORED


def parse(text: str) -> dict[str, tuple[Utterance, ...]]:
    """What was said in each recording, in the file's order; empty text stays, gaps go.

    Raises:
        TranscriptFormatError: names the line and what it should have held.
    """
    said: dict[str, list[Utterance]] = {}
    for entry in _entries(text):
        found = said.setdefault(entry.recording, [])
        if not entry.unscored and (entry.utterance.speaker or entry.utterance.text):
            found.append(entry.utterance)
    return {recording: tuple(found) for recording, found in said.items()}


def unscored(text: str) -> dict[str, tuple[Span, ...]]:
    """The stretches of each recording that the file keeps out of every score.

    Raises:
        TranscriptFormatError: names the line and what it should have held.
    """
    spans: dict[str, list[Span]] = {}
    for entry in _entries(text):
        if entry.unscored:
            spans.setdefault(entry.recording, []).append(entry.utterance)
    return {recording: tuple(merge(found)) for recording, found in spans.items()}


def _entries(text: str) -> Iterator[Entry]:
    for line in columns.table(text):
        fields = line.text.split(maxsplit=REQUIRED_COLUMNS)
        if len(fields) < REQUIRED_COLUMNS:
            raise line.refuse(WANTED, line.text)
        recording, _, speaker, start, end = fields[:REQUIRED_COLUMNS]
        said = LABEL.sub("", "".join(fields[REQUIRED_COLUMNS:]))
        span = columns.read_bounds(line, start, end)
        yield Entry(
            columns.unescape(recording),
            Utterance(span.start, span.end, tidy(said), _speaker(speaker)),
        )


def _speaker(column: str) -> str | None:
    nobody = column.lower() == GAP or column == columns.NOBODY
    return None if nobody else columns.unescape(column)
