"""TextGrid, Praat's labels on tiers, in its long and its short form of text.

Praat takes free-standing numbers, texts in quotes and `<flags>` one after another and
passes over everything else: the long form is the short one with words around it. So does
this reader, and it refuses a file that breaks off or says more than it announced.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from diascribe.errors import TranscriptFormatError
from diascribe.formats.clock import decimal, milliseconds
from diascribe.formats.reading import Line
from diascribe.formats.tokens import tidy
from diascribe.formats.utterances import Utterance
from diascribe.span import Span
from diascribe.transcript import Segment, Transcript, Word

SIGNATURES = ("ooTextFile", "TextGrid")
KEYS = ("File type", "Object class")
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


def write(transcript: Transcript) -> str:
    """Two tiers a speaker, of what they say and its words; only words where nobody is known.

    Intervals of a tier follow one another without a gap and last at least a millisecond, as
    Praat wants them: a word that begins before the one before it has ended is cut off.
    """
    tiers = dict(_tiers(transcript))
    ends = [milliseconds(transcript.duration), 1]
    filled = {name: list(_filled(labels)) for name, labels in tiers.items()}
    ends += [end_ms for intervals in filled.values() for _, end_ms, _ in intervals[-1:]]
    end = decimal(max(ends))
    head = [
        *(f"{key} = {_quoted(text)}" for key, text in zip(KEYS, SIGNATURES, strict=True)),
        *("", "xmin = 0", f"xmax = {end}", "tiers? <exists>", f"size = {len(tiers)}", "item []:"),
    ]
    for number, (name, intervals) in enumerate(filled.items(), start=1):
        last_ms = intervals[-1][1] if intervals else 0
        rest = [(last_ms, max(ends), "")] if last_ms < max(ends) else []
        head += [f"    item [{number}]:", *_tier_lines(name, [*intervals, *rest], end)]
    return "".join(f"{line}\n" for line in head)


def _tiers(transcript: Transcript) -> Iterator[tuple[str, list[Utterance]]]:
    """The name of each tier and what is said on it, in order of first speech."""
    speakers: dict[str, list[Segment]] = {}
    for one in transcript.segments:
        name = tidy(transcript.name_of(one.speaker)) if one.speaker else ""
        speakers.setdefault(name, []).append(one)
    for name, segments in speakers.items():
        if name:
            yield name, [_label_of(one) for one in segments]
        said = [_label_of(part) for one in segments for part in one.words or (one,)]
        yield f"{name} - words" if name else "words", said


def _label_of(said: Segment | Word) -> Utterance:
    return Utterance(said.start, said.end, tidy(said.text))


def _filled(labels: Iterable[Utterance]) -> Iterator[tuple[int, int, str]]:
    """Start and end in milliseconds and text of intervals, empty ones in between."""
    last_ms = 0
    for one in sorted(labels, key=lambda label: (label.start, label.end)):
        start_ms = max(last_ms, milliseconds(one.start))
        end_ms = max(start_ms + 1, milliseconds(one.end))
        if start_ms > last_ms:
            yield last_ms, start_ms, ""
        yield start_ms, end_ms, one.text
        last_ms = end_ms


def _tier_lines(name: str, intervals: Sequence[tuple[int, int, str]], end: str) -> Iterator[str]:
    yield from (
        f"        {line}"
        for line in (
            *(f'class = "{INTERVALS}"', f"name = {_quoted(name)}", "xmin = 0", f"xmax = {end}"),
            f"intervals: size = {len(intervals)}",
        )
    )
    for number, (start_ms, end_ms, text) in enumerate(intervals, start=1):
        yield f"        intervals [{number}]:"
        yield f"            xmin = {decimal(start_ms)}"
        yield f"            xmax = {decimal(end_ms)}"
        yield f"            text = {_quoted(text)}"


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


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
