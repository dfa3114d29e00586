"""Compares a diarization with its reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.match import match
from diascribe.evaluation.activity import TICKS, Activity, lay_out
from diascribe.evaluation.diarization_scores import (
    CountScore,
    DetectionScore,
    DiarizationScore,
    JaccardScore,
)
from diascribe.evaluation.scores import Kind, Mistake
from diascribe.span import Span
from diascribe.transcript import Turn


@dataclass(frozen=True, slots=True)
class Comparison:
    """A diarization compared with its reference."""

    score: DiarizationScore
    jaccard: JaccardScore
    detection: DetectionScore
    count: CountScore
    mapping: Mapping[str, str]
    """Speakers of the hypothesis to those of the reference they share most time with."""
    mistakes: tuple[Mistake, ...]
    """Where it is wrong, sorted by start."""
    scored: tuple[Span, ...]
    """What was scored."""


def score_diarization(
    reference: Iterable[Turn],
    hypothesis: Iterable[Turn],
    *,
    regions: Iterable[Span],
    collar: float = 0.0,
    skip_overlap: bool = False,
) -> Comparison:
    """Compare within the regions. Speakers are mapped before collar and overlap are left out.

    So does md-eval; pyannote.metrics maps after that, which with a collar may give less
    confusion.

    Args:
        reference: the truth; turns of two speakers may overlap.
        hypothesis: what is judged; its labels need not be the reference's.
        regions: a UEM; for a whole recording, one span from 0 to its end.
        collar: seconds left out before and after each reference boundary: the half-width, as
            in md-eval, dscore and meeteval. pyannote.metrics' collar is twice as much.
        skip_overlap: leave out where more than one reference speaker speaks. JER and the
            number of speakers know neither collar nor overlap, as in dscore.
    """
    laid = lay_out(reference, hypothesis, regions=regions, collar=collar, skip_overlap=skip_overlap)
    shared = _shared(laid)  # (reference speaker, hypothesis speaker), ticks
    pairs = [(row, column) for row, column in match(shared) if shared[row, column] > 0]
    counts = _counts(laid, pairs)
    return Comparison(
        score=_score(laid, counts),
        jaccard=_jaccard(laid, shared),
        detection=_detection(laid),
        count=_count(laid),
        mapping={laid.found[column]: laid.wanted[row] for row, column in pairs},
        mistakes=tuple(_mistakes(laid, counts)),
        scored=tuple(laid.spans(laid.scored)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Counts:
    """Speakers in each stretch, (stretch,)."""

    wanted: NDArray[np.int64]
    found: NDArray[np.int64]
    correct: NDArray[np.int64]

    def wrong(self) -> dict[Kind, NDArray[np.int64]]:
        """Speakers for whom each kind of error is made, (stretch,)."""
        return {
            "miss": np.maximum(self.wanted - self.found, 0),
            "false_alarm": np.maximum(self.found - self.wanted, 0),
            "confusion": np.minimum(self.wanted, self.found) - self.correct,
        }


def _counts(laid: Activity, pairs: Sequence[tuple[int, int]]) -> _Counts:
    rows, columns = [row for row, _ in pairs], [column for _, column in pairs]
    both = laid.reference[:, rows] & laid.hypothesis[:, columns]
    return _Counts(
        wanted=laid.reference.sum(axis=1),
        found=laid.hypothesis.sum(axis=1),
        correct=both.sum(axis=1),
    )


def _shared(laid: Activity) -> NDArray[np.float64]:
    """Ticks that each speaker of the reference shares with each of the hypothesis.

    Whole numbers below 2^53, whose sums are exact in whatever order they are added: equal
    sides have a Jaccard error of exactly 0.
    """
    weighted = laid.reference * laid.lengths.astype(float)[:, None]
    shared: NDArray[np.float64] = weighted.T @ laid.hypothesis
    return shared


def _score(laid: Activity, counts: _Counts) -> DiarizationScore:
    wrong = {kind: laid.seconds(speakers) for kind, speakers in counts.wrong().items()}
    return DiarizationScore(
        total=laid.seconds(counts.wanted), correct=laid.seconds(counts.correct), **wrong
    )


def _jaccard(laid: Activity, shared: NDArray[np.float64]) -> JaccardScore:
    """Each reference speaker against the one whose speech is most like it; 1 where none is."""
    wanted, found = (
        laid.lengths.astype(float) @ side.astype(float)
        for side in (laid.reference, laid.hypothesis)
    )
    together = wanted[:, None] + found[None, :] - shared
    likeness = np.divide(shared, together, out=np.zeros_like(shared), where=together > 0)
    alike = sum(float(likeness[row, column]) for row, column in match(likeness))
    speakers = int((wanted > 0).sum())
    return JaccardScore(speakers - alike, speakers, 0 if speakers else int((found > 0).sum()))


def _detection(laid: Activity) -> DetectionScore:
    wanted, found = np.any(laid.reference, axis=1), np.any(laid.hypothesis, axis=1)
    return DetectionScore(
        laid.seconds(wanted), laid.seconds(wanted & ~found), laid.seconds(found & ~wanted)
    )


def _count(laid: Activity) -> CountScore:
    wanted = int(laid.reference.any(axis=0).sum())
    found = int(laid.hypothesis.any(axis=0).sum())
    return CountScore(1, wanted, found, abs(wanted - found))


def _mistakes(laid: Activity, counts: _Counts) -> list[Mistake]:
    """Stretches of one kind of error, as long as it is made for equally many speakers."""
    found = [
        Mistake(start, end, kind, number)
        for kind, speakers in counts.wrong().items()
        for start, end, number in _runs(laid, speakers * laid.scored)
    ]
    return sorted(found, key=lambda one: (one.start, one.end, one.kind))


def _runs(laid: Activity, speakers: NDArray[np.int64]) -> list[tuple[float, float, int]]:
    """Start, end and value of each run of an equal value that is not 0."""
    edges = [0, *(np.flatnonzero(np.diff(speakers)) + 1).tolist(), len(speakers)]
    times = (laid.bounds / TICKS).tolist()
    return [
        (times[first], times[last], int(speakers[first]))
        for first, last in pairwise(edges)
        if first < last and speakers[first]
    ]
