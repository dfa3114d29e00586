"""Sentences of a few hundred words, English and German, as a grammar draws them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal

Language = Literal["en", "de"]

_ENGLISH_GROUPS = {
    "person": "I you we they",
    "single": "he she Anna Peter",
    "name": "Anna Peter Robert Maria",
    "object": "me you him them it everybody",
    "can": "can should must will",
    "do": "read write see open close find buy need bring keep",
    "did": "opened closed found bought brought painted",
    "go": "go walk work wait",
    "went": "went walked worked waited",
    "thing": "book letter door house table window picture car train ticket phone computer garden "
    "apple water coffee money",
    "things": "books letters windows pictures cars tickets computers apples",
    "unit": "minutes hours days weeks dollars",
    "place": "city library school office station market hospital river village meeting",
    "when": "today tomorrow yesterday now later never",
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "month": "January April July October",
    "part": "morning evening summer winter week",
    "how": "big small old young good cold green black happy",
    "this": "the a my your every",
    "in": "in near behind before after",
    "with": "with without about",
    "unitnumber": "two three four five six seven eight nine",
    "teen": "ten eleven twelve",
    "tens": "twenty thirty forty fifty sixty seventy eighty ninety",
    "many": "some few both",
    "order": "first second next last",
    "hello": "hello yes no please thanks",
    "what": "what why where who when",
    "animal": "dog cat horse bird",
    "family": "mother father brother teacher doctor",
}

_ENGLISH = (
    "{person} {can} {do} {this} {thing} {in} the {place}.",
    "{person} {can} {do} {object} {when}.",
    "{single} {can} {go} {with} my {family}.",
    "{single} {did} {this} {how} {thing} {when}.",
    "{person} {did} {number} {things}, and {single} {went} {in} the {place}.",
    "The {how} {thing} is {in} the {place}.",
    "The {animal} is very {how}, but the {animal} is not.",
    "There are {number} {unit} before the {part}.",
    "There are {many} {things} in {this} {place}.",
    "{hello}, and thank you for the {thing}.",
    "{hello}, {name}, {what} is the {thing}?",
    "{what} {can} {person} {do} the {things}?",
    "How many {things} {can} {person} {do}?",
    "Please {do} {object} before {day}, and I will {do} it.",
    "On {day} {person} {went} to the {place}.",
    "In {month} the {place} was very {how}.",
    "The {order} {thing} is {how}, the {order} {thing} is {how}.",
    "My number is {digits}.",
    "{digits}, {digits}.",
    "It is {number} and {number}.",
    "We need {number} {things} and {number} {animal}.",
    "{name} and {name} {went} to the {place} {when}.",
    "{this} {family} {did} {this} {thing} {with} {number} {unit}.",
    "{hello}, that is very {how}.",
    "{salad}.",
    "{salad}.",
    "{salad}.",
    "{salad}.",
    "{salad}, {salad}.",
    "{salad}, {salad}.",
    "{salad}?",
)

_GERMAN_GROUPS = {
    "er": "er sie niemand Anna Peter",
    "kann": "kann muss will",
    "tun": "lesen schreiben kaufen finden bringen",
    "tut": "liest schreibt kauft findet bringt",
    "der": "der dieser mein",
    "den": "den diesen keinen",
    "mann": "Mann Vater Bruder Lehrer Hund",
    "sache": "Brief Tisch Schlüssel Apfel",
    "die": "die eine keine",
    "frau": "Frau Mutter Schwester Katze",
    "dinge": "Bücher Häuser Fenster Blumen Kinder",
    "ort": "Stadt Schule Küche",
    "wie": "groß klein schön alt schnell warm kalt",
    "wann": "heute morgen gestern jetzt immer",
    "tag": "Montag Dienstag Mittwoch Freitag Sonntag",
    "zahl": "zwei drei vier fünf sechs sieben acht neun zehn",
    "was": "was wo wer warum",
    "ja": "ja nein bitte danke vielleicht",
    "dauer": "Tage Wochen Jahre Stunden",
}

_GERMAN = (
    "{er} {kann} {den} {sache} {tun}.",
    "{er} {tut} {die} {frau} {wann}.",
    "{der} {mann} ist sehr {wie}.",
    "{der} {mann} {tut} {den} {sache} in der {ort}.",
    "{die} {frau} ist {wie}, aber {der} {mann} ist nicht {wie}.",
    "{was} ist {die} {frau} {wann}?",
    "{ja}, {er} {kann} das {wann} {tun}.",
    "Am {tag} {tut} {er} {zahl} {dinge}.",
    "Wir haben {zahl} {dinge} und {zahl} {dauer}.",
    "{zahl}, {zahl}, {zahl}.",
    "{salad}.",
    "{salad}.",
    "{salad}, {salad}.",
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text; `is_salad` where its words follow no rule, so that only hearing tells them."""

    text: str
    is_salad: bool


class Grammar:
    """Draws sentences of one language; the same random state gives the same sentence."""

    def __init__(self, groups: Mapping[str, str], templates: tuple[str, ...]) -> None:
        self._groups = {name: tuple(words.split()) for name, words in groups.items()}
        self._templates = templates
        self.words = tuple(sorted(self._all_words()))
        self._loose = tuple(word for word in self.words if word not in _KNOWN_BY_CONTEXT)

    def sentence(self, random: Random) -> Sentence:
        """A sentence that begins with a capital letter."""
        template = random.choice(self._templates)
        text = re.sub(r"\{(\w+)\}", lambda match: self._filled(match[1], random), template)
        return Sentence(text[0].upper() + text[1:], is_salad="{salad}" in template)

    def _filled(self, slot: str, random: Random) -> str:
        """Words for one slot: of a group, or made by a rule of their own."""
        if slot == "salad":
            return " ".join(random.choices(self._loose, k=random.randint(2, 7)))
        if slot == "digits":
            return " ".join(random.choices(_DIGITS, k=random.randint(3, 5)))
        if slot == "number":
            return self._number(random)
        return random.choice(self._groups.get(slot, (slot,)))

    def _number(self, random: Random) -> str:
        """A number in words, from two to nine hundred thousand."""
        one, teen, ten = (random.choice(self._groups[g]) for g in ("unitnumber", "teen", "tens"))
        forms = (one, teen, ten, f"{ten} {one}", f"{one} hundred", f"{ten} thousand")
        return random.choice((*forms, f"{one} hundred and {ten} {one}"))

    def _all_words(self) -> set[str]:
        """Every word that some sentence may contain, spelt as inside a sentence."""
        words = {word for group in self._groups.values() for word in group}
        for template in self._templates:
            literal = re.findall(r"(?<!\{)\b\w+\b(?!\})", template)
            words |= {word if word not in {"There", "How"} else word.lower() for word in literal}
        return {
            _inside(word, words) for word in words | set(_DIGITS if "tens" in self._groups else ())
        }


def _inside(word: str, words: set[str]) -> str:
    """A word as it is spelt inside a sentence: small if the small form occurs or opens one."""
    return word.lower() if word.lower() in words or word in _OPENERS else word


_OPENERS = {
    *("The", "There", "Please", "On", "In", "My", "It", "We", "That", "Today", "Both", "If"),
    *("Thank", "Where", "How", "Am", "Wir", "Das", "Guten", "Es"),
}
_KNOWN_BY_CONTEXT = {"to", "for"}
"""Sound like a number where the sentence does not tell them apart."""

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

GRAMMARS: dict[Language, Grammar] = {
    "en": Grammar(_ENGLISH_GROUPS | {"more": "hundred thousand"}, _ENGLISH),
    "de": Grammar(_GERMAN_GROUPS, _GERMAN),
}


def plain(word: str) -> str:
    """A word without punctuation, in small letters: what is said, not how it is written."""
    return re.sub(r"[^\w']", "", word).lower()
