"""Sentences of a few hundred words, English and German, as a grammar draws them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Literal

Language = Literal["en", "de"]

_ENGLISH_GROUPS = {
    "person": "I you we they people",
    "single": "he she everybody nobody Anna Peter Alan Robert Maria",
    "name": "Anna Peter Alan Robert Maria Doctor Miller Mister Brown",
    "object": "me you him her us them it everybody nobody",
    "can": "can could should must will would may cannot",
    "do": "read write see send open close find buy sell need want like keep bring take show use "
    "move change finish build paint carry clean check forget remember answer watch",
    "does": "reads writes sees sends opens closes finds buys sells needs wants likes keeps brings "
    "takes shows uses moves changes finishes builds",
    "did": "opened closed finished found bought sold needed wanted liked kept brought took moved "
    "changed carried cleaned forgot painted",
    "go": "go come walk drive run stay sleep work talk wait speak listen",
    "went": "went came walked stayed slept worked talked waited listened",
    "thing": "book letter door house table window picture paper key car bus train ticket phone "
    "computer problem question story plan idea bill cup box bag chair garden kitchen bridge boat "
    "machine camera radio clock map song lamp bottle apple bread water coffee milk money report",
    "things": "books letters doors windows pictures keys cars tickets computers problems "
    "questions stories ideas chairs boats machines apples bottles",
    "unit": "minutes hours days weeks months years dollars pounds miles meters",
    "place": "city library school office station market hospital street river mountain center "
    "village hotel church airport park meeting north south museum council",
    "when": "today tomorrow yesterday now then soon later tonight again always never often",
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "month": "January March April June July August October December",
    "part": "morning afternoon evening night summer winter spring autumn week",
    "how": "big small old young good bad long short hot cold green blue black white yellow "
    "happy heavy light open beautiful quiet strong early late",
    "very": "very so quite really more",
    "this": "the a this that my your his our every another",
    "the": "the this that my your",
    "in": "in at near behind before after from under across",
    "with": "with without about for",
    "unitnumber": "two three four five six seven eight nine",
    "teen": "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "tens": "twenty thirty forty fifty sixty seventy eighty ninety",
    "many": "many some few both only half other",
    "order": "first second third next last",
    "hello": "hello yes no please sorry well okay thanks",
    "what": "what why how where who when",
    "animal": "dog cat horse bird fish cow",
    "family": "mother father brother sister friend daughter son teacher doctor driver child",
}

_ENGLISH = (
    "{person} {can} {do} {this} {thing} {in} {the} {place}.",
    "{person} {can} {do} {object} {when}.",
    "{single} {can} {go} {with} {the} {family}.",
    "{single} {does} {this} {how} {thing}.",
    "{single} {does} {number} {things} {with} {this} {thing}.",
    "{single} {did} {this} {thing} {when}.",
    "{person} {did} {number} {things}, and {single} {went} {in} the {place}.",
    "The {how} {thing} is {in} the {place}.",
    "The {animal} is {very} {how}, but the {animal} is not.",
    "There is {number} {unit} in the {part}.",
    "There are {many} {things} in {this} {place}.",
    "There is one more {thing} for {object}.",
    "{hello}, and thank you for coming to the {place}.",
    "{hello}, {name}, {what} is the {thing}?",
    "{what} {can} {person} {do} the {things}?",
    "{what} {can} we {go} {when}?",
    "Where is {this} {family}?",
    "How much {thing} do {person} need for {object}?",
    "How many {things} {can} {person} {do}?",
    "Please {do} {object} before {day}, and I will {do} it.",
    "Please {do} the {how} {thing}, {name}.",
    "On {day} {person} {went} to the {place}.",
    "On {day} {single} {can} {go} to {this} {place} {in} {the} {place}.",
    "In {month} the {place} was {very} {how}.",
    "The {order} of {month} is a {day}.",
    "The {order} {thing} is {how}, the {order} {thing} is {how}.",
    "{number} {unit} {when}, {single} {did} the {thing}.",
    "My number is {digits}.",
    "{digits}, {digits}.",
    "It is {number} and {number}.",
    "We have {number} {things} and {number} {animal}.",
    "I think {single} {does} {this} {thing} as well.",
    "I think we should ask {name} for {the} {other} {thing}.",
    "That is a {how} {thing}.",
    "That was the {how} end of the {part}.",
    "Today we will talk about the new {thing} in the {place}.",
    "{when} {person} {went} {in} {the} {place}, so {single} {did} {object}.",
    "The building will be finished at the end of the {part}.",
    "{person} have {number} {unit}, but not {many} of that.",
    "{name} and {name} {went} to the {place} {when}.",
    "{this} {family} {did} {this} {thing} {with} {number} {unit}.",
    "{this} {how} {animal} {went} {in} {this} {thing}.",
    "Both {things} and {things} are {how}.",
    "Thank you, {name}, and see you {order} {part}.",
    "{hello}, {hello}.",
    "{hello}, that is {very} {how}.",
    "If {person} {do} {this} {thing}, {single} {can} {do} {the} {thing}.",
    "{salad}.",
    "{salad}.",
    "{salad}.",
    "{salad}, {salad}.",
    "{salad}?",
)

_GERMAN_GROUPS = {
    "ich": "ich",
    "er": "er sie niemand jeder Anna Peter Thomas Julia",
    "kann": "kann muss soll will darf",
    "tun": "lesen schreiben sehen kaufen finden bringen holen suchen zeigen nehmen",
    "tut": "liest schreibt sieht kauft findet bringt holt sucht zeigt nimmt",
    "der": "der dieser mein unser",
    "den": "den diesen keinen einen",
    "mann": "Mann Vater Bruder Freund Lehrer Hund Vogel",
    "sache": "Brief Tisch Schlüssel Stuhl Apfel Kuchen Wagen Ball",
    "die": "die eine keine diese",
    "frau": "Frau Mutter Schwester Freundin Lehrerin Katze",
    "dinge": "Bücher Häuser Fenster Blumen Kinder Straßen Bilder Türen",
    "ort": "Stadt Schule Küche Kirche Straße",
    "wie": "groß klein schön alt neu gut schnell langsam warm kalt müde grün rot",
    "wann": "heute morgen gestern jetzt immer niemals bald wieder",
    "tag": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "zahl": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig hundert",
    "was": "was wo wer warum wann",
    "ja": "ja nein bitte danke vielleicht natürlich",
    "dauer": "Tage Wochen Jahre Stunden Minuten",
}

_GERMAN = (
    "{er} {kann} {den} {sache} {tun}.",
    "{er} {tut} {die} {frau} {wann}.",
    "{ich} {kann} {wann} {zahl} {dinge} {tun}.",
    "{der} {mann} ist sehr {wie}.",
    "{der} {mann} {tut} {den} {sache} in der {ort}.",
    "{die} {frau} ist {wie}, aber {der} {mann} ist nicht {wie}.",
    "{was} ist {die} {frau} {wann}?",
    "{was} {kann} {er} {wann} {tun}?",
    "{ja}, {ich} {kann} das {wann} {tun}.",
    "{ja}, {ja}.",
    "Am {tag} {tut} {er} {zahl} {dinge}.",
    "Wir haben {zahl} {dinge} und {zahl} {dauer}.",
    "Das ist {die} {frau} von {er}.",
    "Guten Tag, {er} ist nicht in der {ort}.",
    "Es sind noch {zahl} {dauer} bis {tag}.",
    "{zahl}, {zahl}, {zahl}.",
    "{wann} ist es in der {ort} sehr {wie}.",
    "{salad}.",
    "{salad}.",
)


class Grammar:
    """Draws sentences of one language; the same random state gives the same sentence."""

    def __init__(self, groups: Mapping[str, str], templates: tuple[str, ...]) -> None:
        self._groups = {name: tuple(words.split()) for name, words in groups.items()}
        self._templates = templates
        self.words = tuple(sorted(self._all_words()))
        self._loose = tuple(word for word in self.words if word not in _KNOWN_BY_CONTEXT)

    def sentence(self, random: Random) -> str:
        """A sentence that begins with a capital letter."""
        template = random.choice(self._templates)
        text = re.sub(r"\{(\w+)\}", lambda match: self._filled(match[1], random), template)
        return text[0].upper() + text[1:]

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
        forms = (one, teen, ten, f"{ten} {one}", f"{one} hundred", f"{one} thousand {ten}")
        return random.choice((*forms, f"{ten} thousand", f"{one} hundred and {ten} {one}"))

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
