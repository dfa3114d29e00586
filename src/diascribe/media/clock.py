"""Where a frame of sound belongs on the container's presentation clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

F = TypeVar("F")
"""A frame of sound."""

GAP_TOLERANCE = 0.04
"""Seconds by which timestamps may run ahead of the samples before silence is put in.

Matroska and FLV round to 1 ms, and live recorders stamp each 20 ms packet when it arrives,
so timestamps jitter without anything missing; two packets' worth is more than jitter. It
is also the most by which a time may be wrong: less than the 50 ms within which a word
boundary counts as good.
"""


def gap(position: float, start: float | None) -> float:
    """Seconds of silence to put between the sound so far and a frame; 0 for none.

    Sound is never dropped: where frames overlap or timestamps jump back, the sound goes
    on, and later gaps are the shorter by what it is ahead.

    Args:
        position: Where the sound so far ends.
        start: Where the frame wants to be; null where its container does not say.
    """
    if start is None or start - position <= GAP_TOLERANCE:
        return 0.0
    return start - position


def timed(stamped: Iterable[tuple[F, float | None]]) -> Iterator[tuple[F, float | None]]:
    """The same frames; those whose start the next one takes back have lost theirs.

    One flipped bit in a timestamp moves a frame by hours. The frame after it shows that
    the clock never went there.

    >>> list(timed([("a", 0.0), ("b", 9000.0), ("c", 2.0)]))
    [('a', 0.0), ('b', None), ('c', 2.0)]
    """
    held: tuple[F, float | None] | None = None
    for frame, start in stamped:
        if held is not None:
            stray = held[1] is not None and start is not None and start < held[1]
            yield held[0], None if stray else held[1]
        held = frame, start
    if held is not None:
        yield held
