"""Full stops that end a word and no sentence."""

import pytest

from diascribe.algorithms.sentences import ABBREVIATIONS, ends_nothing, ends_sentence
from diascribe.marks import SENTENCE_ENDS


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


@pytest.mark.parametrize("sign", sorted(SENTENCE_ENDS))
@pytest.mark.parametrize("closer", ["", '"', ")", "\u201c", "\u300d", " "])
def test_sentences_of_every_script_end_with_their_signs(sign: str, closer: str) -> None:
    assert ends_sentence(f"word{sign}{closer}", "xx")
    assert not ends_sentence(f"word{closer}", "xx")


@pytest.mark.parametrize(
    "word",
    [
        "\u06c1\u06d2\u06d4",
        "\uff83\uff9e\uff7d\uff61",
        "\u1791\u17d4",
        "\u1010\u104b",
        "\u0565\u0589",
    ],
)
def test_urdu_halfwidth_khmer_burmese_and_armenian_stops_end_sentences(word: str) -> None:
    assert ends_sentence(word, None)


def test_numbers_longer_than_any_day_end_sentences() -> None:
    assert ends_sentence("9" * 5000 + ".", "de")
