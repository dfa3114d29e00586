"""What was said in a minute, from words or from longer stretches of text."""

from hypothesis import given
from hypothesis import strategies as st

from diascribe.evaluation.account import Account
from diascribe.evaluation.report.saying import CUT, Line, Sayings
from diascribe.formats.utterances import Utterance
from diascribe.span import Span
from diascribe.transcript import Word

MINUTE = Span(60, 120)


def word(start: float, text: str, speaker: str | None) -> Word:
    return Word(start, start + 0.4, text=text, timing="aligned", speaker=speaker)


def of(*utterances: Utterance) -> Sayings:
    return Sayings(Account(recording="talk", utterances=utterances))


def test_words_are_joined_by_speaker_up_to_a_pause() -> None:
    words = (
        word(61, "good", "anna"),
        word(61.2, "yes", "ben"),
        word(61.5, "morning", "anna"),
        word(64, "so", "anna"),
        word(65, "what", None),
    )

    lines = Sayings(Account(recording="talk", words=words)).within(MINUTE)

    assert lines == [
        Line(61, "anna", "good morning"),
        Line(61.2, "ben", "yes"),
        Line(64, "anna", "so"),
        Line(65, None, "what"),
    ]


def test_a_word_belongs_to_the_minute_of_its_middle() -> None:
    sayings = Sayings(Account(recording="talk", words=(word(59.9, "late", "anna"),)))

    assert sayings.within(Span(0, 60)) == []
    assert sayings.within(MINUTE) == [Line(60, "anna", "late")]


def test_a_longer_text_is_cut_where_the_minute_ends() -> None:
    sayings = of(Utterance(50, 70, "aaaa bbbb cccc dddd", "anna"))

    assert sayings.within(Span(0, 60)) == [Line(50, "anna", f"aaaa bbbb{CUT}")]
    assert sayings.within(MINUTE) == [Line(60, "anna", f"{CUT}cccc dddd")]


@given(st.lists(st.text("abc", min_size=1, max_size=9), max_size=40), st.floats(0, 500))
def test_every_word_of_a_text_is_in_one_minute(words: list[str], length: float) -> None:
    sayings = of(Utterance(13, 13 + length + 1, " ".join(words)))

    minutes = [sayings.within(Span(60 * one, 60 * one + 60)) for one in range(10)]

    said = [line.text.strip(CUT).split() for lines in minutes for line in lines]
    assert [one for some in said for one in some] == words


def test_a_side_without_text_says_so() -> None:
    assert not of(Utterance(0, 1, "")).known
    assert not Sayings(Account(recording="talk")).known
    assert of(Utterance(0, 1, "x")).known
