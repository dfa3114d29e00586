"""Is anybody speaking: two opinions and the sound's level made one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NEIGHBOURHOOD_S = 0.5
"""How far around a frame the sharp opinion must have heard a voice to be trusted there."""

SHARP = 0.5
"""Weight of the sharp opinion's log-odds."""

ROBUST = (1.0, 0.1)
"""Weights of the robust opinion's log-odds where the sharp one has heard nothing nearby, and
where it has heard a voice."""

PER_DB = 0.08
"""Log-odds for each decibel above the floor. All four were fitted by logistic regression to
half of the recordings and rounded (docs/decisions/0031)."""

FLOOR_S = 2.0
"""How far around a frame its floor is looked for: no pause for breath is further away."""

MOST_RISE_DB = 25.0
"""Who is louder than that is no more likely a voice."""

SURE = 1e-3
"""Probabilities are kept this far from 0 and 1, so that no opinion is infinitely strong."""


def pool_speech(
    sharp: NDArray[np.float32],
    robust: NDArray[np.float32],
    rise_db: NDArray[np.float32],
    *,
    frame_s: float,
) -> NDArray[np.float32]:
    """Probability of speech (frame,) from two opinions and the rise of the level, each (frame,).

    `sharp` finds edges and pauses but misses faint voices whole; `robust` hears faint voices
    but bridges pauses. So the robust one counts where the sharp one has heard no voice nearby.
    Music and steady noise rise little above their floor.
    """
    reach = round(NEIGHBOURHOOD_S / frame_s)
    alone, beside = ROBUST
    weight = alone - (alone - beside) * _local_maximum(sharp, reach)
    pooled = SHARP * _log_odds(sharp) + weight * _log_odds(robust) + PER_DB * rise_db
    probability: NDArray[np.float32] = (1 / (1 + np.exp(-pooled))).astype(np.float32)
    return probability


def rise(level_db: NDArray[np.float32], *, frame_s: float) -> NDArray[np.float32]:
    """How far each level (frame,) lies above the lowest nearby, 0 to `MOST_RISE_DB` (frame,).

    The lowest of means of 0.1 s, so that a closed mouth before a plosive is no floor.
    """
    if not len(level_db):
        return level_db
    smooth = _running_mean(level_db, round(0.1 / frame_s))
    floor = -_local_maximum(-smooth, round(FLOOR_S / frame_s))
    risen: NDArray[np.float32] = np.clip(level_db - floor, 0, np.float32(MOST_RISE_DB))
    return risen


def anybody(activity: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probability (…,) that at least one of the independent speakers (…, speaker) is active."""
    silent: NDArray[np.float32] = np.prod(1 - activity, axis=-1)
    return 1 - silent


def _log_odds(probability: NDArray[np.float32]) -> NDArray[np.float32]:
    clipped = np.clip(probability, SURE, 1 - SURE)
    odds: NDArray[np.float32] = np.log(clipped / (1 - clipped))
    return odds


def _local_maximum(values: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """Largest value within `reach` frames either way (van Herk 1992: two running maxima)."""
    width = 2 * reach + 1
    after = reach + (-len(values) - 2 * reach) % width
    padded = np.pad(values, (reach, after), constant_values=-np.inf)
    blocks = padded.reshape(-1, width)
    rising = np.maximum.accumulate(blocks, axis=1).ravel()
    falling = np.maximum.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].ravel()
    count = len(values)
    largest: NDArray[np.float32] = np.maximum(falling[:count], rising[width - 1 :][:count])
    return largest


def _running_mean(values: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """The mean (frame,) of about `width` values around each; at the ends the last ones go on."""
    reach = width // 2
    padded = np.pad(values.astype(np.float64), (reach + 1, reach), mode="edge")
    total = np.cumsum(padded)
    mean: NDArray[np.float32] = (
        (total[2 * reach + 1 :] - total[: -2 * reach - 1]) / (2 * reach + 1)
    ).astype(np.float32)
    return mean
