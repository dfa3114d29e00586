"""Levels of channels in frames of 10 ms, kept as half decibels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.audio import FRAME, FRAME_S

LOWEST_DB = -127.5
"""What digital silence is kept as: below the faintest int16."""

SILENT_DB = -65.0
"""A channel that is never louder holds no speech: the hiss of a line or the codec's noise."""

LOUD_S, LOUD_SHARE = 2.0, 0.05
"""So long a channel is at its loudest, or that share of a short recording."""

PEAK_S = 0.1
"""So long it is at its peak; clicks are shorter, and no word is."""

QUIET = 10
"""Per cent of the frames that count as its quietest."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """How loud and how quiet a channel gets, in dB of full scale."""

    loud_db: float
    noise_db: float
    peak_db: float

    @property
    def silent(self) -> bool:
        """Whether there is nothing to hear."""
        return self.peak_db < SILENT_DB

    @property
    def range_db(self) -> float:
        """From its noise to its loudest; digital silence counts as hardly audible noise."""
        return self.loud_db - max(self.noise_db, -90.0)


def frame_levels(samples: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Levels (frame, channel) of samples (time, channel), in half decibels over `LOWEST_DB`.

    A constant offset is no sound. What is left after the last whole frame counts as one.
    """
    missing = -len(samples) % FRAME
    centred = samples - samples.mean(axis=0) if len(samples) else samples
    framed = np.pad(centred, ((0, missing), (0, 0))).reshape(-1, FRAME, samples.shape[1])
    power = np.square(framed).mean(axis=1)
    decibels = 10 * np.log10(np.maximum(power, 1e-13))
    levels: NDArray[np.uint8] = np.rint(2 * (decibels - LOWEST_DB)).clip(0, 255).astype(np.uint8)
    return levels


def decibels(levels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Kept levels as dB of full scale."""
    known: NDArray[np.float32] = np.multiply(levels, 0.5, dtype=np.float32)
    known += LOWEST_DB
    return known


def smooth(levels_db: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Each frame's (frame,) mean power with its neighbours, `frames` in all, in dB."""
    before, after = frames // 2, frames - frames // 2
    power = np.power(10.0, levels_db.astype(np.float64) / 10)
    total = np.cumsum(np.pad(power, (before + 1, after - 1)))
    mean = np.maximum(total[frames:] - total[:-frames], 10 ** (LOWEST_DB / 10)) / frames
    smoothed: NDArray[np.float32] = (10 * np.log10(mean)).astype(np.float32)
    return smoothed


def spread(levels_db: NDArray[np.float32], before: int, after: int) -> NDArray[np.float32]:
    """The loudest level (frame,) from `before` frames earlier to `after` frames later."""
    padded = np.pad(levels_db, (before, after), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, before + after + 1)
    loudest: NDArray[np.float32] = windows.max(axis=1)
    return loudest


def loudness(levels_db: NDArray[np.float32]) -> Loudness:
    """How loud and how quiet a channel (frame,) gets."""
    if not len(levels_db):
        return Loudness(LOWEST_DB, LOWEST_DB, LOWEST_DB)
    loudest = max(1, min(round(LOUD_S / FRAME_S), round(LOUD_SHARE * len(levels_db))))
    quiet = float(np.percentile(levels_db, QUIET))
    peak = min(round(PEAK_S / FRAME_S), len(levels_db))
    return Loudness(_exceeded(levels_db, loudest), quiet, _exceeded(levels_db, peak))


def _exceeded(levels_db: NDArray[np.float32], frames: int) -> float:
    """The level that so many frames reach."""
    place = len(levels_db) - frames
    return float(np.partition(levels_db, place)[place])
