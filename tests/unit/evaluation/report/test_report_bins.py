"""Error over time and the worst minutes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.evaluation.report.bins import KINDS, Bin, bin_length, binned, highest_share, worst
from diascribe.evaluation.report.chart import top_of
from diascribe.evaluation.report.marks import placed
from diascribe.evaluation.scores import Mistake

EXTENT_S = 200.0
times = st.floats(0, EXTENT_S, allow_nan=False)
mistakes = st.builds(
    lambda ends, kind, speakers: Mistake(min(ends), max(ends), kind, speakers),
    st.tuples(times, times),
    st.sampled_from(KINDS),
    st.integers(1, 3),
)


def with_error(start: float, seconds: float) -> Bin:
    return Bin(start, start + 60, {"miss": seconds, "false_alarm": 0.0, "confusion": 0.0})


def test_a_mistake_is_shared_among_the_bins_it_crosses_times_its_speakers() -> None:
    found = binned([Mistake(50, 130, "miss", 2), Mistake(55, 60, "confusion")], extent=150, step=60)

    assert [(one.start, one.end) for one in found] == [(0, 60), (60, 120), (120, 150)]
    assert [one.seconds["miss"] for one in found] == [20, 120, 20]
    assert [one.seconds["confusion"] for one in found] == [5, 0, 0]
    assert [one.error for one in found] == [25, 120, 20]


@given(st.lists(mistakes, max_size=20), st.sampled_from([1.0, 7.0, 60.0, 500.0]))
def test_bins_sum_to_all_error(some: list[Mistake], step: float) -> None:
    found = binned(some, extent=EXTENT_S, step=step)

    total = sum(one.duration * one.speakers for one in some)
    assert sum(one.error for one in found) == pytest.approx(total)


@pytest.mark.parametrize(
    ("extent", "step"),
    [(0.5, 1), (60, 1), (600, 10), (3600, 60), (3 * 3600, 120), (24 * 3600, 900)],
)
def test_longer_recordings_have_longer_bins(extent: float, step: float) -> None:
    assert bin_length(extent) == step


def test_the_worst_come_first_and_bins_without_error_not_at_all() -> None:
    minutes = [with_error(0, 1), with_error(60, 0), with_error(120, 5), with_error(180, 1)]

    assert [one.start for one in worst(minutes, count=9)] == [120, 0, 180]
    assert [one.start for one in worst(minutes, count=2)] == [120, 0]


def test_a_chart_ends_at_a_round_share_above_its_highest_bar() -> None:
    assert top_of([]) == 0.1
    assert top_of([with_error(0, 12)]) == 0.2
    assert top_of([with_error(0, 90)]) == 1.5
    assert top_of([with_error(0, 60 * 80)]) == highest_share([with_error(0, 60 * 80)]) == 80


def test_ranks_that_would_cover_a_better_one_are_left_out() -> None:
    assert placed([100, 110, 118, 50, 101]) == [(1, 100), (3, 118), (4, 50)]
