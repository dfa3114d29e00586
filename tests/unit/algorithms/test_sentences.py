"""Full stops that end a word and no sentence."""

import pytest

from diascribe.algorithms.sentences import ABBREVIATIONS, ends_nothing


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("Dr.", "en"),
        ("(Mrs.", "en-GB"),
        ("J.", "en"),
        ("e.g.", "en"),
        ("z.", "de"),
        ("B.", "de"),
        ("z.B.", "de"),
        ("3.", "de"),
        ("Sr.", "es"),
        ("dott.", "it"),
        ("P.", "xx"),
    ],
)
def test_abbreviations_initials_and_days_end_nothing(word: str, language: str) -> None:
    assert ends_nothing(word, language)


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("dogs.", "en"),
        ("I.", "en"),
        ("no.", "en"),
        ("2020.", "de"),
        ("3.", "en"),
        ("Dr", "en"),
        ("Dr.", "fi"),
        ("Dr.", None),
        ("why?", "en"),
        (".", "en"),
        ("", "en"),
    ],
)
def test_what_ends_a_sentence_still_does(word: str, language: str | None) -> None:
    assert not ends_nothing(word, language)


def test_abbreviations_are_written_as_they_are_looked_for() -> None:
    for row in ABBREVIATIONS.values():
        assert all(one == one.lower() and not one.endswith(".") for one in row)
