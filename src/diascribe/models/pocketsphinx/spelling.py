"""A rough guess at how an English word is pronounced, for words that no dictionary holds."""

from __future__ import annotations

import re

PHONES = {
    **dict(zip("abcdefgh", ("AE", "B", "K", "D", "EH", "F", "G", "HH"), strict=True)),
    **dict(zip("ijklmnop", ("IH", "JH", "K", "L", "M", "N", "AA", "P"), strict=True)),
    **dict(zip("qrstuvwx", ("K", "R", "S", "T", "AH", "V", "W", "K S"), strict=True)),
    **dict(zip("yz", ("Y", "Z"), strict=True)),
}
PHONES |= {"ai": "EY", "ay": "EY", "ea": "IY", "ee": "IY", "oa": "OW", "oo": "UW", "ou": "AW"}
PHONES |= {"ch": "CH", "ck": "K", "er": "ER", "ll": "L", "ng": "NG", "ow": "OW", "ph": "F"}
PHONES |= {"qu": "K W", "sh": "SH", "ss": "S", "th": "TH", "tt": "T"}
"""Letters to phones of the CMU dictionary, the commonest sound of each."""

LETTERS = re.compile("|".join(sorted(PHONES, key=len, reverse=True)))

SILENT_E = re.compile(r"(?<=..)e$")


def spell(word: str) -> str:
    """Phones of a word of lower-case letters, separated by spaces; nothing without letters.

    With every fifth word's pronunciation hidden and guessed so, the words around move by 2 ms
    in the mean; with a model of mumbling in their place by 21 ms (benchmarks/alignment.py).

    >>> spell("quickshire")
    'K W IH K SH IH R'
    """
    return " ".join(PHONES[group] for group in LETTERS.findall(SILENT_E.sub("", word)))
