"""Anchors: where two versions of a text surely agree."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from diascribe.algorithms.anchors import find_anchors

words = st.lists(st.sampled_from("abcdef"), max_size=40)


def test_a_run_that_both_have_once_is_an_anchor() -> None:
    one, other = (
        ["we", "say", "the", "same", "words", "here"],
        ["they", "say", "the", "same", "things"],
    )

    assert find_anchors(one, other) == [(1, 1)]


def test_a_run_that_comes_twice_is_none() -> None:
    assert find_anchors(["a", "b", "c", "x", "a", "b", "c"], ["a", "b", "c"]) == []


def test_of_runs_that_cross_the_larger_number_stays() -> None:
    one = ["a", "b", "c", "d", "e", "f", "g", "h", "i"]
    other = ["g", "h", "i", "a", "b", "c", "d", "e", "f"]

    assert find_anchors(one, other) == [(0, 3), (1, 4), (2, 5), (3, 6)]


@given(words)
def test_a_text_agrees_with_itself_in_place(text: list[str]) -> None:
    assert all(here == there for here, there in find_anchors(text, text))


@given(words, words)
def test_anchors_rise_and_agree(one: list[str], other: list[str]) -> None:
    anchors = find_anchors(one, other)

    assert all(a < c and b < d for (a, b), (c, d) in pairwise(anchors))
    assert all(one[a : a + 3] == other[b : b + 3] for a, b in anchors)
