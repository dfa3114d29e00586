"""Words that were found and words that were not, in one order."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from diascribe.algorithms.settle import settle, words_of
from diascribe.span import Span
from diascribe.transcript import Segment, Timing, Word

WHOLE = Span(0, 10)


def word(start: float, end: float, timing: Timing = "recognizer", text: str = "ab") -> Word:
    return Word(start, end, text=text, timing=timing)


def times(words: tuple[Word, ...]) -> list[tuple[float, float, str]]:
    return [(one.start, one.end, one.timing) for one in words]


def test_a_recognizers_times_stay_where_they_lie_between() -> None:
    settled = settle(WHOLE, [word(1, 2, "aligned"), word(2.5, 3), word(4, 5, "aligned")])

    assert times(settled)[1] == (2.5, 3, "recognizer")


def test_a_recognizers_times_that_reach_into_a_found_word_go() -> None:
    settled = settle(WHOLE, [word(1, 2, "aligned"), word(1.5, 3), word(4, 5, "aligned")])

    assert times(settled)[1] == (2, 4, "interpolated")


def test_words_share_the_hole_by_their_characters() -> None:
    lost = [word(0, 0, "interpolated", "abc"), word(0, 0, "interpolated", "d")]

    settled = settle(WHOLE, [word(0, 2, "aligned"), *lost])

    assert times(settled)[1:] == [(2, 8, "interpolated"), (8, 10, "interpolated")]


def test_a_found_words_score_stays_and_a_lost_ones_goes() -> None:
    found = Word(1, 2, text="a", timing="aligned", score=0.5)
    lost = Word(0, 0, text="b", timing="interpolated")

    assert [one.score for one in settle(WHOLE, [found, lost])] == [0.5, None]


def test_no_words_stay_none() -> None:
    assert settle(WHOLE, []) == ()


@given(
    st.lists(st.floats(0, 10), max_size=24),
    st.lists(st.tuples(st.booleans(), st.floats(0, 10), st.floats(0, 10)), max_size=12),
)
def test_words_are_in_order_and_inside_whatever_came(
    found: list[float], came: list[tuple[bool, float, float]]
) -> None:
    edges = iter(sorted(found))
    words = [
        word(start, end, "aligned")
        if is_found and (start := next(edges, -1)) >= 0 and (end := next(edges, -1)) >= 0
        else word(min(one, other), max(one, other))
        for is_found, one, other in came
    ]

    settled = settle(WHOLE, words)

    assert all(one.end <= after.start + 1e-9 for one, after in pairwise(settled))
    assert all(0 <= one.start <= one.end <= 10 for one in settled)


def test_a_text_without_blanks_is_parted_into_characters_with_their_marks() -> None:
    segment = Segment(0, 4, text="今日は。 行く", language="ja")

    words = words_of(segment, spaced=False)

    assert [one.text for one in words] == ["今", "日", "は。", "行", "く"]
