"""Compares hypotheses with their references: every file, every title, and all together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from diascribe.errors import OptionsError
from diascribe.evaluation.account import Account, Pair
from diascribe.evaluation.diarization import score_diarization
from diascribe.evaluation.doubts import find_doubts
from diascribe.evaluation.scores import FileScore, Score
from diascribe.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to compare.

    Raises:
        OptionsError: values out of range.
    """

    collar: float = 0.0
    """Seconds left out before and after each reference boundary: the half-width."""
    skip_overlap: bool = False
    """Leave out where more than one reference speaker speaks."""
    normalizer: str = "auto"
    """How texts are made comparable."""

    def __post_init__(self) -> None:
        if not 0 <= self.collar <= 10:
            raise OptionsError((f"collar: wanted 0 to 10 seconds, got {self.collar}",))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured of all files."""

    files: tuple[FileScore, ...]
    settings: Settings

    def total(self) -> dict[str, float | None]:
        """The figures of all files together."""
        return summed(self.files)

    def titles(self) -> dict[str, dict[str, float | None]]:
        """The figures of each title's files together."""
        names = dict.fromkeys(one.pair.title for one in self.files)
        return {
            name: summed(one for one in self.files if one.pair.title == name)
            for name in names
            if name is not None
        }


def summed(files: Iterable[FileScore]) -> dict[str, float | None]:
    """The figures of files together: components are added, rates are made of the sums."""
    sums: dict[type[Score], Score] = {}
    for score in (one for file in files for one in file.scores):
        known = sums.get(type(score))
        sums[type(score)] = score if known is None else known + score
    return {name: value for one in sums.values() for name, value in one.figures().items()}


def evaluate(pairs: Iterable[Pair], settings: Settings) -> Evaluation:
    """Compare every pair."""
    return Evaluation(tuple(evaluate_pair(pair, settings) for pair in pairs), settings)


def evaluate_pair(pair: Pair, settings: Settings) -> FileScore:
    """Compare one pair in every way that its two files allow; notes say what they do not."""
    extent = max(_end(pair.reference), _end(pair.hypothesis))
    regions = pair.scored if pair.scored is not None else (Span(0, extent),)
    theirs, ours = pair.reference.turns, pair.hypothesis.turns
    if theirs is None or ours is None:
        lacking = "reference" if theirs is None else "hypothesis"
        note = f"diarization: the {lacking} does not say who spoke when"
        return FileScore(pair=pair, scores=(), extent=extent, scored=regions, notes=(note,))
    compared = score_diarization(
        theirs, ours, regions=regions, collar=settings.collar, skip_overlap=settings.skip_overlap
    )
    return FileScore(
        pair=pair,
        scores=(compared.score, compared.jaccard, compared.detection, compared.count),
        extent=extent,
        scored=compared.scored,
        mapping=compared.mapping,
        mistakes=compared.mistakes,
        doubts=find_doubts(theirs, ours, compared.score, regions),
    )


def _end(account: Account) -> float:
    """The last second that an account speaks of."""
    stretches = (*(account.turns or ()), *(account.utterances or ()), *(account.words or ()))
    return max((one.end for one in stretches), default=0.0)
