"""Numbers as words, by the rules that Unicode keeps for some 80 languages (CLDR)."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache

from unicode_rbnf import FormatPurpose, RbnfEngine
from unicode_rbnf.engine import RbnfError

INVISIBLE = re.compile("[\N{SOFT HYPHEN}\N{ZERO WIDTH SPACE}]")
"""Where a word may be parted; nobody says it."""

MOST_DIGITS = 9
"""Longer numbers without separators are read digit by digit, as those of telephones are."""

MOST_MARKED_DIGITS = 15
"""Of numbers whose thousands are marked: the rules of most languages end soon after."""

YEARS = range(1100, 2100)
"""Numbers of four digits that are read as years, where a language reads those otherwise."""

DIGIT_BY_DIGIT = frozenset({"zh", "yue"})
"""Languages that read years so; the rules lose their zeros."""

OTHER_CODES = {"nb": "no", "tl": "fil"}
"""What the rules call languages otherwise than ISO 639 does."""


def knows(language: str) -> bool:
    """Whether there are rules for the language."""
    return _rules(language) is not None


def cardinal(digits: str, language: str) -> str:
    """A whole number as a language says it; digit by digit where it is long or starts with 0.

    >>> cardinal("1984", "de"), cardinal("007", "en")
    ('eintausendneunhundertvierundachtzig', 'zero zero seven')
    """
    if len(digits) > MOST_DIGITS or (len(digits) > 1 and int(digits[0]) == 0):
        return _each(digits, language)
    return _said(int(digits), language, FormatPurpose.CARDINAL)


def marked(digits: str, language: str) -> str:
    """A whole number whose thousands were marked, which no telephone's are.

    >>> marked("2000000000", "en")
    'two billion'
    """
    if MOST_DIGITS < len(digits) <= MOST_MARKED_DIGITS and int(digits[0]):
        return _said(int(digits), language, FormatPurpose.CARDINAL)
    return cardinal(digits, language)


def year(digits: str, language: str) -> str:
    """Four digits as a year, others as any number.

    >>> year("2024", "en")
    'twenty twenty-four'
    """
    if len(digits) == 4 and int(digits) in YEARS:
        if language in DIGIT_BY_DIGIT:
            return _each(digits, language)
        if language == "ja":  # reads years as any number, and the rules lose their zeros
            return cardinal(digits, language)
        return _said(int(digits), language, FormatPurpose.YEAR)
    return cardinal(digits, language)


def ordinal(digits: str, language: str, *, feminine: bool = False) -> str:
    """A whole number as a place in a row; the gender counts in languages that have one there.

    >>> ordinal("1", "fr"), ordinal("1", "fr", feminine=True)
    ('premier', 'première')
    """
    if len(digits) > MOST_DIGITS:
        return cardinal(digits, language)
    rules = _rules(language)
    gendered = f"spellout-ordinal-{'feminine' if feminine else 'masculine'}"
    if rules is not None and gendered in rules.rulesets:
        text = rules.format_number(int(digits), ruleset_names=[gendered]).text
        return INVISIBLE.sub("", text)
    return _said(int(digits), language, FormatPurpose.ORDINAL)


def minus(language: str) -> str:
    """What stands before a number below zero; nothing where the rules know none such."""
    one, below = (_ruled(number, language, FormatPurpose.CARDINAL) or "" for number in (1, -1))
    return below.removesuffix(one).strip()


def _each(digits: str, language: str) -> str:
    """The digits one by one."""
    return " ".join(_said(int(one), language, FormatPurpose.CARDINAL) for one in digits)


def _said(number: int, language: str, purpose: FormatPurpose) -> str:
    """A number from 0 on; digit by digit where the rules end before it."""
    said = _ruled(number, language, purpose)
    if said is None and number > 9:
        return _each(str(number), language)
    return str(number) if said is None else said


def _ruled(number: int, language: str, purpose: FormatPurpose) -> str | None:
    """A number as the rules for a purpose say it, else as those for any; null where none does."""
    rules = _rules(language)
    assert rules is not None, "asked of a language that `knows` refuses"
    for one in (purpose, FormatPurpose.CARDINAL):
        with suppress(ValueError, RbnfError):  # no rules for the purpose, or none for the number
            return INVISIBLE.sub("", rules.format_number(number, purpose=one).text)
    return None


@cache
def _rules(language: str) -> RbnfEngine | None:
    """A language's rules, read once; null where there are none."""
    code = language.lower().partition("-")[0]
    try:
        return RbnfEngine.for_language(OTHER_CODES.get(code, code))
    except ValueError:
        return None
