"""A transcript as subtitles: text that can be read in the time it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from diascribe.formats.clock import milliseconds, seconds
from diascribe.formats.drafts import draft
from diascribe.formats.lines import wrap
from diascribe.formats.rules import CueRules
from diascribe.formats.showing import shown
from diascribe.formats.tokens import Token, columns, tidy, tokenize
from diascribe.span import Span
from diascribe.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Cue(Span):
    """Lines shown from `start` to `end`, which are whole milliseconds and never the same."""

    lines: tuple[str, ...]
    speaker: str | None = None
    """The name printed for whoever says it; null where nobody is known."""


def cues(transcript: Transcript, rules: CueRules, *, labelled: bool = False) -> tuple[Cue, ...]:
    """Sorted cues over every word, within `rules`; those of one speaker never overlap.

    With `labelled`, the text of each cue starts with `[Name]:`, within the same limits.
    """
    tokens = [tokenize(segment) for segment in transcript.segments]
    speakers = {token.speaker for row in tokens for token in row if token.speaker}
    labels: dict[str | None, Token] = {
        one: _label(transcript.name_of(one), rules) for one in speakers if labelled
    }
    drafts = [one for row in tokens for one in draft(row, rules, labels)]
    ordered = shown(drafts, rules, milliseconds(transcript.duration))
    return tuple(
        Cue(
            seconds(one.start_ms),
            seconds(one.end_ms),
            wrap(_with_label(one.tokens, labels), rules.max_line_chars),
            one.speaker and transcript.name_of(one.speaker),
        )
        for one in ordered
    )


def _label(name: str, rules: CueRules) -> Token:
    """`[Name]:`, cut to half a line so that words always have room beside it."""
    room = rules.max_line_chars // 2 - len("[]:")
    return Token(f"[{_cut(tidy(name), room)}]:", 0, 0, spaced=False)


def _cut(name: str, room: int) -> str:
    """The name's start and an ellipsis where it takes more than `room` columns.

    >>> _cut("Maximilian", 6)
    'Maxim…'
    """
    if columns(name) <= room:
        return name
    while columns(name) > room - 1:
        name = name[:-1]
    return f"{name}…"


def _with_label(tokens: tuple[Token, ...], labels: Mapping[str | None, Token]) -> tuple[Token, ...]:
    label = labels.get(tokens[0].speaker)
    return (label, replace(tokens[0], spaced=True), *tokens[1:]) if label else tokens
