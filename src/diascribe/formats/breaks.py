"""How bad it is to end a line or a cue after a word."""

from __future__ import annotations

import re
import unicodedata

from diascribe.formats.tokens import Token
from diascribe.marks import CLOSERS, SENTENCE_ENDS

CLAUSE_ENDS = tuple(",;:—\N{EN DASH}،、")
"""As compatibility normalisation leaves them: full-width forms become ASCII."""

PAUSE_MS = 300
"""A silence that a listener notices."""

AFTER_SENTENCE = 0.0
AFTER_CLAUSE = 0.5
AFTER_WORD = 3.0
AFTER_ARTICLE = 5.0

ARTICLE = re.compile(
    "an?|the|de[rmns]|die|das|eine?[mnrs]?|le|las?|les|une?|el|los|una|il|lo|gli|[io]s?|as|uma?"
    "|het|een",
    re.IGNORECASE,
)
"""Words that belong to the next: en de fr es it pt nl, mixed, since a wrong guess costs little."""


LABEL = re.compile(r"\[.*\]:")
"""Who speaks, as SRT says it: as bad to end a line after as after any word, unless what
follows is written without blanks and would be broken within a word instead."""


def break_cost(token: Token, following: Token) -> float:
    """The cost of a break between two tokens: 0 after a sentence, most after an article."""
    if LABEL.fullmatch(token.text) and unicodedata.east_asian_width(following.text[0]) not in "WF":
        return AFTER_WORD
    bare = unicodedata.normalize("NFKC", token.text).rstrip(CLOSERS)
    if bare[-1:] in SENTENCE_ENDS:
        return AFTER_SENTENCE
    if bare.endswith(CLAUSE_ENDS) or following.start_ms - token.end_ms >= PAUSE_MS:
        return AFTER_CLAUSE
    return AFTER_ARTICLE if ARTICLE.fullmatch(bare) else AFTER_WORD
