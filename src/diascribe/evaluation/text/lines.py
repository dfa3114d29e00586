"""What a side says, as pieces that scores compare: tokens, and perhaps their time and speaker."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from diascribe.evaluation.account import Account, Pair
from diascribe.evaluation.text.normalizers import Normalizer, normalizer
from diascribe.evaluation.text.passages import passages
from diascribe.formats.tokens import is_spaced
from diascribe.formats.utterances import Utterance
from diascribe.span import Span
from diascribe.transcript import Word

Source = Literal["passages", "utterances", "told", "words", "paragraphs", "text"]
"""The parts of an account that hold what was said."""


@dataclass(frozen=True, slots=True)
class Line:
    """An utterance, a word or a whole text, made ready to be compared."""

    tokens: tuple[str, ...]
    """Words; in a language written without blanks, characters."""
    span: Span | None = None
    """Null where the file has no times."""
    speaker: str | None = None
    """Null where nobody is known."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How the texts of one recording become tokens, and which of them count."""

    normalizer: Normalizer
    language: str | None
    """The reference's language, else the hypothesis'; null where neither says."""
    scored: tuple[Span, ...] | None = None
    """Only what has its middle in these counts, sorted and disjoint; null counts all."""

    @property
    def spaced(self) -> bool:
        """Whether tokens are what blanks separate; characters otherwise."""
        return is_spaced(self.language)

    def tokens(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """The tokens of each text."""
        words = self.normalizer.words(texts)
        return [tuple(one) if self.spaced else tuple("".join(one)) for one in words]

    def counts(self, span: Span) -> bool:
        """Whether something then is scored."""
        if self.scored is None:
            return True
        place = bisect_right(self.scored, span.middle, key=lambda one: one.start) - 1
        return place >= 0 and span.middle < self.scored[place].end


def rules(pair: Pair, name: str, scored: tuple[Span, ...] | None) -> Rules:
    """The rules under which the two sides of a pair are compared."""
    language = pair.reference.language or pair.hypothesis.language
    return Rules(normalizer(name, language), language, scored)


class Side:
    """One side's lines, from each part of its account.

    A part is null where the file cannot hold it or, as a text without times, cannot say what of
    it is scored. Parts with times are sorted by start.
    """

    def __init__(self, account: Account, under: Rules) -> None:
        self._account = account
        self._rules = under

    @property
    def speaks(self) -> bool:
        """Whether the file can hold text."""
        held = (self._account.utterances, self._account.words, self._account.text)
        return any(part is not None for part in held)

    @cached_property
    def utterances(self) -> list[Line] | None:
        """One line an utterance."""
        return self._timed(self._account.utterances)

    @cached_property
    def words(self) -> list[Line] | None:
        """One line a word."""
        return self._timed(self._account.words)

    @cached_property
    def passages(self) -> list[Line] | None:
        """One line a part of an utterance that one speaker says, by its words.

        Null where these are not the utterances' words.
        """
        whole, words = self._account.utterances, self._account.words
        parts = None if whole is None or words is None else passages(whole, words)
        lines = self._timed(parts)
        same = lines is not None and tokens(lines) == tokens(self.utterances or ())
        return lines if same else None

    @property
    def told(self) -> list[Line] | None:
        """The words where they are the utterances' words; else null."""
        return None if self.passages is None else self.words

    @cached_property
    def measured(self) -> list[Line] | None:
        """The words whose times were found, not interpolated."""
        if self._account.words is None:
            return None
        return self._timed(one for one in self._account.words if one.timing != "interpolated")

    @cached_property
    def paragraphs(self) -> list[Line] | None:
        """One line a paragraph, in the file's order."""
        said = self._account.paragraphs
        if said is None or self._rules.scored is not None:
            return None
        texts = self._rules.tokens([one.text for one in said])
        return [Line(one, None, own.speaker) for one, own in zip(texts, said, strict=True)]

    @cached_property
    def text(self) -> list[Line] | None:
        """One line in all, in the file's order."""
        if self._account.text is None or self._rules.scored is not None:
            return None
        return [Line(one) for one in self._rules.tokens([self._account.text])]

    def first(self, *sources: Source) -> list[Line] | None:
        """The first part that says something; else an empty one; null where there is none."""
        parts: list[list[Line] | None] = [getattr(self, source) for source in sources]
        held = [part for part in parts if part is not None]
        return next(filter(None, held), held[0] if held else None)

    def speaking(self, *sources: Source) -> list[Line] | None:
        """As `first`, of the parts that name a speaker or are empty."""
        parts: list[list[Line] | None] = [getattr(self, source) for source in sources]
        held = [part for part in parts if part is not None]
        named = (part for part in held if any(line.speaker for line in part))
        return next(named, [] if held and not any(held) else None)

    def _timed(self, pieces: Iterable[Utterance | Word] | None) -> list[Line] | None:
        if pieces is None:
            return None
        kept = [one for one in pieces if self._rules.counts(one)]
        kept.sort(key=lambda one: one.start)
        texts = self._rules.tokens([one.text for one in kept])
        return [
            Line(said, Span(one.start, one.end), one.speaker)
            for said, one in zip(texts, kept, strict=True)
        ]


def tokens(lines: Iterable[Line]) -> list[str]:
    """The tokens of all lines, in order."""
    return [token for line in lines for token in line.tokens]
