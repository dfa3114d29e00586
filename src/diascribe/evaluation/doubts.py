"""Signs that the files rather than the system are wrong: other units, an incomplete reference.

A documentary whose narration nobody annotated scores a DER above 1, nearly all of it false
alarm, while almost all annotated speech is right. That says nothing about the diarizer. Nor
does a file whose times are milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diascribe.evaluation.account import Account, Pair
from diascribe.evaluation.diarization_scores import DiarizationScore
from diascribe.evaluation.figures import percent
from diascribe.evaluation.report.clockface import clock
from diascribe.evaluation.report.raster import clipped
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

SHOWN = 3
"""So many stretches are named: enough to listen to."""

UNITS = {1000: "milliseconds", 100: "hundredths of seconds or frames"}
"""By what times are too large that are not seconds."""

ROUGHLY = 1.5
"""Two sides end at about the same time; of a few seconds one may lack the last third."""


def doubt_units(pair: Pair) -> tuple[Doubt, ...]:
    """A doubt where one side's last second is about 100 or 1000 times the other's."""
    ends = {"reference": _end(pair.reference), "hypothesis": _end(pair.hypothesis)}
    shorter, longer = sorted(ends, key=lambda side: ends[side])
    if not ends[shorter]:
        return ()
    ratio = ends[longer] / ends[shorter]
    unit = next((one for one in UNITS if one / ROUGHLY <= ratio <= one * ROUGHLY), None)
    if unit is None:
        return ()
    message = (
        f"other units? the {longer} ends at {ends[longer]:g} s and the {shorter} at "
        f"{ends[shorter]:g} s, about a {unit}th of it: times are seconds, and those of the "
        f"{longer} may be {UNITS[unit]}"
    )
    return (Doubt(message),)


def _end(account: Account) -> float:
    """The last second that anything is said to happen at."""
    return account.end if account.turns or account.utterances or account.words else 0.0


def find_doubts(
    reference: Iterable[Span],
    hypothesis: Iterable[Span],
    score: DiarizationScore,
    regions: Sequence[Span],
) -> tuple[Doubt, ...]:
    """At most one doubt: why, where, and the regions without the stretches that are doubted."""
    unbalanced = _is_unbalanced(score)
    least_s = SHORT_S if unbalanced else LONG_S
    speech = Index(merge(hypothesis))
    heard = {gap: _heard(gap, speech) for gap in without(regions, merge(reference))}
    doubted = [gap for gap, spans in heard.items() if total(spans) >= least_s]
    if not doubted:
        return ()
    heard_s = sum(total(heard[gap]) for gap in doubted)
    longest = sorted(doubted, key=lambda gap: (-total(heard[gap]), gap.start))[:SHOWN]
    named = [Span(heard[gap][0].start, heard[gap][-1].end) for gap in longest]
    message = (
        f"{_reason(score, unbalanced=unbalanced)}: {heard_s:.0f} s of speech were found in "
        f"{_stretches(len(doubted))} ({total(doubted):.0f} s) where the reference has nobody; "
        f"the reference may be incomplete: listen to {_clocked(named)}"
    )
    return (Doubt(message, tuple(without(regions, doubted)), tuple(named)),)


def _is_unbalanced(score: DiarizationScore) -> bool:
    others = score.miss + score.confusion
    return score.false_alarm > MUCH * score.total and score.false_alarm > MOST * others


def _reason(score: DiarizationScore, *, unbalanced: bool) -> str:
    if not unbalanced:
        return "long stretches lack a reference"
    if not score.total:
        return "there is no reference speech"
    shares = (score.false_alarm / score.total, (score.miss + score.confusion) / score.total)
    false_alarm, others = map(percent, shares)
    return f"false alarm is {false_alarm} and miss and confusion only {others}"


def _stretches(count: int) -> str:
    return "1 stretch" if count == 1 else f"{count} stretches"


def _clocked(spans: Iterable[Span]) -> str:
    """When to listen, as players show it."""
    times = [[clock(second, hours=False) for second in (one.start, one.end)] for one in spans]
    return ", ".join(" to ".join(pair) for pair in times)


def _heard(gap: Span, speech: Index[Span]) -> list[Span]:
    """What of the gap holds speech, sorted and disjoint."""
    return clipped(speech.overlapping(gap), gap)


def offered(files: Iterable[FileScore]) -> dict[str, tuple[Span, ...]]:
    """What to score of each recording so that nothing doubtful is."""
    return {one.pair.recording: _regions(one) for one in files}


def _regions(one: FileScore) -> tuple[Span, ...]:
    told = next((doubt.scored for doubt in one.doubts if doubt.scored is not None), None)
    if told is not None:
        return told
    return one.pair.scored if one.pair.scored is not None else (Span(0, one.extent),)
