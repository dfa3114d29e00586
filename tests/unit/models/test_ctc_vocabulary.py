"""How written words are spelled with the letters that a network has."""

import pytest

from diascribe.models.ctc.vocabulary import Vocabulary

UPPER = Vocabulary(
    {letter: number for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ'", start=5)},
    blank=0,
    delimiter=4,
    size=32,
)
GERMAN = Vocabulary({"s": 1, "t": 2, "r": 3, "a": 4, "ß": 5, "ä": 6, "e": 7}, 0, None, 8)


def spelled(vocabulary: Vocabulary, word: str) -> str:
    """The letters; `*` for a star, `|` for the delimiter."""
    names = {number: letter for letter, number in vocabulary.letters.items()}
    names |= {vocabulary.star: "*"} | ({4: "|"} if vocabulary is UPPER else {})
    return "".join(names[token] for token in vocabulary.spell(word))


@pytest.mark.parametrize(
    ("written", "letters"),
    [
        ("Hello,", "HELLO"),
        ("don\N{RIGHT SINGLE QUOTATION MARK}t", "DON'T"),
        ("café", "CAFE"),
        ("Straße", "STRASSE"),
        ("\N{LATIN SMALL LIGATURE FI}sh", "FISH"),
        ("twenty-one", "TWENTY|ONE"),
        ("-one-", "ONE"),
        ("日本", "**"),
        ("B2B", "B*B"),
        ("—", ""),
        ("…!", ""),
        ("a|b", "AB"),
        ("a\N{ARABIC TATWEEL}b", "AB"),
        ("a\N{HEBREW PUNCTUATION MAQAF}b", "A|B"),
    ],
)
def test_a_word_is_spelled_with_the_letters_that_there_are(written: str, letters: str) -> None:
    assert spelled(UPPER, written) == letters


@pytest.mark.parametrize(
    ("written", "letters"),
    [("Straße", "straße"), ("STÄRE", "stäre"), ("sta\N{COMBINING DIAERESIS}re", "stäre")],
)
def test_letters_of_a_language_are_taken_where_the_network_has_them(
    written: str, letters: str
) -> None:
    assert spelled(GERMAN, written) == letters
