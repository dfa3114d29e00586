"""What is made of a text before its words are compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from diascribe.errors import OptionsError
from diascribe.evaluation.text.basic import basic_words
from diascribe.evaluation.text.english import english_words

NORMALIZERS: Mapping[str, str] = {
    "auto": "`english` for English, `basic` for every other language.",
    "none": "The words as they are written, between blanks.",
    "basic": (
        "No case, punctuation, symbols or bracketed annotations; letters in Unicode's "
        "compatible form (NFKC), marks kept; apostrophes inside words kept, hyphens blanks."
    ),
    "english": (
        "`basic`, and numbers spelled out, contractions written out, hesitations (uh, um, hmm) "
        "left out, British spellings made American."
    ),
}
"""Each name that may be asked for, and one sentence."""


@dataclass(frozen=True, slots=True)
class Normalizer:
    """A stated set of rules."""

    name: str
    words: Callable[[Sequence[str]], list[list[str]]]
    """The words of each of a recording's texts, in order. Their own words are kept as they are."""


def normalizer(name: str, language: str | None) -> Normalizer:
    """The rules of that name.

    Args:
        name: one of `NORMALIZERS`.
        language: ISO 639 code; null where nobody says, which `auto` takes for another
            language than English.

    Raises:
        OptionsError: no rules have the name.
    """
    if name not in NORMALIZERS:
        known = ", ".join(NORMALIZERS)
        raise OptionsError((f"the normalizer is one of {known}, not {name!r}",))
    if name == "auto":
        spoken = (language or "").lower().partition("-")[0]
        name = "english" if spoken in ("en", "eng") else "basic"
    return Normalizer(name, _RULES[name])


def _as_written(texts: Sequence[str]) -> list[list[str]]:
    return [text.split() for text in texts]


def _basic(texts: Sequence[str]) -> list[list[str]]:
    return [basic_words(text) for text in texts]


_RULES: Mapping[str, Callable[[Sequence[str]], list[list[str]]]] = {
    "none": _as_written,
    "basic": _basic,
    "english": english_words,
}
