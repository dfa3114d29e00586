"""Speech without words and words without speech, on whole tenths of a second."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.algorithms.coverage import LEAST_MISSED_S, MARGIN_S, missed, share_in_speech
from diascribe.span import Span
from diascribe.timeline import Index, total

tenths = st.tuples(st.integers(0, 200), st.integers(0, 200)).map(sorted)
many = st.lists(tenths.map(lambda ends: Span(ends[0] / 10, ends[1] / 10)), max_size=8)


@given(many, many)
def test_missed_speech_is_speech_far_from_every_word(speech: list[Span], words: list[Span]) -> None:
    for one in missed(speech, words):
        assert one.duration >= LEAST_MISSED_S
        assert total([one, *speech]) == pytest.approx(total(speech))
        assert all(
            min(word.duration, 2.0) == 0
            or one.gap(Span(word.start, min(word.end, word.start + 2))) >= MARGIN_S - 1e-6
            for word in words
        )


@given(many)
def test_without_words_all_speech_that_lasts_is_missed(speech: list[Span]) -> None:
    assert total(missed(speech, [])) >= total(speech) - LEAST_MISSED_S * len(speech)


@given(many)
def test_speech_is_not_missed_where_words_of_a_second_lie_all_over_it(speech: list[Span]) -> None:
    words = [Span(second, second + 1) for second in range(21)]

    assert missed(speech, words) == []


def test_an_endless_word_is_believed_for_two_seconds() -> None:
    assert missed([Span(0, 10)], [Span(0, 10)]) == [Span(2.3, 10)]


def test_pauses_between_words_are_not_missed() -> None:
    assert missed([Span(0, 4)], [Span(0.2, 1), Span(2.4, 3.9)]) == []


def test_words_near_speech_are_in_it() -> None:
    speech = Index([Span(5, 10)])

    assert share_in_speech([Span(4, 4.8), Span(10.2, 11)], speech) == 1
    assert share_in_speech([Span(3, 4), Span(6, 7)], speech) == pytest.approx(0.5)
    assert share_in_speech([Span(0, 2), Span(20, 21)], speech) == 0


def test_no_words_are_nowhere_wrong() -> None:
    assert share_in_speech([], Index([])) == 1
