"""How sure a rate over recordings is: the delete-one jackknife.

Miller 1974, "The jackknife - a review" (Biometrika 61). It holds for ratios of sums, such as
DER, and sees what a formula for means would not: where one recording makes most of the
rate, leaving it out changes the rate much, and the error is as large as the rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STUDENT = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""Half-width in standard errors of the 95 % interval with 1, 2… degrees of freedom (Student's
t); from 30 on the last holds, which is at most 4 % too wide."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A rate, its standard error, and where it lies with 95 % confidence."""

    value: float
    error: float
    low: float
    high: float


def rates(
    seconds: NDArray[np.float64], totals: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rates (...) over all recordings, and their standard errors (...).

    `seconds` is (recording, ...), `totals` the seconds (recording,) that they are shares of,
    positive, of two recordings or more.
    """
    count = len(totals)
    whole = seconds.sum(axis=0) / totals.sum()
    rest = (totals.sum() - totals).reshape(-1, *[1] * (seconds.ndim - 1))
    without = (seconds.sum(axis=0) - seconds) / rest
    errors = np.sqrt((count - 1) / count * np.square(without - without.mean(axis=0)).sum(axis=0))
    return whole, errors


def interval(seconds: NDArray[np.float64], totals: NDArray[np.float64]) -> Interval:
    """The rate of seconds (recording,) in totals (recording,), of two recordings or more."""
    value, error = (float(one) for one in rates(seconds, totals))
    reach = STUDENT[min(len(totals) - 1, len(STUDENT)) - 1] * error
    return Interval(value, error, value - reach, value + reach)
