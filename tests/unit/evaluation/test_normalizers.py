"""What texts become before they are compared."""

from __future__ import annotations

import pytest

from diascribe.errors import OptionsError
from diascribe.evaluation.text.normalizers import NORMALIZERS, normalizer


def normalized(name: str, text: str, language: str | None = None) -> str:
    return " ".join(normalizer(name, language).words([text])[0])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Hello, World!", "hello world"),
        ("STRASSE Straße", "strasse strasse"),
        ("\uff28\uff25\uff2c\uff2c\uff2f \u2460", "hello 1"),
        ("[noise] so <unk> it (%HESITATION) was %uh fine", "so it was fine"),
        ("all-hands wi\u2010fi", "all hands wi fi"),
        (
            "l\u2019\xe9t\xe9 'quoted' don't rock 'n' roll dogs'",
            "l'été quoted don't rock n roll dogs",
        ),
        ("1,000 1.000.000 3,5 1000", "1000 1000000 3 5 1000"),
        ("five\xa0per cent\u200b", "five per cent"),
        ("  two\n lines\t", "two lines"),
        ("", ""),
        ("?!", ""),
    ],
)
def test_basic_rules_keep_only_words(text: str, wanted: str) -> None:
    assert normalized("basic", text) == wanted


@pytest.mark.parametrize("word", ["हिन्दी", "ภาษาไทย", "עִבְרִית", "tiếng", "العَرَبِيَّة", "မြန်မာ"])
def test_marks_stay_since_words_are_others_without_them(word: str) -> None:
    marks = normalized("basic", word)

    assert normalized("basic", f"({word})") == marks
    assert len(marks) >= len(word) - 1  # NFKC may put a letter and its mark into one


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Uh, I won't -- um, can't", "i will not can not"),
        ("He's sure it's John's, I'd've gone", "he is sure it is john's i would have gone"),
        ("gonna pay Mr. O'Neil 50%", "going to pay mister o'neil fifty per cent"),
        ("percent & per cent", "per cent and per cent"),
        ("mm-hmm, OK okay", "ok ok"),
        ("five o'clock", "five o'clock"),
    ],
)
def test_english_rules_write_out_what_is_said(text: str, wanted: str) -> None:
    assert normalized("english", text) == wanted


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("favourite neighbours honoured", "favorite neighbors honored"),
        ("realise organisations prioritising", "realize organizations prioritizing"),
        ("centres centred fibre", "centers centered fiber"),
        ("catalogue travelled cancelling", "catalog traveled canceling"),
        ("anaesthetic haemoglobin paediatric", "anesthetic hemoglobin pediatric"),
        ("analysed grey cheques defence", "analyzed gray checks defense"),
    ],
)
def test_both_spellings_become_the_same(british: str, american: str) -> None:
    assert normalized("english", british) == normalized("english", american)


@pytest.mark.parametrize(
    "words",
    ["four for", "your yore", "hour or", "tour tore", "filing filling", "poling polling",
     "wise size", "hundred center", "court cort", "advise advice", "mould mole", "were where"],
)  # fmt: skip
def test_different_words_stay_different(words: str) -> None:
    one, other = normalized("english", words).split()

    assert one != other


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("21", "twenty-one"),
        ("105", "one hundred and five"),
        ("1,234", "one thousand two hundred thirty-four"),
        ("1000000", "one million"),
        ("$5 million", "five million dollars"),
        ("$1", "one dollar"),
        ("£2.01", "two pounds and one penny"),
        ("€3.50", "three euros and fifty cents"),
        ("$2.5", "two point five dollars"),
        ("3.14", "three point one four"),
        ("1990.5", "one thousand nine hundred ninety point five"),
        ("1990 1905 1900", "nineteen ninety nineteen oh five nineteen hundred"),
        ("2007 2019", "two thousand seven twenty nineteen"),
        ("the 1990s and '80s", "the nineteen nineties and eighties"),
        ("1st 2nd 23rd 40th 12th", "first second twenty-third fortieth twelfth"),
        ("10:30, 9:05, 8:00", "ten thirty nine oh five eight"),
        ("007", "zero zero seven"),
        ("mp3", "mp three"),
        ("5555555555555555", " ".join(["five"] * 16)),
    ],
)
def test_written_and_spoken_numbers_become_the_same(written: str, spoken: str) -> None:
    assert normalized("english", written) == normalized("english", spoken)


def test_a_number_is_spelled_the_same_word_by_word_as_in_its_sentence() -> None:
    words = ["two", "hundred", "and", "five", "or", "205", "of", "1,000"]

    alone = normalizer("english", None).words(words)

    said = [word for one in alone for word in one]
    assert " ".join(said) == normalized("english", " ".join(words))


def test_no_rules_keep_the_words_as_written() -> None:
    assert normalized("none", " It's [so]\t5% ") == "It's [so] 5%"


@pytest.mark.parametrize(
    ("language", "chosen"),
    [("en", "english"), ("en-GB", "english"), ("de", "basic"), (None, "basic")],
)
def test_the_language_chooses_the_rules(language: str | None, chosen: str) -> None:
    assert normalizer("auto", language).name == chosen


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(OptionsError, match="auto, none, basic, english, not 'whisper'"):
        normalizer("whisper", "en")


def test_every_name_has_one_sentence() -> None:
    assert all(text.endswith(".") and "\n" not in text for text in NORMALIZERS.values())
