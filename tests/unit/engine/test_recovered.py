"""What is heard again between words says nothing twice."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.engine.recovered import beyond
from diascribe.span import Span
from diascribe.timeline import Index, merge, spread
from diascribe.transcript import Segment, Word


def words(text: str, start: float, end: float) -> tuple[Word, ...]:
    texts = text.split()
    return tuple(
        Word(one.start, one.end, text=own, timing="recognizer")
        for one, own in zip(spread(texts, Span(start, end)), texts, strict=True)
    )


def said(text: str, start: float, end: float) -> Segment:
    found = words(text, start, end)
    return Segment(start, end, text=text, language="en", words=found, flags=("recovered",))


@pytest.mark.parametrize(
    ("found", "left"),
    [
        (said("how are you", 4, 6), ["how are you"]),
        (said("morning, how are you", 3.1, 6), ["how are you"]),
        (said("Good morning how are you", 3.1, 6), ["how are you"]),
        (said("how are you all of", 4, 7.6), ["how are you"]),
        (said("morning how are you all", 3.1, 7.6), ["how are you"]),
        (said("good morning", 3.1, 3.9), []),
        (said("all of you", 4, 6), ["all of you"]),
        (said("another morning", 4, 6), ["another morning"]),
        (said("morning", 5, 6), ["morning"]),
        (Segment(4, 6, text="how are you", language="ja"), ["how are you"]),
    ],
)
def test_words_of_the_neighbours_are_not_said_again(found: Segment, left: list[str]) -> None:
    known = Index([*words("good morning", 2, 3), *words("all of you", 7.8, 9)])

    parts = beyond(found, known)

    assert [one.text for one in parts] == left


def whole(found: Sequence[Word]) -> Segment:
    text = " ".join(one.text for one in found)
    ends = (found[0].start, found[-1].end) if found else (0, 41)
    return Segment(*ends, text=text, language="en", words=tuple(found))


def test_a_word_in_the_midst_of_what_was_missed_stands_there_once() -> None:
    known = words("really", 5, 5.5)
    heard = [*words("I", 3, 4), *words("rarely", 4.9, 5.4), *words("didnt know", 6, 8)]

    before, after = beyond(whole(heard), Index(known))

    assert (before.text, after.text) == ("I", "didnt know")
    assert before.end <= 5
    assert after.start >= 5.5


def test_the_same_word_a_little_beside_is_the_same_word() -> None:
    known = words("really", 5, 5.5)
    heard = [*words("I did", 3, 4), *words("Really,", 5.6, 6), *words("know", 7, 8)]

    assert [one.text for one in beyond(whole(heard), Index(known))] == ["I did", "know"]


def test_where_a_word_is_stretched_over_what_it_left_out_that_is_new() -> None:
    known = words("so", 0, 20)

    assert beyond(said("we all went home", 3, 7), Index(known)) == [said("we all went home", 3, 7)]


texts = st.sampled_from(["so", "no", "and", "we", "go"])
rows = st.lists(st.tuples(st.integers(0, 40), texts), max_size=12)


def in_row(given_: list[tuple[int, str]]) -> list[Word]:
    """Disjoint words of half a second, at most one begun at each second."""
    return [
        Word(at, at + 0.5, text=text, timing="recognizer")
        for at, text in sorted(dict(given_).items())
    ]


@given(rows, rows)
def test_what_is_left_was_heard_lies_between_known_words_and_repeats_none(
    known: list[tuple[int, str]], heard: list[tuple[int, str]]
) -> None:
    there, new = in_row(known), in_row(heard)
    parts = beyond(whole(new), Index(there))

    left = [word for one in parts for word in one.words]
    assert left == [word for word in new if word in left]
    assert all(one.shared(other) == 0 for one in left for other in there)
    if new:
        assert all(not one.start <= word.start < one.end for one in parts for word in there)
    assert all(one.end <= other.start for one, other in pairwise(parts))


@given(rows)
def test_a_text_heard_a_second_time_says_nothing_new(row: list[tuple[int, str]]) -> None:
    there = in_row(row)

    assert not merge(word for one in beyond(whole(there), Index(there)) for word in one.words)
