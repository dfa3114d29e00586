"""Speech in parts of some minutes: where work is cut short, one part is lost and not all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from diascribe.audio import Audio
from diascribe.engine.beside import Progress, Steps
from diascribe.engine.hearing import Hearing, empty
from diascribe.protocols import Decoding, Recognizer, Region
from diascribe.transcript import Segment

PART_S = 600.0
"""Seconds of speech in a part: long enough that its last batch, which is not full, costs little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What was heard in some regions."""

    segments: Sequence[Segment]
    failure: str | None = None
    """Why the recognizer failed at some of them; null where it did not."""
    lost: Sequence[Region] = ()
    """Regions that it failed at, and after which it heard others."""
    cut_off: bool = False
    """Whether it failed at all regions from one on."""


def parts(regions: Sequence[Region]) -> Iterator[Sequence[Region]]:
    """The regions in order, in parts of about `PART_S` of speech.

    >>> [len(part) for part in parts([Region(n * 30, n * 30 + 30) for n in range(50)])]
    [20, 20, 10]
    """
    first, seconds = 0, 0.0
    for place, region in enumerate(regions):
        if seconds >= PART_S:
            yield regions[first:place]
            first, seconds = place, 0.0
        seconds += region.duration
    if len(regions) > first:
        yield regions[first:]


def decoding_of(decoding: Decoding, place: int) -> Decoding:
    """How the part at a place is decoded: what is said of the beginning holds for the first."""
    return replace(decoding, initial_prompt=None, prefix=None) if place else decoding


def hear_part(
    recognizer: Recognizer, audio: Audio, regions: Sequence[Region], decoding: Decoding
) -> Steps[Part]:
    """Text and words of some regions, with the recognizer's own times.

    Raises:
        DiascribeError: the recognizer fails at all of them.
    """
    segments: list[Segment] = []
    reached = regions[0].start  # what came before is done
    hearing = Hearing(recognizer, audio, decoding)
    for one in hearing.segments(regions):
        if one is not None:
            segments.append(one)
            reached = max(reached, one.end)
        yield Progress("recognition", reached, audio.duration)
    if hearing.failure is not None and not segments:
        raise hearing.failure
    return Part(
        segments=segments,
        failure=None if hearing.failure is None else str(hearing.failure),
        lost=hearing.lost,
        cut_off=hearing.cut_off,
    )


def lost_part(regions: Sequence[Region], failure: str) -> Part:
    """A part of which nothing is known but that it was tried."""
    return Part(segments=[empty(one) for one in regions], failure=failure, lost=regions)
