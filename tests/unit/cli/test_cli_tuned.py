"""What people read about tuning: the numbers, and why nothing is claimed."""

import pytest

from diascribe.cli.tuned import readable
from diascribe.engine.options import Options
from diascribe.evaluation.diarization_scores import DiarizationScore
from diascribe.evaluation.tuning.jackknife import Interval
from diascribe.evaluation.tuning.outcome import LeftOut, Outcome

LONGER = Options(min_duration_on_s=0.4)
BETTER = Interval(0.05, 0.01, 0.02, 0.08)


def outcome(gain: Interval, options: Options = LONGER, *, name: str = "talk") -> Outcome:
    before, after = DiarizationScore(100, 70, 10, 10, 10), DiarizationScore(100, 75, 5, 10, 10)
    left_out = LeftOut(name, before, after, LONGER)
    return Outcome(options, (left_out, left_out, left_out), gain, tried=3)


def test_a_claimed_gain() -> None:
    assert readable(outcome(BETTER)) == (
        "recording  default    tuned  the others chose\n"
        "talk        30.0 %   25.0 %  min_duration_on_s 0.4\n"
        "talk        30.0 %   25.0 %  min_duration_on_s 0.4\n"
        "talk        30.0 %   25.0 %  min_duration_on_s 0.4\n"
        "all         30.0 %   25.0 %\n"
        "\n"
        "Gain on recordings left out of the choice: 5.0 points of DER, 95 % interval 2.0 to 8.0"
        " (3 recordings, 3 settings).\n"
        "Chosen: min_duration_on_s 0.4.\n"
    )


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (outcome(BETTER, Options()), "no other values are clearly better than the defaults"),
        (outcome(Interval(0.01, 0.02, -0.04, 0.06)), "it is smaller than its noise"),
        (
            outcome(Interval(-0.01, 0.001, -0.02, -0.005)),
            "what some recordings choose does not help the others",
        ),
    ],
)
def test_why_nothing_is_claimed(found: Outcome, reason: str) -> None:
    verdict = readable(found).splitlines()[-1]

    assert not found.claimed
    assert verdict == (
        f"No gain can be claimed: {reason}. The defaults stay, and no profile is written."
    )


def test_what_rounds_to_nothing_has_no_sign() -> None:
    shown = readable(outcome(Interval(-0.0001, 0.0001, -0.0004, 0.0003)))

    assert "choice: 0.0 points of DER, 95 % interval 0.0 to 0.0" in shown


def test_a_name_that_would_break_the_table_is_shown_on_one_line() -> None:
    shown = readable(outcome(BETTER, name="two\nlines"))

    assert len(shown.splitlines()) == 8
