"""The rules under which English texts are compared.

Ours: the Whisper authors' rules join numbers over several words, so that a number has no
times and no speaker left, and read the o of "o'clock" as a zero; the CHiME ones come only
from a repository. Here each written word becomes the same words wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from diascribe.evaluation.text.basic import bare, folded, unannotated
from diascribe.evaluation.text.numbers import NUMBER_WORDS, SCALES, spelled
from diascribe.evaluation.text.spelling import american

HESITATION = re.compile("u+h+m*|u+m+|e+r+m*|e+h+m+|h+m+|m+h+m+|mm+")
"""Sounds of thinking, which transcribers write or leave out as they like."""

WHOLE = {
    "won't": "will not",
    "can't": "can not",
    "cannot": "can not",
    "shan't": "shall not",
    "let's": "let us",
    "y'all": "you all",
    "'cause": "because",
    "cos": "because",
    "cuz": "because",
    "gonna": "going to",
    "wanna": "want to",
    "gotta": "got to",
    "gimme": "give me",
    "lemme": "let me",
    "kinda": "kind of",
    "sorta": "sort of",
    "alright": "all right",
    "okay": "ok",
    "percent": "per cent",
    "mr": "mister",
    "mrs": "missus",
    "dr": "doctor",
    "vs": "versus",
    "etc": "et cetera",
}

ENDINGS = (
    (re.compile("n't$"), " not"),
    (re.compile("(?<=.)'re$"), " are"),
    (re.compile("(?<=.)'ve$"), " have"),
    (re.compile("(?<=.)'ll$"), " will"),
    (re.compile("(?<=.)'d$"), " would"),
    (re.compile("^i'm$"), "i am"),
    (re.compile("^(it|he|she|that|what|there|here|who|where|how|when|why)'s$"), r"\1 is"),
)
"""A possessive is not among them: of `'s` only what follows such a word is read as `is`."""

SYMBOLS = {"%": " per cent ", "&": " and "}

LARGE = frozenset(SCALES.values())


def english_words(texts: Sequence[str]) -> list[list[str]]:
    """The words of each text; `and` after hundreds is left out, as Americans do.

    >>> english_words(["Uh, I won't pay 105", "one hundred and five: colour it!"])
    [['i', 'will', 'not', 'pay', 'one', 'hundred', 'five'], ['one', 'hundred', 'five', 'color', 'it']]
    """  # noqa: E501 - doctests have no line breaks
    found = [_words(text) for text in texts]
    flat = [word for words in found for word in words]
    kept = iter(not _is_filler(flat, place) for place in range(len(flat)))
    return [[word for word in words if next(kept)] for words in found]


def _words(text: str) -> list[str]:
    text = unannotated(folded(text))
    for symbol, spoken in SYMBOLS.items():
        text = text.replace(symbol, spoken)
    words = bare(spelled(text)).split()
    expanded = [one for word in words for one in _expanded(word)]
    return [american(word) for word in expanded if not HESITATION.fullmatch(word)]


def _expanded(word: str) -> list[str]:
    """The word, or those that it is short for, themselves written out."""
    spoken = WHOLE.get(word, word)
    for ending, full in ENDINGS:
        spoken = ending.sub(full, spoken)
    parts = spoken.split()
    return parts if parts == [word] else [one for part in parts for one in _expanded(part)]


def _is_filler(words: Sequence[str], place: int) -> bool:
    """Whether it is the `and` of `hundred and five`."""
    if words[place] != "and" or not 0 < place < len(words) - 1:
        return False
    return words[place - 1] in LARGE and words[place + 1] in NUMBER_WORDS
