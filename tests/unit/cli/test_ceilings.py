"""Figures that a build must not exceed."""

from __future__ import annotations

import pytest

from diascribe.cli.ceilings import parse_ceilings
from diascribe.errors import OptionsError


def test_a_fraction_and_a_percentage_are_the_same_ceiling() -> None:
    assert parse_ceilings(["der=0.15"]) == parse_ceilings(["der=15%"])


def test_a_figure_on_its_ceiling_is_not_above_it() -> None:
    (ceiling,) = parse_ceilings(["der=0.15"])

    assert ceiling.broken({"der": 0.15}) is None
    assert ceiling.broken({"der": 0.1501}) == "der is 0.1501, wanted at most 0.15"


def test_what_is_not_known_is_no_success() -> None:
    (ceiling,) = parse_ceilings(["der=0.15"])

    assert ceiling.broken({}) == "der was not measured, wanted at most 0.15"
    assert ceiling.broken({"der": None}) == "der is undefined, wanted at most 0.15"


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(OptionsError) as raised:
        parse_ceilings(["dre=0.1", "der", "jer=nan", "miss=0.1"])

    assert [problem.partition(";")[2] or problem for problem in raised.value.problems] == [
        " got 'dre'",
        "fail-above: wanted der=NUMBER, got 'der'",
        "fail-above: wanted jer=NUMBER, got 'jer=nan'",
    ]
