"""Figures that a build must not exceed."""

from __future__ import annotations

import pytest

from diascribe.cli.ceilings import TOTALS, parse_ceilings
from diascribe.errors import OptionsError
from diascribe.evaluation.figures import FIGURES


def problem_of(text: str) -> str:
    with pytest.raises(OptionsError) as raised:
        parse_ceilings([text])
    (problem,) = raised.value.problems
    return problem.removeprefix("fail-above: ")


@pytest.mark.parametrize("text", ["der=15%", "DER=0.15", "Der = 15 %"])
def test_a_fraction_and_a_percentage_are_the_same_ceiling_in_any_case(text: str) -> None:
    assert parse_ceilings([text]) == parse_ceilings(["der=0.15"])


def test_a_figure_on_its_ceiling_is_not_above_it() -> None:
    (ceiling,) = parse_ceilings(["der=0.15"])

    assert ceiling.broken({"der": 0.15, "total_s": 8}) is None
    high = ceiling.broken({"der": 0.1501, "total_s": 8})
    assert high == "too high: der is 0.1501, wanted at most 0.15"


@pytest.mark.parametrize(
    "total", [{}, {"der": 0.0, "total_s": 0.0}, {"der": None, "total_s": 0.0}], ids=str
)
def test_what_is_not_known_is_no_success(total: dict[str, float | None]) -> None:
    (ceiling,) = parse_ceilings(["der=0.15"])

    assert ceiling.broken(total) == "der was not measured, wanted at most 0.15"


def test_every_ceiling_is_a_figure_with_a_total_among_the_figures() -> None:
    assert TOTALS.keys() <= FIGURES.keys()
    assert set(TOTALS.values()) <= FIGURES.keys()


def test_a_percentage_without_its_sign_is_refused() -> None:
    said = "wanted der as a share, 1 being all of it, got 15: did you mean 15%?"

    assert problem_of("der=15") == said
    assert [one.most for one in parse_ceilings(["der=1.5", "der=200%"])] == [1.5, 2]


def test_milliseconds_and_counts_are_no_shares() -> None:
    found = parse_ceilings(["start_ms_median=50", "speaker_count_error=2", "word_deletions=30"])

    assert [one.most for one in found] == [50, 2, 30]
    assert problem_of("end_ms_mean=50%") == "wanted end_ms_mean=NUMBER, got 'end_ms_mean=50%'"


@pytest.mark.parametrize("name", ["correct", "total_s", "words", "start_within_20_ms", "word_hits"])
def test_what_is_better_high_or_a_total_has_no_ceiling(name: str) -> None:
    assert problem_of(f"{name}=0.5").startswith(f"{name} is no figure to keep low: ")


def test_a_wrong_name_comes_first_then_the_nearest_then_where_all_are() -> None:
    listed = "All are in docs/reference/metrics.md and in the `total` of --json"

    assert problem_of("ders=0.1") == f"no figure is called 'ders': did you mean der? {listed}"
    assert problem_of("x=0.1") == f"no figure is called 'x'. {listed}"


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(OptionsError) as raised:
        parse_ceilings(["dre=0.1", "der", "jer=nan", "miss=0.1"])

    assert [problem[:40] for problem in raised.value.problems] == [
        "fail-above: no figure is called 'dre': d",
        "fail-above: wanted der=NUMBER, got 'der'",
        "fail-above: wanted jer=NUMBER, got 'jer=",
    ]
