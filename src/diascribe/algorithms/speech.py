"""Is anybody speaking: two opinions made one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NEIGHBOURHOOD_S = 0.5
"""How far around a frame the sharp opinion must have heard a voice to be trusted there."""

TRUST = 0.8
"""Most weight of the sharp opinion; with none left, the robust one could never object."""

SHARP_BIAS = 1.0
"""Log-odds given to the sharp opinion, which errs towards silence. This and the two above:
least speech error over meetings and simulated talks (docs/decisions/0011)."""

SURE = 1e-4
"""Probabilities are kept this far from 0 and 1, so that no opinion is infinitely strong."""


def pool_speech(
    sharp: NDArray[np.float32], robust: NDArray[np.float32], *, frame_s: float
) -> NDArray[np.float32]:
    """Probability of speech (frame,) from two opinions (frame,), as a weighted mean of log-odds.

    `sharp` finds edges and pauses to the frame but misses faint voices whole; `robust` hears
    faint voices but bridges pauses. So the sharp one counts where it has heard a voice nearby.
    """
    reach = round(NEIGHBOURHOOD_S / frame_s)
    weight = TRUST * _local_maximum(sharp, reach)
    pooled = weight * (_log_odds(sharp) + SHARP_BIAS) + (1 - weight) * _log_odds(robust)
    probability: NDArray[np.float32] = (1 / (1 + np.exp(-pooled))).astype(np.float32)
    return probability


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
    padded = np.pad(values, (reach, reach + (-len(values) - 2 * reach) % width))
    blocks = padded.reshape(-1, width)
    rising = np.maximum.accumulate(blocks, axis=1).ravel()
    falling = np.maximum.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].ravel()
    count = len(values)
    largest: NDArray[np.float32] = np.maximum(falling[:count], rising[width - 1 :][:count])
    return largest
