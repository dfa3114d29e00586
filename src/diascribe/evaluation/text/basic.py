"""The rules under which texts of every language are compared."""

from __future__ import annotations

import re
import unicodedata

APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc\u02b9\u00b4`\u2032", "'"))

ANNOTATION = re.compile(r"\[[^\[\]]*\]|<[^<>]*>|\(%[^()]*\)|(?<!\S)%[^\W\d]+")
"""What stands beside the words: `[noise]`, `<unk>`, and NIST's `(%HESITATION)`."""

GROUPED = re.compile(r"(?<![\d.,])(\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?![\d.,]*\d)")
"""A number whose thousands are set apart by commas or dots."""

OUTER = re.compile(r"(?<![^\s'])'|'(?![^\s'])")
"""An apostrophe that does not stand inside a word."""

ASCII_OTHER = re.compile("[^a-z0-9']")
"""What `bare` makes a blank, among the folded characters that need no table: for speed only."""


def folded(text: str) -> str:
    """The text without case and without forms of letters that mean the same.

    NFKC_Casefold as Unicode defines it (section 3.13, D146), less the ignorable characters.
    Combining marks stay: without them words of Hindi, Thai, Hebrew or Vietnamese are others.
    """
    if text.isascii():
        return text.lower().translate(APOSTROPHES)
    for _ in range(2):
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", text).casefold())
    return text.translate(APOSTROPHES)


def unannotated(text: str) -> str:
    """The text without bracketed annotations."""
    return ANNOTATION.sub(" ", text)


def bare(text: str) -> str:
    """Words and blanks only, of a folded text.

    Punctuation and symbols become blanks, hyphens too; an apostrophe inside a word stays, and
    a number's thousands are joined. Invisible characters (category Cf) vanish.
    """
    joined = GROUPED.sub(lambda found: re.sub("[.,]", "", found[1]), text)
    if joined.isascii():
        return OUTER.sub(" ", ASCII_OTHER.sub(" ", joined))
    return OUTER.sub(" ", "".join(map(_kept, joined)))


def _kept(char: str) -> str:
    """The character, a blank, or nothing."""
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return " " if category[0] in "PSZC" and char != "'" else char


def basic_words(text: str) -> list[str]:
    """The words of a text in any language.

    >>> basic_words("[noise] l'Été: 1,000 all-hands 'now'")
    ["l'été", '1000', 'all', 'hands', 'now']
    """
    return bare(unannotated(folded(text))).split()
