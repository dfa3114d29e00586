"""Signs that the reference is incomplete: speech for long where it has none.

A documentary whose narration nobody annotated scores a DER above 1, nearly all of it false
alarm, while almost all annotated speech is right. That says nothing about the diarizer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diascribe.evaluation.diarization_scores import DiarizationScore
from diascribe.evaluation.scores import Doubt, FileScore
from diascribe.span import Span
from diascribe.timeline import Index, merge, total, without

LONG_S = 10.0
"""Speech found for this long in one stretch without reference is not a slip of a boundary."""

SHORT_S = 1.0
"""Where false alarm is most of the error, stretches with this much of it are doubted too."""

MUCH = 0.25
"""False alarm above this share of the reference's speech is large: systems that find speech
well are below 0.1 (DIHARD, AMI)."""

MOST = 4.0
"""False alarm is most of the error when it is this many times miss and confusion together."""


def find_doubts(
    reference: Iterable[Span],
    hypothesis: Iterable[Span],
    score: DiarizationScore,
    regions: Sequence[Span],
) -> tuple[Doubt, ...]:
    """At most one doubt: why, and the regions without the stretches that are doubted."""
    unbalanced = _is_unbalanced(score)
    least_s = SHORT_S if unbalanced else LONG_S
    speech = Index(merge(hypothesis))
    heard_s = {gap: _heard(gap, speech) for gap in without(regions, merge(reference))}
    doubted = [gap for gap, seconds in heard_s.items() if seconds >= least_s]
    if not doubted:
        return ()
    heard = sum(heard_s[gap] for gap in doubted)
    message = (
        f"{_reason(score, unbalanced=unbalanced)}: {heard:.0f} s of speech were found in "
        f"{_stretches(len(doubted))} ({total(doubted):.0f} s) where the reference has nobody; "
        "the reference may be incomplete"
    )
    return (Doubt(message, tuple(without(regions, doubted))),)


def _is_unbalanced(score: DiarizationScore) -> bool:
    others = score.miss + score.confusion
    return score.false_alarm > MUCH * score.total and score.false_alarm > MOST * others


def _reason(score: DiarizationScore, *, unbalanced: bool) -> str:
    if not unbalanced:
        return "long stretches lack a reference"
    if not score.total:
        return "there is no reference speech"
    shares = (score.false_alarm / score.total, (score.miss + score.confusion) / score.total)
    return f"false alarm is {shares[0]:.1%} and miss and confusion only {shares[1]:.1%}"


def _stretches(count: int) -> str:
    return "1 stretch" if count == 1 else f"{count} stretches"


def _heard(gap: Span, speech: Index[Span]) -> float:
    return sum(gap.shared(one) for one in speech.overlapping(gap))


def offered(files: Iterable[FileScore]) -> dict[str, tuple[Span, ...]]:
    """What to score of each recording so that nothing doubtful is."""
    return {one.pair.recording: _regions(one) for one in files}


def _regions(one: FileScore) -> tuple[Span, ...]:
    if one.doubts:
        return one.doubts[0].scored
    return one.pair.scored if one.pair.scored is not None else (Span(0, one.extent),)
