"""Tokens cut into the texts of cues: where one subtitle ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from diascribe.formats.breaks import break_cost
from diascribe.formats.clock import milliseconds
from diascribe.formats.lines import Fill
from diascribe.formats.partition import partition
from diascribe.formats.rules import CueRules
from diascribe.formats.tokens import Token

NEW_CUE = 1.0
"""Cost of one more cue, against `breaks`: a third of breaking inside a clause."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Tokens of one speaker that make one cue, and when it is shown."""

    tokens: tuple[Token, ...]
    start_ms: int
    end_ms: int

    @property
    def speaker(self) -> str | None:
        """The id of whoever says it; null where nobody is known."""
        return self.tokens[0].speaker


def draft(
    tokens: Sequence[Token], rules: CueRules, labels: Mapping[str | None, Token]
) -> Iterator[Draft]:
    """Drafts over all tokens, each with room for its speaker's label where there is one."""
    for run in _runs(tokens, milliseconds(rules.max_gap_s)):
        for piece in _pieces(run, rules, labels.get(run[0].speaker)):
            part = tuple(run[piece])
            end_ms = max(token.end_ms for token in part)
            yield Draft(part, part[0].start_ms, end_ms)


def _runs(tokens: Sequence[Token], max_gap_ms: int) -> Iterator[list[Token]]:
    """The tokens up to each change of speaker and each long pause."""
    run: list[Token] = []
    for token in tokens:
        pause_ms = token.start_ms - run[-1].end_ms if run else 0
        if run and (token.speaker != run[-1].speaker or pause_ms > max_gap_ms):
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _pieces(run: Sequence[Token], rules: CueRules, label: Token | None) -> list[slice]:
    """Where to cut a run: rather at the ends of sentences, rather into full cues."""
    room = rules.max_line_chars * rules.max_lines

    def cues_ending_at(end: int) -> Iterator[float]:
        ending = break_cost(run[end - 1], run[end]) if end < len(run) else 0.0
        for width in _widths(run, end, rules, label.width if label else 0):
            yield NEW_CUE + ending + max(0.0, 1 - width / room) ** 2

    return partition(len(run), cues_ending_at)


def _widths(run: Sequence[Token], end: int, rules: CueRules, label_width: int) -> Iterator[int]:
    """Columns of the last token before `end`, the last two, … while they make one cue."""
    fill, width, blank, end_ms = Fill(rules.max_line_chars), label_width, False, 0
    longest_ms = milliseconds(rules.max_duration_s)
    for index in reversed(range(end)):
        token = run[index]
        fill = fill.put(token.width, blank=blank)
        lines = fill.put(label_width, blank=True).lines if label_width else fill.lines
        end_ms = max(end_ms, token.end_ms)
        too_much = lines > rules.max_lines or end_ms - token.start_ms > longest_ms
        if index < end - 1 and too_much:
            return
        width += token.width + blank
        yield width
        blank = token.spaced
