"""Plain text to read: a paragraph for whoever speaks, with the time at which it starts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diascribe.formats.clock import milliseconds, short_stamp
from diascribe.formats.reading import rows
from diascribe.formats.tokens import is_spaced, tidy
from diascribe.transcript import Segment, Transcript

PAUSE_S = 2.0
"""A longer silence of the same speaker starts a new paragraph."""

PARAGRAPH_S = 60.0
"""A paragraph of this length ends with its segment, so that times are never far apart."""

STAMP = re.compile(r"\A\[\d+:\d\d:\d\d\] ")
"""What every paragraph starts with."""

NAME = re.compile(r"\A(?P<name>[^:!?;,]{1,60}):(?: |\Z)")
"""What may stand behind it: short, and no sentence."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What somebody said in one go, who knows when."""

    text: str
    speaker: str | None
    """Null where nobody is known."""


def write(transcript: Transcript) -> str:
    """Paragraphs `[h:mm:ss] Name: text`, an empty line between two; no name where unknown."""
    return "\n".join(_printed(transcript, one) for one in _paragraphs(transcript.segments))


def parse(text: str) -> list[Paragraph]:
    """What was said, line by line, without times and names.

    Of text that starts as ours does, at least half of the lines with a time want a name, for a
    colon in a few is no sign of one. Of other text every line that is not empty wants one;
    otherwise it is taken as it is, and nobody is known.
    """
    lines = [line.text.strip() for line in rows(text)]
    ours = bool(lines) and STAMP.match(lines[0])
    named = list(map(_named_after_time if ours else _named, lines))
    wanted = sum(bool(STAMP.match(line)) for line in lines) / 2 if ours else len(lines)
    if sum(one.speaker is not None for one in named) >= wanted:
        return named
    return [Paragraph(tidy(STAMP.sub("", line) if ours else line), None) for line in lines]


def _named_after_time(line: str) -> Paragraph:
    """The line's speaker and text; a name without a time before it is none."""
    bare = STAMP.sub("", line)
    return Paragraph(tidy(line), None) if bare == line else _named(bare)


def _named(line: str) -> Paragraph:
    """The line's speaker and text."""
    found = NAME.match(line)
    if found is None:
        return Paragraph(tidy(line), None)
    return Paragraph(tidy(line[found.end() :]), tidy(found["name"]))


def _paragraphs(segments: Iterable[Segment]) -> Iterator[list[Segment]]:
    """The segments that say something, those of one paragraph together."""
    paragraph: list[Segment] = []
    for segment in segments:
        if not tidy(segment.text):
            continue
        if paragraph and not _continues(paragraph, segment):
            yield paragraph
            paragraph = []
        paragraph.append(segment)
    if paragraph:
        yield paragraph


def _continues(paragraph: Sequence[Segment], segment: Segment) -> bool:
    first, last = paragraph[0], paragraph[-1]
    same_speaker = segment.speaker == first.speaker
    return same_speaker and last.gap(segment) <= PAUSE_S and last.end - first.start < PARAGRAPH_S


def _printed(transcript: Transcript, paragraph: Sequence[Segment]) -> str:
    first = paragraph[0]
    time = short_stamp(milliseconds(first.start))
    name = f"{tidy(transcript.name_of(first.speaker))}: " if first.speaker else ""
    blank = " " if is_spaced(first.language) else ""
    text = blank.join(tidy(segment.text) for segment in paragraph)
    return f"[{time}] {name}{text}\n"
