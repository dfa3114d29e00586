"""Utterances cut by the speakers of their words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from diascribe.evaluation.text.passages import passages
from diascribe.formats.utterances import Utterance
from diascribe.transcript import Word


def words(*said: tuple[str, str | None]) -> list[Word]:
    return [
        Word(place, place + 1, text=text, timing="aligned", speaker=speaker)
        for place, (text, speaker) in enumerate(said)
    ]


def cut(text: str, *said: tuple[str, str | None]) -> list[tuple[str, str | None]] | None:
    found = passages([Utterance(0, 9, text, "A")], words(*said))
    return None if found is None else [(one.text, one.speaker) for one in found]


def test_an_utterance_is_cut_where_the_speaker_changes() -> None:
    found = cut("So what? Well, yes.", ("so", "A"), ("what", "A"), ("well", "B"), ("yes", "B"))

    assert found == [("So what?", "A"), ("Well, yes.", "B")]


def test_parts_have_the_time_of_the_whole() -> None:
    found = passages([Utterance(3, 9, "so what", "A")], words(("so", "B"), ("what", None)))

    assert found == [Utterance(3, 9, "so", "B"), Utterance(3, 9, "what")]


def test_words_go_on_over_the_utterances() -> None:
    whole = [Utterance(0, 1, "so", "A"), Utterance(1, 1, "..."), Utterance(1, 3, "what now", "A")]

    found = passages(whole, words(("so", "A"), ("what", "A"), ("now", "B")))

    assert found == [*whole[:2], Utterance(1, 3, "what", "A"), Utterance(1, 3, "now", "B")]


def test_what_words_break_apart_stays_in_one_piece() -> None:
    found = cut("No. $1,000 (50%)", ("no", "A"), ("1", "B"), (",000", "B"), ("50", "B"), ("%", "B"))

    assert found == [("No.", "A"), ("$1,000 (50%)", "B")]


def test_a_language_without_blanks_is_cut_between_its_characters() -> None:
    assert cut("今日は晴れ", ("今日", "A"), ("は", "A"), ("晴れ", "B")) == [
        ("今日は", "A"),
        ("晴れ", "B"),
    ]


def test_words_of_another_text_cut_nothing() -> None:
    assert cut("so what", ("so", "A")) is None
    assert cut("so what", ("so", "A"), ("watt", "B")) is None
    assert cut("so", ("so", "A"), ("what", "B")) is None


said = st.tuples(st.text(max_size=5).map(lambda text: "".join(text.split())), st.sampled_from("AB"))


@given(st.lists(said, max_size=8))
def test_each_part_is_what_one_speaker_s_words_say(spoken: list[tuple[str, str]]) -> None:
    found = cut(" ".join(text for text, _ in spoken), *spoken)

    letters = [(char, speaker) for text, speaker in spoken for char in text if char.isalnum()]
    assert found is not None
    assert [
        (char, speaker) for text, speaker in found for char in text if char.isalnum()
    ] == letters
