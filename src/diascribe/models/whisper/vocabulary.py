"""Tokens of a Whisper model: what they spell, which start a text, which are never written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from diascribe.protocols import Decoding, Task

ENGLISH = "en"

CODES = """
af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr
ht hu hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc
pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo yue
zh
"""

LANGUAGES = tuple(CODES.split())
"""The languages that any Whisper has a token for, as it writes them; large-v3 has all."""

UNSPACED = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
"""Languages written without spaces between words."""

NUMERIC = frozenset({"Nd", "Nl", "No", "Sc"})
"""Unicode's categories of digits, numerals and signs of currency."""

SIGNS = frozenset("%‰°№")
"""Other signs that are spoken as a word beside a number."""


class Spelling(Protocol):
    """The tokenizer in one language and task: the part of faster-whisper's that is used."""

    sot: int
    eot: int
    """All tokens below spell text."""
    sot_lm: int | None
    sot_prev: int
    no_speech: int | None
    no_timestamps: int
    transcribe: int | None
    translate: int | None

    @property
    def timestamp_begin(self) -> int:
        """The first token of time; each following one is 20 ms later."""
        ...

    @property
    def sot_sequence(self) -> Sequence[int]:
        """The tokens that start a text in this language and task."""
        ...

    def encode(self, text: str) -> list[int]:
        """The tokens that spell a text."""
        ...

    def decode(self, tokens: list[int]) -> str:
        """The text that tokens spell; special ones spell nothing."""
        ...

    def split_to_word_tokens(self, tokens: list[int]) -> tuple[list[str], list[list[int]]]:
        """Pieces of the text, each valid Unicode, and the tokens of each."""
        ...


@dataclass(frozen=True)
class Vocabulary:
    """The tokens of one model; `spell` opens its tokenizer for a task and a language."""

    spell: Callable[[Task, str], Spelling]
    languages: tuple[str, ...]
    multilingual: bool
    _opened: dict[tuple[Task, str], Spelling] = field(default_factory=dict, init=False)

    def spelling(self, language: str, task: Task = "transcribe") -> Spelling:
        """The tokenizer for a language and a task."""
        key = (task, language)
        if key not in self._opened:
            self._opened[key] = self.spell(task, language)
        return self._opened[key]

    @cached_property
    def any(self) -> Spelling:
        """The tokenizer for what no language changes."""
        return self.spelling(self.languages[0])

    def suppressed(self, decoding: Decoding) -> tuple[int, ...]:
        """The tokens that are never written: the model's own list, and those that steer it."""
        return (-1, *self._steering, *(self._numerals if decoding.suppress_numerals else ()))

    @cached_property
    def _steering(self) -> tuple[int, ...]:
        """Special tokens that a text never holds; a vocabulary may lack some."""
        one = self.any
        found = (one.sot, one.sot_prev, one.sot_lm, one.no_speech, one.transcribe, one.translate)
        return tuple(token for token in found if token is not None)

    @cached_property
    def _numerals(self) -> tuple[int, ...]:
        """Tokens with a digit, a numeral, or a sign that is spoken as a word."""
        return tuple(i for i in range(self.any.eot) if has_number(self.any.decode([i])))


def has_number(text: str) -> bool:
    """Whether there is something in a text that is spoken as a number, or beside one.

    >>> [has_number(one) for one in ("two", "2nd", "Ⅳ", "€", "٣", "50%")]
    [False, True, True, True, True, True]
    """
    return any(one in SIGNS or unicodedata.category(one) in NUMERIC for one in text)
