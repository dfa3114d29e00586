"""Numbers and symbols as they are spoken, and words back as they were written."""

from dataclasses import replace

import pytest

from diascribe.engine.spoken.reading import read_out
from diascribe.engine.spoken.segments import speak
from diascribe.transcript import Segment, Word


@pytest.mark.parametrize(
    ("written", "language", "spoken"),
    [
        ("hello", "en", "hello"),
        ("3rd", "en", "third"),
        ("50%", "en", "fifty percent"),
        ("100%.", "en", "one hundred percent"),
        ("10:30", "en", "ten thirty"),
        ("10:05", "en", "ten oh five"),
        ("10:00", "en", "ten"),
        ("&", "en", "and"),
        ("R&D", "en", "R and D"),
        ("2024", "en", "twenty twenty-four"),
        ("1,984", "en", "one thousand nine hundred eighty-four"),
        ("1,000,000,000", "en", "one billion"),
        ("1000000000", "en", "one" + 9 * " zero"),
        ("$2,500,000,000.50", "en", "two billion five hundred million dollars fifty cents"),
        ("1.000.000.000", "de", "eine Milliarde"),
        ("000,000,000,000", "en", "zero" + 11 * " zero"),
        ("1" + 6 * ",000", "en", "one" + 18 * " zero"),
        ("$5", "en", "five dollars"),
        ("$1.50", "en", "one dollar fifty cents"),
        ("$1", "en", "one dollar"),
        ("£1,", "en", "one pound"),
        ("$1.00", "en", "one dollar"),
        ("$1.5", "en", "one point five dollars"),
        ("$0.01", "en", "zero dollars one cent"),
        ("£2.01", "en", "two pounds one penny"),
        ("$1.000", "en", "one point zero zero zero dollars"),
        ("1€", "fr", "un euro"),
        ("1£", "es", "una libra"),
        ("1,50€", "de", "ein Euro fünfzig"),
        ("1$", "pl", "jeden dolar"),
        ("21$", "ru", "двадцать один доллар"),
        ("3%", "ru", "три процента"),
        ("12%", "ru", "двенадцать процентов"),
        ("2$", "pl", "dwa dolary"),
        ("21$", "pl", "dwadzieścia jeden dolarów"),
        ("22%", "cs", "dvacet dva procent"),
        ("1er", "fr", "premier"),
        ("1re", "fr", "première"),
        ("2e", "fr", "deuxième"),
        ("1.º", "es", "primero"),
        ("1.ª", "es", "primera"),
        ("3ª", "pt", "terceira"),
        ("1º", "it", "primo"),
        ("1,00,000", "en", "one hundred thousand"),
        (
            "12,34,567.50",
            "en",
            "one million two hundred thirty-four thousand five hundred sixty-seven point five zero",
        ),
        ("₹1,00,000", "hi", "एक लाख"),
        ("3.14", "en", "three point one four"),
        ("-5", "en", "minus five"),
        ("10-20", "en", "ten twenty"),
        ("1.2.3", "en", "one two three"),
        ("007", "en", "zero zero seven"),
        ("MP3s", "en", "MP three s"),
        ("COVID-19,", "en", "COVID- nineteen"),
        ("1.500", "de", "eintausendfünfhundert"),
        ("1,5", "de", "eins Komma fünf"),
        ("12.500,75€", "de", "zwölftausendfünfhundert Euro fünfundsiebzig"),
        ("3.14", "pl", "trzy przecinek jeden cztery"),
        ("50%", "tr", "yüzde elli"),
        ("2024年", "zh", "二 \N{IDEOGRAPHIC NUMBER ZERO} 二 四 年"),
        ("٣", "ar", "ثلاثة"),
    ],
)
def test_a_written_word_is_read_out(written: str, language: str, spoken: str) -> None:
    assert " ".join(read_out(written, language)) == spoken


@pytest.mark.parametrize("language", [None, "xx"])
def test_a_number_in_a_language_without_rules_stays_as_it_is(language: str | None) -> None:
    assert read_out("$1,984.50", language) == ("$1,984.50",)


@pytest.mark.parametrize("text", ["—", "½", "…", "#"])
def test_what_nobody_can_read_out_stays_as_it_is(text: str) -> None:
    assert read_out(text, "en") == (text,)


def word(text: str, start: float, end: float) -> Word:
    return Word(start, end, text=text, timing="recognizer", confidence=0.7)


SEGMENT = Segment(
    0, 6, text="paid $5 today", language="en",
    words=(word("paid", 0, 1), word("$5", 1, 3), word("today", 4, 6)),
)  # fmt: skip


def test_spoken_words_share_the_time_of_the_written_one() -> None:
    spoken = speak(SEGMENT).segment

    assert [one.text for one in spoken.words] == ["paid", "five", "dollars", "today"]
    assert [(one.start, one.end) for one in spoken.words[1:3]] == [
        (1, pytest.approx(1.727, abs=0.001)),
        (pytest.approx(1.727, abs=0.001), 3),
    ]


def test_a_written_word_reaches_from_its_first_spoken_one_to_its_last() -> None:
    spoken = speak(SEGMENT)
    times = [(0.1, 0.9, 0.5), (1.2, 1.4, 0.6), (1.5, 2.1, 0.2), (4, 5, 0.9)]
    aligned = replace(
        spoken.segment,
        words=tuple(
            replace(one, start=start, end=end, timing="aligned", score=score)
            for one, (start, end, score) in zip(spoken.segment.words, times, strict=True)
        ),
    )

    written = spoken.write(aligned)

    assert [one.text for one in written.words] == ["paid", "$5", "today"]
    amount = written.words[1]
    assert (amount.start, amount.end, amount.timing) == (1.2, 2.1, "aligned")
    assert amount.score == pytest.approx(0.3)
    assert amount.confidence == 0.7


def test_words_that_were_not_found_come_back_as_they_were() -> None:
    spoken = speak(SEGMENT)

    assert spoken.write(spoken.segment) == SEGMENT


def test_of_a_word_that_was_found_in_part_the_found_part_counts() -> None:
    spoken = speak(SEGMENT)
    words = list(spoken.segment.words)
    words[2] = replace(words[2], start=2.0, end=2.5, timing="aligned", score=0.5)

    written = spoken.write(replace(spoken.segment, words=tuple(words)))

    assert (written.words[1].start, written.words[1].end) == (2.0, 2.5)
    assert written.words[1].timing == "aligned"


def test_a_text_without_words_and_blanks_is_spoken_character_by_character() -> None:
    spoken = speak(Segment(0, 4, text="今日は。", language="ja"))

    assert [one.text for one in spoken.segment.words] == ["今", "日", "は。"]


def test_numbers_longer_than_any_rule_are_read_digit_by_digit() -> None:
    assert read_out("9" * 5000 + "%", "en") == (*["nine"] * 5000, "percent")
    assert read_out("$" + "9" * 5000 + ".50", "en")[-3:] == ("dollars", "fifty", "cents")


def test_where_no_rule_knows_numbers_below_zero_the_sign_is_left_out() -> None:
    assert read_out("-5", "zu") == read_out("5", "zu") != ("5",)
