"""A written word as the words that it is spoken as."""

from __future__ import annotations

import re
from collections.abc import Iterator

from diascribe.engine.spoken.numbers import (
    MOST_MARKED_DIGITS,
    cardinal,
    knows,
    marked,
    minus,
    ordinal,
    year,
)
from diascribe.engine.spoken.symbols import (
    CURRENCIES,
    FEMININE,
    NAMES,
    ONE,
    ORDINALS,
    POINTED,
    SAID_BEFORE,
    UNITS,
    name_after,
    name_of,
)

MARK = r"[.,'\u2019\u00a0\u202f]"
"""What may stand between the digits of a number."""

NUMBER = rf"\d+(?:{MARK}\d+)*"

PIECE = re.compile(
    rf"(?P<clock>\b\d{{1,2}}:\d{{2}}\b)"
    rf"|(?P<before>[{CURRENCIES}])?(?P<minus>(?<![\w.,])[-\u2212](?=\d))?(?P<number>{NUMBER})"
    rf"(?P<suffix>\.?[ºª°]|:?[^\W\d_]+)?(?P<after>[%{CURRENCIES}])?"
    r"|(?P<symbol>[%&+=@$€£])"
    r"|(?P<word>[^\d%&+=@$€£]+)"
)
"""What a word consists of: times of day, numbers with what belongs to them, symbols, the rest."""

SPOKEN = re.compile(r"[\d%&+=@$€£]")
"""What makes a word be spoken otherwise than written."""

GROUPED = re.compile(rf"\d{{1,3}}(?P<mark>{MARK})\d{{3}}(?:(?P=mark)\d{{3}})*")
"""A whole number with its thousands marked, all by the same mark."""

INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")
"""A whole number with its lakhs and crores marked."""

ONE_NUMBER = re.compile(
    rf"{GROUPED.pattern}(?:[.,]\d+)?|{INDIAN.pattern}(?:\.\d+)?|\d+(?:{MARK}\d+)?"
)
"""Not several numbers, as those of a version are."""

MARKS = re.compile(MARK)


def read_out(text: str, language: str | None) -> tuple[str, ...]:
    """The words that a written word is spoken as; itself where they are the same.

    >>> read_out("$1,984.50", "en")
    ('one', 'thousand', 'nine', 'hundred', 'eighty-four', 'dollars', 'fifty', 'cents')
    >>> read_out("3rd,", "en"), read_out("10:30", "en"), read_out("R&D", "en")
    (('third',), ('ten', 'thirty'), ('R', 'and', 'D'))
    """
    if language is None or not SPOKEN.search(text) or not knows(language):
        return (text,)
    code = language.lower().partition("-")[0]
    said = [part for piece in PIECE.finditer(text) for part in _piece(piece, code)]
    words = [word for part in said for word in part.split() if _is_said(word)]
    return tuple(words) or (text,)


def _is_said(word: str) -> bool:
    return any(char.isalnum() for char in word) or SPOKEN.search(word) is not None


def _piece(piece: re.Match[str], language: str) -> Iterator[str]:
    """The parts of one piece, in the order in which they are spoken."""
    if piece["clock"]:
        yield from _clock(piece["clock"], language)
    elif piece["number"]:
        yield from _number(piece, language)
    elif piece["symbol"]:
        yield name_of(piece["symbol"], language)
    else:
        yield piece["word"]


def _clock(text: str, language: str) -> Iterator[str]:
    hours, minutes = text.split(":")
    yield cardinal(str(int(hours)), language)
    if int(minutes):
        if minutes[0] == "0" and language == "en":
            yield "oh"
        yield cardinal(str(int(minutes)), language)


def _number(piece: re.Match[str], language: str) -> Iterator[str]:
    """A number between its symbols, which may be spoken on the other side of it."""
    suffix, number = piece["suffix"] or "", piece["number"]
    currency = piece["before"] or ""
    after = piece["after"] or ""
    if (language, after) in SAID_BEFORE:
        yield name_of(after, language)
        after = ""
    if piece["minus"]:
        yield minus(language)
    if suffix.lower() in ORDINALS.get(language, ()) and number.isdecimal():
        yield ordinal(number, language, feminine=suffix.lower() in FEMININE)
    elif number == "1" and not suffix and (language, currency or after) in ONE:
        yield ONE[language, currency or after]
        after = ""
    elif currency or (after and after in CURRENCIES):
        yield from _money(number, currency or after, language)
        after = ""
        yield suffix
    else:
        plain = not (after or piece["minus"])
        yield from _digits(number, language, as_year=plain)
        yield suffix
    if after:
        yield _name(number, after, language)


def _name(number: str, symbol: str, language: str) -> str:
    """What a symbol after a number is called."""
    whole, fraction = _split(number, language)
    counts = whole.isdecimal() and len(whole) <= MOST_MARKED_DIGITS and not fraction
    return name_after(int(whole), symbol, language) if counts else name_of(symbol, language)


def _money(number: str, currency: str, language: str) -> Iterator[str]:
    """An amount, its hundredths after the currency."""
    whole, fraction = _split(number, language)
    if len(fraction) == 2 and whole == "1" and (language, currency) in ONE:
        yield ONE[language, currency]
    else:
        yield _whole(number, whole, language)
        if len(fraction) != 2:
            yield from _fraction(fraction, language)
        yield _name(number if len(fraction) != 2 else whole, currency, language)
    if len(fraction) == 2 and fraction.strip("0"):
        yield cardinal(str(int(fraction)), language)
        one, several = UNITS.get(currency, ("", "")) if language == "en" else ("", "")
        yield one if int(fraction) == 1 else several


def _digits(number: str, language: str, *, as_year: bool) -> Iterator[str]:
    """A number with or without marks; several marks that group nothing part several numbers."""
    if not ONE_NUMBER.fullmatch(number):
        yield from (cardinal(part, language) for part in MARKS.split(number))
        return
    whole, fraction = _split(number, language)
    as_year = as_year and number.isdecimal()
    yield year(whole, language) if as_year else _whole(number, whole, language)
    yield from _fraction(fraction, language)


def _whole(number: str, whole: str, language: str) -> str:
    """The digits before the fraction; those of thousands may have had marks between them."""
    return (cardinal if number.startswith(whole) else marked)(whole, language)


def _split(number: str, language: str) -> tuple[str, str]:
    """The digits before and after the mark of the fraction.

    A single mark before three digits is that of thousands, unless it is the language's own mark
    of fractions.
    """
    if INDIAN.fullmatch(number):
        return MARKS.sub("", number), ""
    own = "." if language in POINTED else ","
    if GROUPED.fullmatch(number) and MARKS.findall(number) != [own]:
        return MARKS.sub("", number), ""
    parts = MARKS.split(number)
    if len(parts) == 1:
        return number, ""
    return "".join(parts[:-1]), parts[-1]


def _fraction(digits: str, language: str) -> Iterator[str]:
    """The point and each digit after it; nothing where there are none."""
    if digits:
        yield NAMES.get(language, {}).get("point", "")
        yield from (cardinal(digit, language) for digit in digits)
