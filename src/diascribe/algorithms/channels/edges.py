"""Turns of a channel: where sound says that they begin and end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.channels.levels import LOWEST_DB, smooth
from diascribe.algorithms.hysteresis import fill_gaps, runs
from diascribe.audio import FRAME_S
from diascribe.span import Span
from diascribe.transcript import Turn

OVER_NOISE_DB = 3.0
"""The voice goes on while there is this much more than noise: detectors leave out the weak
sounds at both ends of a phrase, and on a channel it is seldom anybody else's."""

REACH_S = 0.5
"""So far from what a detector heard; further it is some other sound."""

DIP_S = 0.05
"""Shorter dips into the noise are closures of consonants."""

PAUSE_S = 0.3
"""Shorter pauses are within a turn, as scorers count (NIST RT-09 evaluation plan)."""


FAR = np.int32(1 << 29)
"""Frames: two months, longer than any recording."""


def turns_by_level(
    turns: Sequence[Turn],
    levels_db: NDArray[np.float32],
    own: NDArray[np.bool_] | None,
    *,
    exclusive: bool = False,
) -> Iterator[Turn]:
    """The turns of each voice, longer by the sound that touches them.

    Where several voices take turns, what is between them goes to the nearer one. Turns
    that are `exclusive` stay so: no pause is filled where another is nearer.
    """
    count = len(levels_db)
    audible = _audible(_frames(turns, count), levels_db, own)
    for speaker in dict.fromkeys(turn.speaker for turn in turns):
        mine = _frames((turn for turn in turns if turn.speaker == speaker), count)
        others = _frames((turn for turn in turns if turn.speaker != speaker), count)
        nearer = _distance(mine) <= _distance(others)
        grown = _grown(mine, audible & nearer)
        for span in _spans(grown & nearer if exclusive else grown):
            yield Turn(span.start, span.end, speaker=speaker)


def by_level(
    spans: Iterable[Span], levels_db: NDArray[np.float32], own: NDArray[np.bool_] | None
) -> list[Span]:
    """The spans, longer by the sound that touches them; sorted and disjoint.

    `levels_db` (frame,) is the channel's level; where `own` is false the sound is another's.
    """
    spoken = _frames(spans, len(levels_db))
    return _spans(_grown(spoken, _audible(spoken, levels_db, own)))


def _audible(
    spoken: NDArray[np.bool_], levels_db: NDArray[np.float32], own: NDArray[np.bool_] | None
) -> NDArray[np.bool_]:
    """Frames (frame,) of the channel's own that are louder than where nobody speaks."""
    level = smooth(levels_db, round(DIP_S / FRAME_S))
    audible = level > _noise_db(level, spoken, own) + OVER_NOISE_DB
    return audible if own is None else audible & own


def _grown(spoken: NDArray[np.bool_], audible: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Frames (frame,) that are spoken, and what is audible around them."""
    if not spoken.any():
        return spoken
    sound = fill_gaps(audible | spoken, shorter_than=round(DIP_S / FRAME_S))
    near = _near(spoken, round(REACH_S / FRAME_S))
    return fill_gaps(_touching(sound & near, spoken), shorter_than=round(PAUSE_S / FRAME_S))


def _spans(covered: NDArray[np.bool_]) -> list[Span]:
    return [Span(first * FRAME_S, last * FRAME_S) for first, last in runs(covered).tolist()]


def _frames(spans: Iterable[Span], count: int) -> NDArray[np.bool_]:
    """Frames (frame,) that the spans cover."""
    covered = np.zeros(count, bool)
    for one in spans:
        covered[round(one.start / FRAME_S) : round(one.end / FRAME_S)] = True
    return covered


def _distance(covered: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Frames (frame,) to the nearest one that is covered; `FAR` at least where none is."""
    places = np.arange(len(covered), dtype=np.int32)
    before = np.maximum.accumulate(np.where(covered, places, -FAR))
    after = np.minimum.accumulate(np.where(covered, places, len(covered) + FAR)[::-1])[::-1]
    distance: NDArray[np.int32] = np.minimum(places - before, after - places)
    return distance


def _noise_db(
    level: NDArray[np.float32], spoken: NDArray[np.bool_], own: NDArray[np.bool_] | None
) -> float:
    """The usual level where nobody speaks; digital silence does not count, it is no noise."""
    idle = level[~spoken if own is None else ~spoken & own]
    noise = idle[idle > LOWEST_DB + 40]
    return float(np.median(noise)) if len(noise) else LOWEST_DB + 40


def _near(spoken: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Frames at most `reach` from a spoken one."""
    steps = np.zeros(len(spoken) + 1, np.int32)
    for first, last in runs(spoken).tolist():
        steps[max(0, first - reach)] += 1
        steps[min(len(spoken), last + reach)] -= 1
    near: NDArray[np.bool_] = np.cumsum(steps[:-1]) > 0
    return near


def _touching(sound: NDArray[np.bool_], spoken: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The runs of sound that hold something spoken."""
    total = np.cumsum(np.pad(spoken, (1, 0)).astype(np.int64))
    kept = np.zeros_like(sound)
    for first, last in runs(sound).tolist():
        kept[first:last] = total[last] > total[first]
    return kept
