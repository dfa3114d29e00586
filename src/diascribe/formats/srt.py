"""SubRip subtitles: numbered cues, each with `[Name]:` before its text.

SRT has no field for a speaker: the label is text like any other, and reading gives it
back as such.
"""

from __future__ import annotations

from diascribe.formats.cues import Cue, cues
from diascribe.formats.reading import Line, blocks
from diascribe.formats.rules import CueRules
from diascribe.formats.timing import is_timing, read_timing, timing
from diascribe.transcript import Transcript


def write(transcript: Transcript, rules: CueRules) -> str:
    """The cues, counted from 1, an empty line after each."""
    shown = enumerate(cues(transcript, rules, labelled=True), start=1)
    return "".join(f"{number}\n{_block(cue)}\n" for number, cue in shown)


def parse(text: str) -> tuple[Cue, ...]:
    """The cues in the file's order, their labels still in their text.

    Raises:
        TranscriptFormatError: names the line and what it should have held.
    """
    return tuple(_cue(block) for block in blocks(text))


def _block(cue: Cue) -> str:
    return "".join(f"{line}\n" for line in (timing(cue, point=","), *cue.lines))


def _cue(block: list[Line]) -> Cue:
    """A cue of its number, which players do without as well, its times and its lines."""
    head, *rest = block if is_timing(block[0]) or len(block) == 1 else block[1:]
    span = read_timing(head)
    return Cue(span.start, span.end, tuple(line.text for line in rest))
