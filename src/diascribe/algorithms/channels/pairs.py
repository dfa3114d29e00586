"""What two channels are to each other: copies, one room, or voices of their own.

Figures and limits: docs/decisions/0022.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.channels.levels import Loudness, smooth, spread
from diascribe.algorithms.channels.likeness import Likeness
from diascribe.algorithms.hysteresis import runs
from diascribe.audio import FRAME_S
from diascribe.transcript import ChannelPair, ChannelRelation

BLOCK_RANGE_DB = 20.0
"""Blocks this far under a channel's loudest still hold speech of it."""

COPY, COPIES, COPY_DELAY_S = 0.6, 0.9, 0.002
"""Channels with one sound correlate so well in so many of their blocks, and are never
further from their usual delay. Noise as loud as the speech leaves a correlation of 0.7."""

OWN_S = 1.0
"""A copy has less sound than this that the other channel does not explain…"""

OWN_DB, OWN_RANGE_DB, OWN_RUN_S = 9.0, 20.0, 0.2
"""…so much louder than explained, so near to its loudest, for so long at a time: a word."""

CARRIED_DB, CARRIED_LOUD_DB, CARRIED_SHARE = -9.0, 12.0, 20
"""A channel carries the other's voices if, while the other is within 12 dB of its loudest,
it is itself but for a fifth of the time within 9 dB of its own: a leak is fainter, and an
independent voice pauses."""

CARRIED_FRAMES = 20
"""0.2 s: through so short pauses a room still sounds, and delays do not count."""

ALIKE, ALIKE_ENVELOPE = 0.4, 0.8
"""Voices are the same if waveforms correlate like this, or levels like that; of independent
voices the first reaches 0.3, since voices are periodic, and the second seldom 0.5."""

LEAKED, LEAKED_ENVELOPE = 0.5, 0.85
"""Blocks correlate like this in which one channel is only heard through the other."""

LEAK_DB = 6.0
"""A leak is this much fainter than the channel's own voices."""

LEAK_BLOCKS = 2
"""In fewer blocks it is chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Two channels: their levels in dB (frame,) and how loud they get."""

    levels: tuple[NDArray[np.float32], NDArray[np.float32]]
    loudness: tuple[Loudness, Loudness]

    def turned(self) -> Sides:
        """The second first."""
        return Sides(self.levels[::-1], self.loudness[::-1])


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Two channels in blocks (block,): see `Likeness`."""

    correlation: NDArray[np.float32]
    delay: NDArray[np.float32]
    gain_db: NDArray[np.float32]
    envelope: NDArray[np.float32]
    loud: tuple[NDArray[np.bool_], NDArray[np.bool_]]
    """Whether the first is loud, and the second."""

    @property
    def either(self) -> NDArray[np.bool_]:
        """Blocks in which one of them is loud."""
        return self.loud[0] | self.loud[1]

    def turned(self) -> Blocks:
        """The second first."""
        return Blocks(self.correlation, -self.delay, -self.gain_db, self.envelope, self.loud[::-1])


def blocks_of(
    likeness: Likeness, levels_db: NDArray[np.float32], pair: tuple[int, int], sides: Sides
) -> Blocks:
    """One pair out of a likeness; `levels_db` are its blocks' (block, channel)."""
    first, second = pair
    loud = [
        levels_db[:, channel] >= loudness.loud_db - BLOCK_RANGE_DB
        for channel, loudness in zip(pair, sides.loudness, strict=True)
    ]
    return Blocks(
        likeness.correlation[:, first, second],
        likeness.delay[:, first, second],
        likeness.gain_db[:, first, second],
        likeness.envelope[:, first, second],
        (loud[0], loud[1]),
    )


def relate(pair: tuple[int, int], blocks: Blocks, sides: Sides) -> ChannelPair:
    """What two channels are to each other, and the figures that say so."""
    heard = blocks.either
    correlation, delay = blocks.correlation[heard], blocks.delay[heard]
    alike = np.abs(correlation) >= COPY
    weighed = alike if alike.any() else np.ones_like(alike)
    return ChannelPair(
        first=pair[0],
        second=pair[1],
        relation=_relation(blocks, sides),
        similarity=_median(np.abs(correlation)),
        envelope=_median(blocks.envelope[heard]),
        gain_db=_median(blocks.gain_db[heard][weighed]),
        delay_ms=1000 * _median(delay[weighed]),
        inverted=bool(_median(np.sign(correlation[weighed])) < 0),
        crosstalk_db=(leak(blocks, sides), leak(blocks.turned(), sides.turned())),
    )


def _relation(blocks: Blocks, sides: Sides) -> ChannelRelation:
    if is_copy(blocks, sides):
        return "duplicate"
    carried = _carries(blocks, sides) or _carries(blocks.turned(), sides.turned())
    return "shared" if carried else "independent"


def is_copy(blocks: Blocks, sides: Sides) -> bool:
    """Whether both hold one sound, whatever gain, polarity, delay and noise were added."""
    heard = blocks.either
    correlation, delay = blocks.correlation[heard], blocks.delay[heard]
    if not len(correlation):
        return False
    sign = np.sign(np.median(correlation))
    alike = np.abs(correlation) >= COPY
    usual = _median(delay[alike])
    same = (correlation * sign >= COPY) & (np.abs(delay - usual) <= COPY_DELAY_S)
    if same.mean() < COPIES:
        return False
    gain = float(np.median(blocks.gain_db[heard][same]))
    return max(_own_s(sides, gain), _own_s(sides.turned(), -gain)) < OWN_S


def _own_s(sides: Sides, gain_db: float) -> float:
    """Seconds of the second's sound that the first, with a gain, does not explain."""
    first, second = (smooth(one, 5) for one in sides.levels)
    quiet = max(sides.loudness[1].noise_db, sides.loudness[1].loud_db - 60)
    explained = np.maximum(spread(first, 5, 5) + gain_db, quiet)
    loud = second >= sides.loudness[1].loud_db - OWN_RANGE_DB
    own = runs(loud & (second > explained + OWN_DB))
    lasting = own[own[:, 1] - own[:, 0] >= OWN_RUN_S / FRAME_S]
    return float((lasting[:, 1] - lasting[:, 0]).sum() * FRAME_S)


def _carries(blocks: Blocks, sides: Sides) -> bool:
    """Whether the second holds the first's voices about as loud as anything it holds."""
    first, second = (smooth(one, CARRIED_FRAMES) for one in sides.levels)
    loud = first >= sides.loudness[0].loud_db - CARRIED_LOUD_DB
    if not loud.any() or not blocks.loud[0].any():
        return False
    relative = float(np.percentile(second[loud], CARRIED_SHARE)) - sides.loudness[1].loud_db
    alike = _median(np.abs(blocks.correlation[blocks.loud[0]])) >= ALIKE
    moving = _median(blocks.envelope[blocks.loud[0]]) >= ALIKE_ENVELOPE
    return relative >= CARRIED_DB and (alike or moving)


def leak(blocks: Blocks, sides: Sides) -> float | None:
    """Gain in dB at which the first is heard on the second; null where it is not."""
    same = (np.abs(blocks.correlation) >= LEAKED) | (blocks.envelope >= LEAKED_ENVELOPE)
    most = sides.loudness[1].loud_db - sides.loudness[0].loud_db - LEAK_DB
    leaked = blocks.loud[0] & same & (blocks.gain_db <= most)
    return float(np.median(blocks.gain_db[leaked])) if leaked.sum() >= LEAK_BLOCKS else None


def _median(values: NDArray[np.floating]) -> float:
    return float(np.median(values)) if len(values) else 0.0
