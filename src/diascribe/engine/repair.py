"""Texts that are made up, repeated or missing: found, heard again, said (decision 0018)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from diascribe.audio import Audio
from diascribe.engine.beside import Steps
from diascribe.engine.judging import Judge, emptied
from diascribe.engine.redecoding import Again, affordable, chosen, cost, hear, plan, with_choices
from diascribe.engine.regions import Speech
from diascribe.engine.stretches import Finder
from diascribe.errors import DiascribeError
from diascribe.flags import (
    DONE,
    LOOP_REMOVED,
    OUTSIDE_SPEECH,
    OUTSIDE_SPEECH_REMOVED,
    PHANTOM_REMOVED,
    TEXT_DOES_NOT_FIT,
)
from diascribe.protocols import Decoding, Recognizer, Region
from diascribe.span import Span
from diascribe.timeline import Index, total
from diascribe.transcript import Notice, Segment

REMOVED = (PHANTOM_REMOVED, OUTSIDE_SPEECH_REMOVED, LOOP_REMOVED)

SHOWN = 3
"""Places that a warning names."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """Segments with flags, and what the reader must know."""

    segments: Sequence[Segment]
    repairs: Mapping[str, int] = field(default_factory=dict)
    """How many segments each kind of repair was made to."""
    warnings: tuple[Notice, ...] = ()


def repair(
    recognizer: Recognizer | None,
    audio: Audio,
    speech: Speech,
    regions: Sequence[Region],
    segments: Sequence[Segment],
    decoding: Decoding,
) -> Steps[Repaired]:
    """The segments flagged; what is doubtful or missing heard again, once, and the better kept.

    A recognizer that heeds nothing of `Decoding` hears the same whatever it is asked: it is
    not asked again, and neither is one that has failed (null). If hearing again fails, what
    was there stays, with a warning.
    """
    judge = Judge(Index(speech.believed), decoding)
    finder = Finder(speech, regions)
    found = judge.judged(segments)
    warnings: tuple[Notice, ...] = ()
    if recognizer is not None and recognizer.heeds:
        planned = plan(finder, recognizer.heeds, found, decoding)
        found, warnings = yield from _heard_again(recognizer, audio, planned, found, judge)
    found = judge.shortened(found)
    warnings = (*warnings, *_removed(found), *_missed(finder.missed(found)))
    return Repaired(found, counted(found), warnings)


def _heard_again(
    recognizer: Recognizer,
    audio: Audio,
    planned: Sequence[Again],
    segments: list[Segment],
    judge: Judge,
) -> Steps[tuple[list[Segment], tuple[Notice, ...]]]:
    """The segments with the better text of each stretch, as far as the limit allows."""
    again = affordable(planned, audio.duration)
    limited = tuple(_limited(sum(map(cost, planned)) - sum(map(cost, again))))
    try:
        heard = yield from hear(recognizer, audio, again)
    except DiascribeError as failure:
        message = f"what was heard first is kept: {failure}"
        return segments, (*limited, Notice("repair_failed", "repair", message))
    choices = [
        (stretch, chosen(stretch, [segments[place] for place in stretch.places], new, judge))
        for stretch, new in heard
    ]
    return with_choices(segments, choices), limited


def without_witness(segments: Sequence[Segment]) -> Repaired:
    """Aligned segments; what neither the detector nor the aligner finds in the sound is gone."""
    kept = [
        emptied(one, OUTSIDE_SPEECH_REMOVED)
        if one.text.strip() and {OUTSIDE_SPEECH, TEXT_DOES_NOT_FIT} <= {*one.flags}
        else one
        for one in segments
    ]
    gone = [one for one, was in zip(kept, segments, strict=True) if one is not was]
    return Repaired(kept, counted(kept), tuple(_removed(gone)))


def counted(segments: Sequence[Segment]) -> dict[str, int]:
    """How many segments each kind of repair was made to, the kinds in the table's order."""
    counts = Counter(flag for one in segments for flag in one.flags)
    return {flag: counts[flag] for flag in DONE if counts[flag]}


def until(speech: Speech, end: float) -> Speech:
    """The speech before a moment: for a recognizer that got no further."""
    heard = [Span(one.start, min(one.end, end)) for one in speech.heard if one.start < end]
    return replace(speech, heard=heard)


def _limited(left_s: float) -> Iterator[Notice]:
    """A warning that there was more to hear again than is done."""
    if left_s > 0:
        message = f"{left_s:.1f} s more are doubtful or without text than are heard again"
        yield Notice("repair_limit", "repair", message)


def _removed(segments: Sequence[Segment]) -> Iterator[Notice]:
    """A warning about each text that is gone."""
    gone = [one for one in segments if not {*REMOVED}.isdisjoint(one.flags)]
    if gone:
        kinds = ", ".join(f"{count} {kind}" for kind, count in counted(gone).items())
        yield Notice("text_removed", "repair", f"{kinds}: {places(gone)}")


def _missed(spans: Sequence[Span]) -> Iterator[Notice]:
    """A warning about speech that has no words."""
    if spans:
        message = f"{total(spans):.1f} s of speech have no words: {places(spans)}"
        yield Notice("speech_without_text", "repair", message)


def places(spans: Sequence[Span]) -> str:
    """The first few places, and how many more there are."""
    shown = ", ".join(f"{one.start:.1f} to {one.end:.1f} s" for one in spans[:SHOWN])
    more = len(spans) - SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
