"""What came of tuning: the values chosen, and whether a gain can be claimed for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np

from diascribe.engine.options import Options
from diascribe.evaluation.diarization_scores import DiarizationScore
from diascribe.evaluation.tuning.candidates import changed
from diascribe.evaluation.tuning.jackknife import Interval, interval
from diascribe.evaluation.tuning.validation import choose, choose_for_left_out
from diascribe.transcript import Applied


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One recording, under the default and under what recordings without it choose."""

    name: str
    default: DiarizationScore
    tuned: DiarizationScore
    options: Options
    """What the others chose."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all recordings choose, and what such a choice gains where it was not made."""

    options: Options
    """What all recordings together choose; the defaults where nothing is clearly better."""
    left_out: tuple[LeftOut, ...]
    gain: Interval
    """DER under the defaults less DER under what the others chose, components summed."""
    tried: int
    """Settings that were compared."""

    @property
    def claimed(self) -> bool:
        """Whether something else than the defaults is chosen, and is better beyond its noise."""
        return bool(self.values) and self.gain.low > 0

    @property
    def values(self) -> dict[str, Applied]:
        """The chosen values that differ from the defaults."""
        return changed(self.options)

    @property
    def default(self) -> DiarizationScore:
        """All recordings under the defaults."""
        return reduce(add, (one.default for one in self.left_out))

    @property
    def tuned(self) -> DiarizationScore:
        """All recordings, each under what the others chose."""
        return reduce(add, (one.tuned for one in self.left_out))


def conclude(
    names: Sequence[str],
    settings: Sequence[Options],
    scores: Sequence[Sequence[DiarizationScore]],
) -> Outcome:
    """Choose, and measure the choice by nested cross-validation.

    The setting for a recording is chosen without it, so its score was not seen by the choice
    (Varma and Simon 2006, "Bias in error estimation when using cross-validation for model
    selection", BMC Bioinformatics 7). Choices for different recordings share most of their
    data, which no estimate of spread can undo (Bengio and Grandvalet 2004, JMLR 5): a test holds
    that of settings that do not differ, a gain is claimed in at most 10 trials of 100.

    Args:
        names: recordings, three or more.
        settings: as `candidates.settings` orders them, the default first.
        scores: by recording, then setting; in every recording somebody speaks.
    """
    errors = np.array([[_wrong(score) for score in row] for row in scores])
    totals = np.array([row[0].total for row in scores])
    picks = choose_for_left_out(errors, totals).tolist()
    picked = errors[np.arange(len(picks)), picks]
    return Outcome(
        options=settings[choose(errors, totals)],
        left_out=tuple(
            LeftOut(name, row[0], row[pick], settings[pick])
            for name, row, pick in zip(names, scores, picks, strict=True)
        ),
        gain=interval(errors[:, 0] - picked, totals),
        tried=len(settings),
    )


def _wrong(score: DiarizationScore) -> float:
    """Seconds of all errors."""
    return score.miss + score.false_alarm + score.confusion
