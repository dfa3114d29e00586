"""Choosing a setting, and what that is worth on recordings that did not choose.

Pure arithmetic on a table of errors. Its columns are settings in order of preference: the
first is the default, later ones are less simple.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from diascribe.evaluation.tuning.jackknife import rates

MOST_FOLDS = 10
"""Kohavi 1995, "A study of cross-validation and bootstrap" (IJCAI): more folds vary more."""


def choose(errors: NDArray[np.float64], totals: NDArray[np.float64]) -> int:
    """The first setting that is not clearly worse than the best.

    The one-standard-error rule (Breiman and others 1984, "Classification and Regression
    Trees", 3.4.3), on differences to the best in the same recordings: of settings within one
    standard error of the best the simplest is taken, as the best owes something to chance.

    Args:
        errors: seconds of error (recording, setting), two recordings or more.
        totals: seconds of reference speech (recording,), positive.
    """
    best = int(errors.sum(axis=0).argmin())
    worse, noise = rates(errors - errors[:, [best]], totals)
    return int(np.flatnonzero(worse <= noise)[0])


def choose_for_left_out(
    errors: NDArray[np.float64], totals: NDArray[np.float64]
) -> NDArray[np.intp]:
    """For each recording (recording,), the setting that recordings of other folds choose.

    Up to `MOST_FOLDS` recordings are left out one by one; of more, neighbours are left out
    together. Three recordings or more; else as `choose`.
    """
    chosen = np.empty(len(totals), np.intp)
    for fold in np.array_split(np.arange(len(totals)), min(MOST_FOLDS, len(totals))):
        others = np.setdiff1d(np.arange(len(totals)), fold)
        chosen[fold] = choose(errors[others], totals[others])
    return chosen
