"""Word and character errors by hand and against the textbook's table."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.errors import MissingExtraError
from diascribe.evaluation.text.word_errors import (
    CharacterScore,
    Edits,
    WordScore,
    aligned,
    count_edits,
)

words = st.lists(st.sampled_from(["a", "b", "c", "A", "a b", ""]), max_size=7)


def distance(reference: list[str], hypothesis: list[str]) -> int:
    """The edit distance by its recursive definition (Wagner and Fischer 1974)."""
    row = list(range(len(hypothesis) + 1))
    for said in reference:
        before, row[0] = row[0], row[0] + 1
        for place, heard in enumerate(hypothesis):
            best = min(before + (said != heard), row[place] + 1, row[place + 1] + 1)
            before, row[place + 1] = row[place + 1], best
    return row[-1]


def test_each_kind_of_error_is_counted() -> None:
    edits = count_edits(list("abcdefg"), list("axcefgh"))

    assert edits == Edits(hits=5, substitutions=1, deletions=1, insertions=1)
    assert edits.rate == 3 / 7


def test_nothing_said_and_nothing_heard_is_right() -> None:
    assert count_edits([], []).rate == 0


def test_what_nobody_said_has_no_rate() -> None:
    edits = count_edits([], ["so"])

    assert (edits.errors, edits.rate) == (1, None)


def test_what_was_not_heard_is_all_wrong() -> None:
    assert count_edits(["so", "what"], []) == Edits(deletions=2)


def test_case_and_blanks_are_the_normalizer_s_matter() -> None:
    assert count_edits(["A", " ", "b"], ["a", " ", "b"]) == Edits(hits=2, substitutions=1)


@given(words, words)
def test_errors_are_the_edit_distance(reference: list[str], hypothesis: list[str]) -> None:
    edits = count_edits(reference, hypothesis)

    assert edits.errors == distance(reference, hypothesis)
    assert edits.total == len(reference)
    assert edits.hits + edits.substitutions + edits.insertions == len(hypothesis)


@given(words, words)
def test_the_alignment_is_that_of_the_errors(reference: list[str], hypothesis: list[str]) -> None:
    pairs = aligned(reference, hypothesis)

    same = sum(reference[row] == hypothesis[column] for row, column in pairs)
    edits = count_edits(reference, hypothesis)
    assert (same, len(pairs) - same) == (edits.hits, edits.substitutions)
    assert pairs == sorted(pairs)


def test_rates_of_several_files_are_of_the_sums() -> None:
    long, short = Edits(hits=90, deletions=10), Edits(substitutions=1, hits=1)

    assert (WordScore(long) + WordScore(short)).figures() == {
        "wer": 11 / 102,
        "words": 102,
        "word_hits": 91,
        "word_substitutions": 1,
        "word_deletions": 10,
        "word_insertions": 0,
    }
    assert (CharacterScore(long) + CharacterScore(short)).figures()["cer"] == 11 / 102


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jiwer", None)  # Python's own way to say: not installed

    with pytest.raises(MissingExtraError, match="jiwer") as caught:
        count_edits(["a"], ["b"])

    assert "pip install 'diascribe[evaluate]'" in caught.value.hint
