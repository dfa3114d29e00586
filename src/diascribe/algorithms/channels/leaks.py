"""Where a channel's sound is its own, and where it is another channel's that leaked into it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.channels.levels import smooth, spread
from diascribe.algorithms.hysteresis import drop_short, fill_gaps
from diascribe.audio import FRAME_S

OVER_LEAK_DB = 4.0
"""Own sound is this much louder than what leaks; less lets leaks through, more loses the
weak sounds of who is talked over (docs/decisions/0022)."""

SMOOTHED = 5
"""Frames over which levels are compared: 50 ms, some periods of a voice."""

SPREAD_BEFORE_S, SPREAD_AFTER_S = 0.03, 0.01
"""So much longer a leak lasts than what leaks, and frames are that much out of step."""

LEAST_OWN_S = 0.08
"""Shorter sound over a leak is the leak itself, rising."""

BRIDGED_S = 0.3
"""Shorter pauses between own sounds are pauses within a sentence; they stay as they are."""

ROOM_FRAMES = 30
"""0.3 s over which microphones of one room are compared: who is nearest does not change
within a word, and reverberation lags behind."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Another channel, as it is heard on the one that is asked about."""

    levels_db: NDArray[np.float32]
    gain_db: float
    delay_s: float = 0.0


def own_sound(levels_db: NDArray[np.float32], sources: list[Source]) -> NDArray[np.bool_] | None:
    """Frames (frame,) that hold more than what leaks; null where nothing leaks.

    Where no source is loud all frames are own, whatever they hold.
    """
    if not sources:
        return None
    level = smooth(levels_db, SMOOTHED)
    own = np.ones(len(level), bool)
    for source in sources:
        late = max(0, round(source.delay_s / FRAME_S))
        before = late + round(SPREAD_BEFORE_S / FRAME_S)
        after = round(SPREAD_AFTER_S / FRAME_S)
        leaking = spread(smooth(source.levels_db, SMOOTHED), before, after)
        own &= level > leaking + source.gain_db + OVER_LEAK_DB
    lasting = drop_short(own, shorter_than=round(LEAST_OWN_S / FRAME_S))
    return fill_gaps(lasting, shorter_than=round(BRIDGED_S / FRAME_S))


def nearest(levels_db: list[NDArray[np.float32]], loud_db: list[float]) -> NDArray[np.intp]:
    """Which microphone of one room (frame,) is loudest, each against its own loudest.

    For a room whose microphones are to be heard apart: each voice where it is nearest.
    """
    relative = [
        smooth(one, ROOM_FRAMES) - loud for one, loud in zip(levels_db, loud_db, strict=True)
    ]
    best = np.zeros(len(levels_db[0]), np.intp)
    most = relative[0]
    for place, one in enumerate(relative[1:], start=1):
        best[one > most] = place
        most = np.maximum(most, one)
    return best
