"""English numbers as they are spoken, from how they are written."""

from __future__ import annotations

import re
from collections.abc import Callable

SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
ONES = SMALL.split()
TENS = ["", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SCALES = {10**12: "trillion", 10**9: "billion", 10**6: "million", 1000: "thousand", 100: "hundred"}
ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}
MONEY = {"$": ("dollar", "cent"), "£": ("pound", "penny"), "€": ("euro", "cent")}
PLURALS = {"penny": "pence"}
NUMBER_WORDS = frozenset([*ONES, *TENS[1:]])

LONGEST = 15
"""Digits beyond which a number is read digit by digit, as an account's."""


def cardinal(number: int) -> str:
    """A number below 10^15 in words, without `and` after hundreds.

    >>> cardinal(1205)
    'one thousand two hundred five'
    """
    if number < 20:
        return ONES[number]
    if number < 100:
        return f"{TENS[number // 10]} {ONES[number % 10]}" if number % 10 else TENS[number // 10]
    scale = next(one for one in SCALES if number >= one)
    head = f"{cardinal(number // scale)} {SCALES[scale]}"
    return f"{head} {cardinal(number % scale)}" if number % scale else head


def ordinal(number: int) -> str:
    """The number that counts places: `twenty first`."""
    head, _, last = cardinal(number).rpartition(" ")
    ending = last[:-1] + "ieth" if last.endswith("y") else f"{last}th"
    return f"{head} {ORDINALS.get(last, ending)}".strip()


def year(number: int) -> str:
    """Four digits as a year is read.

    >>> year(1905), year(1900), year(2024)
    ('nineteen oh five', 'nineteen hundred', 'twenty twenty four')
    """
    century, rest = divmod(number, 100)
    if not rest:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def whole(digits: str) -> str:
    """Digits without a comma in words: as a year, a number, or digit by digit.

    >>> whole("1990"), whole("007"), whole("42")
    ('nineteen ninety', 'zero zero seven', 'forty two')
    """
    if (digits.startswith("0") and len(digits) > 1) or len(digits) > LONGEST:
        return " ".join(ONES[int(one)] for one in digits)
    if len(digits) == 4 and (1100 <= int(digits) < 2000 or 2010 <= int(digits) < 2100):
        return year(int(digits))
    return cardinal(int(digits))


def amount(written: str) -> str:
    """A number with commas between its thousands or with decimals: `three point one four`."""
    digits, _, decimals = written.partition(".")
    plain = digits.replace(",", "")
    is_number = "," in digits or (decimals and len(digits) <= LONGEST)
    number = cardinal(int(plain)) if is_number else whole(plain)
    spoken = " ".join(ONES[int(one)] for one in decimals)
    return f"{number} point {spoken}" if decimals else number


def _money(found: re.Match[str]) -> str:
    unit, part = MONEY[found["sign"]]
    units, _, parts = found["amount"].partition(".")
    if found["scale"] or (parts and len(parts) != 2):
        return f"{amount(found['amount'])} {found['scale'] or ''} {unit}s"
    spoken = f"{amount(units)} {unit if units == '1' else unit + 's'}"
    if not int(parts or 0):
        return spoken
    many = PLURALS.get(part, part + "s")
    return f"{spoken} and {cardinal(int(parts))} {part if int(parts) == 1 else many}"


def _decade(found: re.Match[str]) -> str:
    spoken = whole(found[1])
    return spoken[:-1] + "ies" if spoken.endswith("y") else f"{spoken}s"


def _clock(found: re.Match[str]) -> str:
    hours, minutes = int(found[1]), int(found[2])
    if not minutes:
        return cardinal(hours)
    return f"{cardinal(hours)} {'oh ' if minutes < 10 else ''}{cardinal(minutes)}"


AMOUNT = r"(?:\d{1,3}(?:,\d{3}){1,4}(?!\d)|\d+)(?:\.\d+)?"
SCALE = r"(?:\s(?P<scale>hundred|thousand|million|billion|trillion)\b)?"
MONEY_AMOUNT = rf"(?P<sign>[$£€])\s?(?P<amount>{AMOUNT}){SCALE}"
WRITTEN: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern, re.ASCII), spoken)
    for pattern, spoken in (
        (MONEY_AMOUNT, _money),
        (r"\b(\d{1,2}):([0-5]\d)\b", _clock),
        (r"\b(\d{1,14})(?:st|nd|rd|th)\b", lambda found: ordinal(int(found[1]))),
        (r"\b(\d{1,3}0)'?s\b", _decade),
        (AMOUNT, lambda found: amount(found[0])),
    )
)


def spelled(text: str) -> str:
    """The text with its digits as they are spoken; a reading is chosen where several are used.

    >>> " ".join(spelled("$2.50 on the 21st at 10:05, 3.5 or 1,200").split())
    'two dollars and fifty cents on the twenty first at ten oh five , three point five or one thousand two hundred'
    """  # noqa: E501 - doctests have no line breaks
    for pattern, spoken in WRITTEN:
        text = pattern.sub(lambda found, spoken=spoken: f" {spoken(found)} ", text)  # type: ignore[misc]  # mypy 2.4 sees no default
    return text
