"""Loops: planted ones are found, natural repetition is not."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.algorithms.loops import (
    LEAST_TIMES,
    LEAST_TIMES_LONG,
    LEAST_WORDS,
    LONG_WORDS,
    Loop,
    find_loops,
    least_seconds,
    plain,
)

letters = st.lists(st.sampled_from("abc"), max_size=60)


def loops_in(text: str) -> list[Loop]:
    return find_loops(text.split())


def enough(size: int, length: int) -> bool:
    """The rule as it is told."""
    times = LEAST_TIMES_LONG if size >= LONG_WORDS else LEAST_TIMES
    return length >= max(LEAST_WORDS, times * size)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no no no",
        "no no no no no no no no",
        "it is very very very very good",
        "ha ha ha ha ha ha ha ha ha",
        "thank you thank you thank you thank you",
        "let it be let it be let it be yeah let it be",
        "row row row your boat gently down the stream merrily merrily merrily merrily",
        "one two three four one two three four one two three four",
        "we shall fight on the beaches we shall fight in the fields we shall fight in the hills",
    ],
)
def test_what_people_say_is_no_loop(text: str) -> None:
    assert loops_in(text) == []


@pytest.mark.parametrize(
    ("text", "loop"),
    [
        ("and so on " + "no " * 10, Loop(3, 13, 1)),
        ("I think " * 5 + "that", Loop(0, 10, 2)),
        ("so going to go " * 4, Loop(0, 16, 4)),
        ("the end of the world as we know it " * 3, Loop(0, 27, 9)),
        ("a b c d e f g h " * 3 + "a b c", Loop(0, 27, 8)),
    ],
)
def test_what_nobody_says_is_a_loop(text: str, loop: Loop) -> None:
    assert loops_in(text) == [loop]


@pytest.mark.parametrize(
    "text",
    ["哈" * 16, "谢谢大家" * 3, "好的没问题我们明天见" * 3, "ありがとうございます" * 3, "ฮ" * 40],
)
def test_signs_that_are_no_whole_words_do_not_count_as_such(text: str) -> None:
    assert find_loops(list(text)) == []


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("哈" * 17, 1),
        ("谢谢大家" * 5, 4),
        ("我们明天下午在学校门口见面吧" * 3, 14),
        ("ฮา" * 25, 2),
    ],
)
def test_signs_that_come_again_more_often_are_a_loop(text: str, size: int) -> None:
    (loop,) = find_loops(list(text))

    assert loop == Loop(0, len(text), size)


def test_one_loop_may_follow_another() -> None:
    text = "yes " * 12 + "and then " * 6

    assert loops_in(text) == [Loop(0, 12, 1), Loop(12, 24, 2)]


@given(letters)
def test_loops_are_what_the_rule_says_and_share_no_token(tokens: list[str]) -> None:
    found = find_loops(tokens)

    for one in found:
        row = tokens[one.first : one.last]
        assert row[one.size :] == row[: -one.size]
        assert enough(one.size, len(row))
    assert all(before.last <= after.first for before, after in pairwise(found))


@given(letters)
def test_nothing_is_left_that_repeats_enough(tokens: list[str]) -> None:
    inside = {place for one in find_loops(tokens) for place in range(one.first, one.last)}

    for size in range(1, len(tokens) // 2 + 1):
        for first in range(len(tokens) - 2 * size + 1):
            last = first + size
            while last < len(tokens) and tokens[last] == tokens[last - size]:
                last += 1
            assert not enough(size, last - first) or inside & set(range(first, last))


@given(letters, st.lists(st.sampled_from("xyz"), min_size=1, max_size=9), letters)
def test_a_planted_loop_is_found(before: list[str], phrase: list[str], after: list[str]) -> None:
    planted = phrase * 10

    inside = {
        place
        for one in find_loops([*before, *planted, *after])
        for place in range(one.first, one.last)
    }

    assert set(range(len(before), len(before) + len(planted))) <= inside


def test_texts_are_compared_by_their_letters() -> None:
    assert plain("  \uff28éllo, WORLD! 42% ") == "hélloworld42"


@pytest.mark.parametrize(
    ("text", "least_s"),
    [("", 0), ("...", 0), ("a" * 35, 1), ("今日は" * 35, 9), ("안녕" * 35, 6)],
)
def test_saying_a_text_takes_time(text: str, least_s: float) -> None:
    assert least_seconds(text) == pytest.approx(least_s)
