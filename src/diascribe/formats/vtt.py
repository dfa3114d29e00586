"""WebVTT subtitles: cues in which `<v Name>` says who speaks."""

from __future__ import annotations

import html
import re

from diascribe.formats.cues import Cue, cues
from diascribe.formats.reading import Line, blocks, numbered
from diascribe.formats.rules import CueRules
from diascribe.formats.timing import is_timing, read_timing, timing
from diascribe.formats.tokens import tidy
from diascribe.transcript import Transcript

SIGNATURE = "WEBVTT"

VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
TAG = re.compile(r"<[^>]*>")


def write(transcript: Transcript, rules: CueRules) -> str:
    """The signature, then the cues with an empty line before each."""
    return "\n".join([f"{SIGNATURE}\n", *map(_block, cues(transcript, rules))])


def parse(text: str) -> tuple[Cue, ...]:
    """The cues in the file's order, without tags; notes, styles and regions are skipped.

    Raises:
        TranscriptFormatError: names the line and what it should have held.
    """
    first = next(numbered(text))
    if not first.text.startswith(SIGNATURE):
        raise first.refuse(SIGNATURE, first.text)
    return tuple(_cue(block) for block in blocks(text) if any(map(is_timing, block[:2])))


def _block(cue: Cue) -> str:
    voice = f"<v {_escape(tidy(cue.speaker))}>" if cue.speaker else ""
    body = voice + _escape("\n".join(cue.lines))
    return f"{timing(cue, point='.')}\n{body}\n"


def _escape(text: str) -> str:
    """Text without markup; `-->` cannot remain since `>` does not."""
    return html.escape(text, quote=False)


def _cue(block: list[Line]) -> Cue:
    head, *rest = block if is_timing(block[0]) else block[1:]
    span, body = read_timing(head), "\n".join(line.text for line in rest)
    voice = VOICE.match(body)
    lines = html.unescape(TAG.sub("", body)).split("\n")
    return Cue(span.start, span.end, tuple(lines), voice and html.unescape(voice[1]))
