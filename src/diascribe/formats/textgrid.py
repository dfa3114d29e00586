"""TextGrid, Praat's labels on tiers, in its long and its short form of text.

Praat takes free-standing numbers, texts in quotes and `<flags>` one after another and
passes over everything else: the long form is the short one with words around it. So does
this reader, and it refuses a file that breaks off or says more than it announced.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from diascribe.errors import TranscriptFormatError
from diascribe.formats.reading import Line
from diascribe.formats.tokens import tidy
from diascribe.formats.utterances import Utterance
from diascribe.span import Span

SIGNATURES = ("ooTextFile", "TextGrid")
INTERVALS, POINTS = "IntervalTier", "TextTier"

TOKEN = re.compile(
    r"""(?<!\S)(?:
    "(?P<text>(?:[^"]|"")*+)"
    | (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)
    | (?P<flag><\w+>)
    | ![^\n]*
    )(?!\S)""",
    re.VERBOSE,
)
"""What Praat reads, and the comment that it skips with all between; `""` is a quote."""

TIME = "seconds from 0 up"

COUNT_DIGITS = 18
"""No file holds more; of thousands of digits Python makes no number."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A row of labels that follow one another."""

    name: str
    intervals: tuple[Utterance, ...]
    """Every interval, the empty ones too, its label on one line and nobody as speaker."""


@dataclass(frozen=True, slots=True)
class TextGrid:
    """The labels of one recording."""

    end: float
    """Seconds at which it ends."""
    tiers: tuple[Tier, ...]
    """The tiers of intervals; those of points are passed over."""


@dataclass(frozen=True, slots=True)
class Token:
    """A number, a text without its quotes, or a flag, and the line on which it starts."""

    kind: str
    text: str
    line: int

    def refuse(self, wanted: str) -> TranscriptFormatError:
        """The error that says what should have stood here."""
        return Line(self.line, "").refuse(wanted, self.text)


def parse(text: str) -> TextGrid:
    """The tiers of intervals.

    Raises:
        TranscriptFormatError: names the line and what it should have held.
    """
    reader = _Reader(text)
    for signature in SIGNATURES:
        reader.expect(signature)
    end = reader.span().end
    reader.flag("<exists>")
    found = [reader.tier() for _ in range(reader.count())]
    reader.finish()
    return TextGrid(end, tuple(tier for tier in found if tier is not None))


class _Reader:
    """The tokens of a file, taken one after another."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._last_line = text.count("\n") + 1

    def take(self, kind: str, wanted: str) -> Token:
        """The next token, which must be of that kind."""
        token = next(self._tokens, Token("end", "the end of the file", self._last_line))
        if token.kind != kind:
            raise token.refuse(wanted)
        return token

    def expect(self, text: str) -> None:
        """Pass over a text that must stand here."""
        token = self.take("text", f'"{text}"')
        if token.text != text:
            raise token.refuse(f'"{text}"')

    def flag(self, text: str) -> None:
        """Pass over a flag that must stand here."""
        token = self.take("flag", text)
        if token.text != text:
            raise token.refuse(text)

    def span(self) -> Span:
        """The stretch that the next two numbers bound."""
        start, end = self._time(), self._time()
        return Line(end.line, f"{start.text} to {end.text}").span(
            float(start.text), float(end.text)
        )

    def count(self) -> int:
        """The next number, which must be a whole one."""
        token = self.take("number", "how many follow")
        if not token.text.isdecimal() or len(token.text) > COUNT_DIGITS:
            raise token.refuse("how many follow")
        return int(token.text)

    def tier(self) -> Tier | None:
        """The next tier; null where its labels are points."""
        kind = self.take("text", f'"{INTERVALS}" or "{POINTS}"')
        if kind.text not in (INTERVALS, POINTS):
            raise kind.refuse(f'"{INTERVALS}" or "{POINTS}"')
        name = self.take("text", "the name of a tier")
        self.span()
        if kind.text == INTERVALS:
            return Tier(name.text, tuple(self._interval() for _ in range(self.count())))
        for _ in range(self.count()):
            self._time()
            self._label()
        return None

    def finish(self) -> None:
        """Refuse what stands behind the last tier."""
        token = next(self._tokens, None)
        if token is not None:
            raise token.refuse("the end of the file")

    def _interval(self) -> Utterance:
        span = self.span()
        return Utterance(span.start, span.end, self._label())

    def _label(self) -> str:
        return tidy(self.take("text", "a label in quotes").text)

    def _time(self) -> Token:
        token = self.take("number", TIME)
        if not 0 <= float(token.text) < math.inf:
            raise token.refuse(TIME)
        return token


def _tokens(text: str) -> Iterator[Token]:
    breaks = [found.start() for found in re.finditer("\n", text)]
    for found in TOKEN.finditer(text):
        kind = found.lastgroup
        if kind is not None:
            label = found[kind].replace('""', '"') if kind == "text" else found[kind]
            yield Token(kind, label, bisect_right(breaks, found.start()) + 1)
