"""Plain text to read: a paragraph for whoever speaks, with the time at which it starts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

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

NAME = re.compile(r"\A[^:!?;,]{1,60}: ")
"""What may stand behind it: short, and no sentence."""


def write(transcript: Transcript) -> str:
    """Paragraphs `[h:mm:ss] Name: text`, an empty line between two; no name where unknown."""
    return "\n".join(_printed(transcript, one) for one in _paragraphs(transcript.segments))


def parse(text: str) -> str:
    """All that was said, on one line: of our paragraphs what follows the time and the name.

    Text that does not start with such a paragraph is taken as it is.
    """
    lines = [line.text for line in rows(text)]
    ours = bool(lines) and STAMP.match(lines[0])
    return tidy(" ".join(_bare(lines) if ours else lines))


def _bare(lines: list[str]) -> list[str]:
    """The lines without times and names; a colon in a few paragraphs is no sign of a name."""
    stamped = [STAMP.match(line) for line in lines]
    said = [STAMP.sub("", line) for line in lines]
    named = [bool(stamp and NAME.match(one)) for stamp, one in zip(stamped, said, strict=True)]
    if 2 * sum(named) < sum(map(bool, stamped)):
        return said
    return [NAME.sub("", one) if name else one for name, one in zip(named, said, strict=True)]


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
