"""Errors of words' times by hand, and the alignment that they are measured on."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.evaluation.text import time_alignment
from diascribe.evaluation.text.lines import Line
from diascribe.evaluation.text.time_alignment import Timed, align_in_time
from diascribe.evaluation.text.time_errors import WordTimeScore, word_time_score
from diascribe.formats import ctm
from diascribe.span import Span


def word(start: float, end: float, text: str) -> Line:
    return Line(tuple(text.split()), Span(start, end))


def score(reference: list[Line], hypothesis: list[Line]) -> WordTimeScore:
    found = word_time_score(reference, hypothesis)
    assert found is not None
    return found


def test_errors_of_starts_and_ends_are_in_milliseconds() -> None:
    reference = [word(1, 1.5, "so"), word(1.5, 2, "what"), word(3, 4, "now")]
    hypothesis = [word(1.02, 1.5, "so"), word(1.5, 2.3, "what"), word(2.94, 4.05, "now")]

    figures = score(reference, hypothesis).figures()

    assert figures == pytest.approx(
        {
            "start_ms_mean": 80 / 3,
            "start_ms_median": 20,
            "start_within_20_ms": 2 / 3,
            "start_within_50_ms": 2 / 3,
            "start_within_100_ms": 1,
            "end_ms_mean": 350 / 3,
            "end_ms_median": 50,
            "end_within_20_ms": 1 / 3,
            "end_within_50_ms": 2 / 3,
            "end_within_100_ms": 2 / 3,
            "timed_words": 3,
            "timed_words_matched": 3,
            "timed_words_matched_share": 1,
        }
    )


def test_only_the_same_words_are_compared() -> None:
    reference = [word(1, 2, "so"), word(2, 3, "what"), word(3, 4, "")]

    found = score(reference, [word(1, 2, "so"), word(2.5, 3, "watt")])

    assert (found.words, found.starts_ms) == (2, (0,))


def test_no_word_is_matched_far_away() -> None:
    found = score([word(1, 2, "yes")], [word(4.1, 5, "yes")])

    assert found.starts_ms == ()
    assert found.figures()["start_ms_mean"] is None
    assert found.figures()["timed_words_matched_share"] == 0


def test_of_repeated_words_the_nearest_is_meant() -> None:
    twice = [word(1, 1.2, "i"), word(1.4, 1.6, "i"), word(1.6, 2, "see")]

    found = score(twice, twice[1:])
    other = score(twice, [twice[0], twice[2]])

    assert found.starts_ms == other.starts_ms == (0, 0)


def test_medians_of_several_files_are_over_all_words() -> None:
    total = WordTimeScore(3, (10.0, 20.0), (1.0, 1.0)) + WordTimeScore(1, (90.0,), (4.0,))

    assert total.words == 4
    assert total.figures()["start_ms_median"] == 20
    assert total.figures()["end_ms_mean"] == 2


def test_words_that_all_stand_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_alignment, "MOST_CELLS", 10)
    heap = [word(1, 2, "so")] * 4

    assert word_time_score(heap, heap) is None


@st.composite
def timed(draw: st.DrawFn) -> Timed:
    starts = sorted(draw(st.lists(st.integers(0, 9), max_size=6)))
    spans = [Span(start, start + draw(st.integers(0, 2))) for start in starts]
    return Timed([draw(st.sampled_from("ab")) for _ in spans], spans)


def cheapest(reference: Timed, hypothesis: Timed, within_s: float) -> tuple[int, int]:
    """Errors, then tenths of seconds apart, of the best alignment, by trying all."""

    def best(row: int, column: int) -> tuple[int, int]:
        if row == len(reference.tokens) or column == len(hypothesis.tokens):
            return len(reference.tokens) - row + len(hypothesis.tokens) - column, 0
        ways = [_plus(best(row + 1, column), 1, 0), _plus(best(row, column + 1), 1, 0)]
        one, other = reference.spans[row], hypothesis.spans[column]
        if one.start < other.end + within_s and other.start - within_s < one.end:
            differs = reference.tokens[row] != hypothesis.tokens[column]
            apart = round(10 * abs(one.middle - other.middle))
            ways.append(_plus(best(row + 1, column + 1), int(differs), apart))
        return min(ways)

    return best(0, 0)


def _plus(cost: tuple[int, int], errors: int, apart: int) -> tuple[int, int]:
    return cost[0] + errors, cost[1] + apart


@given(timed(), timed(), st.sampled_from([0.1, 1.1, 2.5]))
def test_the_alignment_is_the_cheapest_and_then_the_nearest(
    reference: Timed, hypothesis: Timed, within_s: float
) -> None:
    pairs = align_in_time(reference, hypothesis, within_s=within_s)

    assert pairs is not None
    differing = sum(reference.tokens[row] != hypothesis.tokens[column] for row, column in pairs)
    left = len(reference.tokens) + len(hypothesis.tokens) - 2 * len(pairs)
    apart = sum(
        round(10 * abs(reference.spans[row].middle - hypothesis.spans[column].middle))
        for row, column in pairs
    )
    assert (left + differing, apart) == cheapest(reference, hypothesis, within_s)


def test_words_marked_by_people_that_are_moved_are_that_far_away(shared_data: Path) -> None:
    for path in sorted((shared_data / "word_align").glob("*.ctm")):
        said = [Line((one.text,), one) for words in ctm.parse(path.read_text()).values()
                for one in words]  # fmt: skip
        moved = [Line(one.tokens, one.span and one.span.shifted(0.03)) for one in said]

        found = score(said, moved)

        assert found.starts_ms == pytest.approx([30] * len(said))
