"""Guessed pronunciations: letters to the phones of the dictionary."""

import pytest

from diascribe.models.pocketsphinx.spelling import PHONES, spell

ARPABET = """
AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW
V W Y Z ZH
"""
"""The phones of the CMU dictionary."""


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("cat", "K AE T"),
        ("ship", "SH IH P"),
        ("box", "B AA K S"),
        ("note", "N AA T"),
        ("me", "M EH"),
        ("", ""),
        ("1984", ""),
    ],
)
def test_a_word_sounds_as_it_is_spelled(word: str, phones: str) -> None:
    assert spell(word) == phones


def test_only_phones_of_the_dictionary_are_used() -> None:
    used = {phone for phones in PHONES.values() for phone in phones.split()}

    assert used <= set(ARPABET.split())


def test_every_letter_has_a_sound() -> None:
    assert all(spell(letter) for letter in "abcdefghijklmnopqrstuvwxyz")
