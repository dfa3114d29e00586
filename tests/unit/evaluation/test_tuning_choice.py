"""Choosing a setting and measuring the choice: arithmetic on tables made by hand and by chance."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from diascribe.engine.options import Options
from diascribe.errors import OptionsError
from diascribe.evaluation.diarization_scores import DiarizationScore
from diascribe.evaluation.tuning.candidates import (
    TUNABLE,
    changed,
    parse_tunable,
    settings,
)
from diascribe.evaluation.tuning.jackknife import STUDENT, interval, rates
from diascribe.evaluation.tuning.outcome import Outcome, conclude
from diascribe.evaluation.tuning.validation import choose, choose_for_left_out

ALL = tuple(one.option for one in TUNABLE)
SETTINGS = tuple(Options(min_duration_on_s=value / 10) for value in range(10))
"""Ten settings, the default first."""

Random = np.random.Generator
Table = NDArray[np.float64]


def score(error: float, total: float = 100.0) -> DiarizationScore:
    """A score of so many seconds of error, all of one kind."""
    return DiarizationScore(total, total - error, 0.0, 0.0, error)


def concluded(errors: Table, totals: Table | None = None) -> Outcome:
    """The outcome of a table of seconds (recording, setting)."""
    totals = np.full(len(errors), 100.0) if totals is None else totals
    rows = [
        [score(error, total) for error in row]
        for row, total in zip(errors.tolist(), totals.tolist(), strict=True)
    ]
    names = [f"talk{place}" for place in range(len(rows))]
    return conclude(names, SETTINGS[: errors.shape[1]], rows)


def test_the_default_is_tried_first_and_simpler_settings_before_others() -> None:
    tried = settings(ALL, own_threshold=0.3)

    counts = [len(changed(one)) for one in tried]
    assert tried[0] == Options()
    assert counts == sorted(counts)
    assert len(set(tried)) == len(tried) == 7 * 7 * 3 * 4


def test_of_settings_that_change_one_option_the_nearer_goes_first() -> None:
    tried = settings(["clustering_threshold"], own_threshold=0.3)

    assert [one.clustering_threshold for one in tried] == [
        None, 0.27, 0.33, 0.24, 0.36, 0.21, 0.39,
    ]  # fmt: skip


def test_no_offset_above_its_onset_is_tried() -> None:
    tried = settings(["vad_onset", "vad_offset"], own_threshold=None)

    pairs = {(one.vad_onset, one.vad_offset) for one in tried}
    assert all(offset <= onset for onset, offset in pairs)
    assert (0.35, 0.25) in pairs
    assert len(pairs) == 7


def test_where_a_diarizer_has_no_threshold_none_is_tried() -> None:
    assert settings(["clustering_threshold"], own_threshold=None) == (Options(),)


@pytest.mark.parametrize("one", TUNABLE, ids=lambda one: one.option)
def test_values_are_in_order_and_the_default_is_among_them(one: object) -> None:
    tried = settings([one.option], own_threshold=1.0)  # type: ignore[attr-defined]  # a Tunable

    assert list(one.values) == sorted(one.values)  # type: ignore[attr-defined]  # as above
    assert Options() in tried
    assert all(set(changed(setting)) <= {one.option} for setting in tried)  # type: ignore[attr-defined]


def test_options_are_named_as_on_the_command_line() -> None:
    assert parse_tunable("vad-onset, min_duration_on_s,vad_onset") == (
        "vad_onset",
        "min_duration_on_s",
    )


def test_all_that_cannot_be_tuned_is_named_at_once() -> None:
    with pytest.raises(OptionsError) as refused:
        parse_tunable("vad_onset,language,,speaker_threshold")

    assert [problem.rpartition("got ")[2] for problem in refused.value.problems] == [
        "language",
        "nothing",
        "speaker_threshold",
    ]


def test_the_intervals_are_students() -> None:
    freedom = np.arange(1, len(STUDENT) + 1)

    assert stats.t.ppf(0.975, freedom) == pytest.approx(STUDENT, abs=6e-4)


def test_of_equal_recordings_the_error_is_that_of_a_mean() -> None:
    seconds = np.array([1.0, 4.0, 2.0, 9.0])

    value, error = rates(seconds, np.ones(4))

    assert value == pytest.approx(4.0)
    assert error == pytest.approx(stats.sem(seconds))


def test_an_interval_by_hand() -> None:
    found = interval(np.array([1.0, 3.0]), np.array([10.0, 10.0]))

    assert (found.value, found.error) == pytest.approx((0.2, 0.1))
    assert (found.low, found.high) == pytest.approx((0.2 - 1.2706, 0.2 + 1.2706))


def test_a_gain_that_one_long_recording_makes_alone_is_not_sure() -> None:
    found = interval(np.array([500.0, 0, 0, 0, 0, 0]), np.array([10_000.0, 60, 60, 60, 60, 60]))

    assert found.value == pytest.approx(0.0485, abs=1e-4)
    assert found.low < 0


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=6), st.integers(1, 50))
def test_rates_do_not_depend_on_the_unit(errors: list[int], factor: int) -> None:
    seconds, totals = np.array(errors, float), np.arange(1.0, len(errors) + 1)

    value, error = rates(seconds, totals)

    scaled = rates(factor * seconds, factor * totals)
    assert scaled[0] == pytest.approx(value)
    assert scaled[1] == pytest.approx(error)


def test_of_equals_the_first_is_chosen() -> None:
    errors = np.array([[9.0, 5, 5], [9, 5, 5], [9, 5, 5]])

    assert choose(errors, np.full(3, 100.0)) == 1


def test_a_simpler_setting_within_the_noise_of_the_best_is_chosen() -> None:
    errors = np.array([[20.0, 12, 11], [20, 10, 11], [20, 12, 11]])  # best: 33 against 34

    assert choose(errors, np.full(3, 100.0)) == 1


def test_a_setting_that_is_a_little_but_always_better_is_chosen() -> None:
    errors = np.array([[12.0, 11], [12, 11], [12, 11.01]])

    assert choose(errors, np.full(3, 100.0)) == 1


def test_long_recordings_choose_by_their_seconds() -> None:
    errors = np.array([[100.0, 50], [101, 51], [1, 2], [1, 2], [1, 2]])
    totals = np.array([1000.0, 1000, 10, 10, 10])

    assert choose(errors, totals) == 1


def test_each_recording_gets_what_the_others_choose() -> None:
    errors = np.array([[10.0, 9], [10, 9], [10, 30]])

    chosen = choose_for_left_out(errors, np.full(3, 100.0))

    assert chosen.tolist() == [0, 0, 1]


@given(st.integers(0, 2**32 - 1), st.sampled_from([3, 7, 10]))
def test_no_recording_has_a_voice_in_its_own_setting(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    errors, totals = random.uniform(0, 9, (count, 5)), random.uniform(10, 20, count)
    before = choose_for_left_out(errors, totals)
    errors[1] = random.uniform(0, 9, 5)

    assert choose_for_left_out(errors, totals)[1] == before[1]


@given(st.integers(0, 2**32 - 1))
def test_of_many_recordings_neighbours_are_left_out_together(seed: int) -> None:
    random = np.random.default_rng(seed)
    errors, totals = random.uniform(0, 9, (20, 5)), random.uniform(10, 20, 20)
    before = choose_for_left_out(errors, totals)
    errors[2:4] = random.uniform(0, 9, (2, 5))

    assert choose_for_left_out(errors, totals)[2:4].tolist() == before[2:4].tolist()


def test_a_setting_that_is_truly_better_is_claimed() -> None:
    errors = np.full((6, 10), 30.0) + np.arange(6.0)[:, None]
    errors[:, 4] -= np.array([5.0, 6, 4, 5, 6, 5])

    found = concluded(errors)

    assert found.claimed
    assert found.values == {"min_duration_on_s": 0.4}
    assert found.gain.value == pytest.approx(31 / 600)
    assert found.gain.low > 0.04
    assert [one.options for one in found.left_out] == [SETTINGS[4]] * 6
    assert (found.default.der, found.tuned.der) == pytest.approx((0.325, 0.325 - 31 / 600))


def test_a_gain_in_one_recording_of_six_is_not_claimed() -> None:
    errors = np.full((6, 2), 30.0)
    errors[3, 1] = 0

    assert not concluded(errors).claimed


def test_where_nothing_differs_the_defaults_stay_and_nothing_is_claimed() -> None:
    found = concluded(np.full((4, 10), 30.0))

    assert (found.values, found.gain.value, found.claimed) == ({}, 0, False)


def test_recordings_without_errors_are_fine() -> None:
    assert not concluded(np.zeros((3, 10))).claimed


def alike(random: Random, count: int) -> tuple[Table, Table]:
    """Settings that differ by chance alone, in recordings of much the same length."""
    totals = random.uniform(20, 40, count)
    return totals[:, None] * random.normal(0.2, 0.05, (count, 10)), totals


def uneven(random: Random, count: int) -> tuple[Table, Table]:
    """The same in recordings of very different lengths."""
    totals = random.lognormal(3, 1.5, count)
    return totals[:, None] * random.normal(0.2, 0.05, (count, 10)), totals


def skewed(random: Random, count: int) -> tuple[Table, Table]:
    """Settings that seldom err, but then much."""
    totals = random.uniform(20, 40, count)
    return totals[:, None] * random.gamma(0.2, 0.2, (count, 10)), totals


@pytest.mark.parametrize("count", [3, 6, 12])
@pytest.mark.parametrize("kind", [alike, uneven, skewed], ids=["alike", "uneven", "skewed"])
def test_chance_is_seldom_taken_for_a_gain(
    kind: Callable[[Random, int], tuple[Table, Table]], count: int
) -> None:
    random, trials = np.random.default_rng(count), 300

    claims = sum(concluded(*kind(random, count)).claimed for _ in range(trials))

    assert claims <= 0.1 * trials


def test_a_true_gain_is_mostly_found_among_noise() -> None:
    random, trials = np.random.default_rng(0), 100

    def claimed() -> bool:
        errors = random.normal(20, 3, (12, 10))
        errors[:, 5] -= 5
        return concluded(errors).claimed

    assert sum(claimed() for _ in range(trials)) >= 0.8 * trials
