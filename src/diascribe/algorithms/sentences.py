"""Where sentences end, and which words with a full stop end none: abbreviations, initials, days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol, TypeVar

from diascribe.marks import CLOSERS, SENTENCE_ENDS

PAUSE_S = 1.0
"""A pause this long parts sentences, whatever is written."""

ABBREVIATIONS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        language: frozenset(row.split())
        for language, row in {
            "en": "dr mr mrs ms messrs prof st jr sr vs mt gen col sgt capt lt cpl cmdr rev hon gov"
                  " sen rep fig vol approx dept e.g i.e cf",
            "de": "dr prof hr fr dipl ing nr st ca bzw bspw vgl evtl ggf inkl exkl zzgl sog z.b d.h"
                  " u.a i.d.r z.t v.a o.g s.o abs art bd",
            "fr": "dr pr mm st ste p.ex c.-à-d cf env av art",
            "es": "dr dra sr sra srta d.ª dña ud uds prof profa lic ing p.ej art núm",
            "it": "dr dott dott.ssa sig sigg prof avv ing on egr p.es art",
            "pt": "dr dra sr sra srta prof profa exmo exma eng p.ex art núm",
            "nl": "dr prof dhr mevr mw ir ing drs mr bijv bv ca nl o.a d.w.z t.a.v",
            "sv": "dr prof hr fr kl t.ex bl.a d.v.s ca nr s.k",
            "da": "dr prof hr fr kl f.eks bl.a dvs ca nr",
            "no": "dr prof hr fr kl f.eks bl.a dvs ca nr",
            "pl": "dr prof mgr inż hab np tzn tzw ul św nr ok",
            "cs": "dr prof mgr ing judr mudr např tzv tj sv č",
            "ru": "г ул т.е т.к т.н др проф им руб тыс",  # noqa: RUF001 - letters of their own
        }.items()
    }
)  # fmt: skip
"""By language, in lower case, without their last full stop: what a sentence seldom ends with."""

ORDINAL_STOP = frozenset({"de", "da", "no", "nb", "nn", "fi", "et", "pl", "cs", "sk", "sl", "hu"})
"""Languages that write places in a row as numbers with a full stop."""

MOST_DAYS = 31
"""Such a number is a day as a rule; a larger one is a year at the end of a sentence."""

OPENING = "([{\"'«„“‘¿¡"  # noqa: RUF001 - as people write them
"""What may stand before a word."""


class Timed(Protocol):
    """A word with times."""

    @property
    def text(self) -> str:
        """As it is written."""
        ...

    @property
    def start(self) -> float:
        """In seconds."""
        ...

    @property
    def end(self) -> float:
        """In seconds."""
        ...


W = TypeVar("W", bound=Timed)


def by_sentences(words: Sequence[W], language: str | None) -> Iterator[list[W]]:
    """The words of each sentence, sentences parted at long pauses."""
    sentence: list[W] = []
    for one in words:
        before = sentence[-1] if sentence else None
        if before and (ends_sentence(before.text, language) or one.start - before.end >= PAUSE_S):
            yield sentence
            sentence = []
        sentence.append(one)
    if sentence:
        yield sentence


def ends_sentence(word: str, language: str | None) -> bool:
    """Whether a sentence ends with a word.

    >>> ends_sentence("dogs.\u201d", "en"), ends_sentence("Dr.", "en"), ends_sentence("dogs", "en")
    (True, False, False)
    """
    return stops(word) and not ends_nothing(word, language)


def stops(word: str) -> bool:
    """Whether a mark that ends sentences ends a word, whatever stands around it."""
    return word.rstrip().rstrip(CLOSERS)[-1:] in SENTENCE_ENDS


def ends_nothing(word: str, language: str | None) -> bool:
    """Whether a word ends no sentence though a full stop ends the word.

    >>> ends_nothing("Dr.", "en"), ends_nothing("J.", "en"), ends_nothing("3.", "de")
    (True, True, True)
    >>> ends_nothing("dogs.", "en"), ends_nothing("I.", "en"), ends_nothing("3.", "en")
    (False, False, False)
    """
    bare = word.strip().lstrip(OPENING)
    if not bare.endswith(".") or language is None:
        return False
    stem, code = bare[:-1], language.lower().partition("-")[0]
    if stem.isdecimal():
        return code in ORDINAL_STOP and len(stem) <= 2 and int(stem) <= MOST_DAYS
    initial = len(stem) == 1 and stem.isalpha() and stem != "I"
    return initial or stem.lower() in ABBREVIATIONS.get(code, ())
