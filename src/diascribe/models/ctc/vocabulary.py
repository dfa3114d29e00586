"""The letters of a network, and how written words are spelled with them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import dropwhile

APOSTROPHES = dict.fromkeys(
    "\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}\N{ACUTE ACCENT}`", "'"
)
"""What people type where they mean one."""

HYPHENS = frozenset("-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{HEBREW PUNCTUATION MAQAF}")

STRETCH = "\N{ARABIC TATWEEL}"
"""Makes a word longer to the eye; to Unicode it is a letter."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tokens of a network that stand for a single letter."""

    letters: Mapping[str, int]
    """Number of each letter's token; blank, delimiter and other special ones are not here."""
    blank: int
    delimiter: int | None
    """Stands between words; null where the network has none."""
    size: int
    """Tokens in all."""

    @property
    def star(self) -> int:
        """The number behind all tokens: any letter, for those that the network lacks."""
        return self.size

    def spell(self, word: str) -> tuple[int, ...]:
        """The tokens of a written word; none of punctuation, stars for unknown letters.

        A hyphen parts words, unless the network has it.
        """
        tokens = [
            token for char in unicodedata.normalize("NFC", word) for token in self._tokens(char)
        ]
        while tokens and tokens[-1] == self.delimiter:
            tokens.pop()
        return tuple(dropwhile(lambda token: token == self.delimiter, tokens))

    def _tokens(self, char: str) -> Iterator[int]:
        found = self._known(char)
        if found is not None:
            yield found
        elif char in HYPHENS and self.delimiter is not None:
            yield self.delimiter
        elif unicodedata.category(char)[0] in "LN" and char != STRETCH:
            yield from self._parts(char)

    def _parts(self, char: str) -> Iterator[int]:
        """The tokens of what a letter consists of, or may be written as."""
        for way in (unicodedata.normalize("NFKD", char), char.casefold()):
            parts = [one for one in way if not unicodedata.category(one).startswith("M")]
            tokens = [self._known(one) for one in parts]
            if None not in tokens:
                yield from (token for token in tokens if token is not None)
                return
        yield self.star

    def _known(self, char: str) -> int | None:
        """The token of a letter, in whichever case the network has it."""
        plain = APOSTROPHES.get(char, char)
        ways = (plain, plain.lower(), plain.upper())
        return next((self.letters[way] for way in ways if way in self.letters), None)
