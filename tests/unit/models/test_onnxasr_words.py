"""Tokens become words: their letters' times, blanks between them, marks with them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.algorithms.sentences import by_sentences
from diascribe.models.onnxasr.network import Token
from diascribe.models.onnxasr.words import LEAST_S, LONGEST_TOKEN_S, words_of
from diascribe.span import Span
from diascribe.transcript import Word

REGION = Span(10.0, 20.0)


def tokens(*given: tuple[str, float]) -> list[Token]:
    return [Token(text, start, 0.5) for text, start in given]


def texts(words: list[Word]) -> list[str]:
    return [one.text for one in words]


def test_a_word_begins_where_a_token_begins_with_a_blank() -> None:
    words = words_of(tokens((" to", 0.0), ("day", 0.24), (" we", 0.4)), REGION)

    assert texts(words) == ["today", "we"]


def test_letters_are_parted_by_blanks_of_their_own() -> None:
    spelled = tokens(("h", 0.0), ("i", 0.1), (" ", 0.2), ("y", 0.3), ("o", 0.4), (" ", 0.5))

    assert texts(words_of(spelled, REGION)) == ["hi", "yo"]


def test_times_are_on_the_recordings_clock() -> None:
    (word,) = words_of(tokens((" hi", 1.5)), REGION)

    assert (word.start, word.timing) == (11.5, "recognizer")


def test_a_token_lasts_until_the_next_one_or_as_long_as_tokens_do() -> None:
    first, second, last = words_of(tokens((" a", 1.0), (" b", 1.16), (" c", 3.0)), REGION)

    assert (first.start, first.end) == pytest.approx((11.0, 11.16))
    assert (second.start, second.end) == pytest.approx((11.16, 11.16 + LONGEST_TOKEN_S))
    assert (last.start, last.end) == pytest.approx((13.0, 13.0 + LONGEST_TOKEN_S))


def test_marks_belong_to_a_word_and_not_to_its_times() -> None:
    (word,) = words_of(tokens((" yes", 1.0), (".", 2.0)), REGION)

    assert word.text == "yes."
    assert word.end == pytest.approx(11.0 + LONGEST_TOKEN_S)


def test_confidence_is_that_of_the_letters() -> None:
    said = [Token(" y", 0.0, 0.9), Token("es", 0.1, 0.7), Token("!", 0.2, 0.1)]

    (word,) = words_of(said, REGION)

    assert word.confidence == pytest.approx(0.8)


def test_words_of_one_frame_share_its_time_and_say_so() -> None:
    first, second, third = words_of(tokens((" a", 1.0), (" b", 1.0), (" c", 1.2)), REGION)

    assert [one.timing for one in (first, second, third)] == ["interpolated"] * 2 + ["recognizer"]
    assert (first.start, first.end, second.end) == pytest.approx((11.0, 11.1, 11.2))


def test_tokens_that_spell_nothing_are_left_out() -> None:
    said = tokens(("<|en|>", 0.0), (" a", 0.1), ("<unk>", 0.2), (" b", 0.3))

    assert texts(words_of(said, REGION)) == ["a", "b"]


@pytest.mark.parametrize("said", [(), (("<unk>", 0.0),), ((" ", 0.0), (" ", 1.0))])
def test_a_text_of_nothing_has_no_words(said: tuple[tuple[str, float], ...]) -> None:
    assert words_of(tokens(*said), REGION) == []


PIECES = st.lists(st.tuples(st.sampled_from([" a", "b", ",", " ", " c."]), st.integers(0, 200)))


@given(PIECES, st.floats(0.1, 12.0))
def test_words_lie_in_order_inside_the_region_with_a_duration(
    pieces: list[tuple[str, int]], duration: float
) -> None:
    within = Span(5.0, 5.0 + duration)
    frames = sorted(frame for _, frame in pieces)
    said = tokens(*((text, 0.08 * f) for (text, _), f in zip(pieces, frames, strict=True)))

    words = words_of(said, within)

    edges = [within.start, *(e for one in words for e in (one.start, one.end)), within.end]
    assert all(one <= following + 1e-9 for one, following in pairwise(edges))
    assert all(one.duration > 0 for one in words)
    assert all(one.duration >= LEAST_S for one in words if one.timing == "recognizer")
    assert "".join(texts(words)) == "".join(text.strip() for text, _ in pieces)


def spoken(text: str, start: float, end: float) -> Word:
    return Word(start, end, text=text, timing="recognizer")


def test_sentences_end_with_their_marks_and_at_long_pauses() -> None:
    words = [
        spoken("Yes.", 0, 1),
        spoken('"No!"', 1, 2),
        spoken("But", 2, 3),
        spoken("then", 4.5, 5),
    ]

    found = [[one.text for one in sentence] for sentence in by_sentences(words, "en")]

    assert found == [["Yes."], ['"No!"'], ["But"], ["then"]]


def test_a_sentence_does_not_end_with_an_abbreviation() -> None:
    words = [spoken("Dr.", 0, 1), spoken("Fox", 1, 2), spoken("ran.", 2, 3), spoken("So?", 3, 4)]

    assert [len(one) for one in by_sentences(words, "en")] == [3, 1]


def test_no_words_are_no_sentence() -> None:
    assert list(by_sentences([], None)) == []
