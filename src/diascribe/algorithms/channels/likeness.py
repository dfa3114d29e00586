"""How alike the channels are within a second of sound.

Correlation at the delay where it is largest (generalized cross-correlation, Knapp and
Carter 1976, without weighting: speech against itself needs none) does not care about gain
or polarity; that of levels does not care about waveforms, and so still hears a voice that
a room or a codec has changed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.channels.levels import decibels, frame_levels
from diascribe.audio import SAMPLE_RATE

BLOCK_S = 1.0
"""Seconds compared at once: some words, mostly by one voice."""

MOST_DELAY_S = 0.04
"""Longest delay looked for: twice that of a network's or a tape's two tracks."""

ENVELOPE_RANGE_DB = 40.0
"""Levels lower than this under a block's loudest are alike: silence."""


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """Each pair of channels within blocks; arrays are (block, first, second)."""

    correlation: NDArray[np.float32]
    """At the best delay, -1 to 1; negative where the second has the other polarity."""
    delay: NDArray[np.float32]
    """Seconds by which the second is later than the first."""
    gain_db: NDArray[np.float32]
    """Level of the second over the first."""
    envelope: NDArray[np.float32]
    """Correlation of their levels, -1 to 1."""


def compare(samples: NDArray[np.float32]) -> Likeness:
    """Each pair of channels of one block (time, channel), as the only block of a likeness."""
    centred = samples - samples.mean(axis=0)
    correlation, delay = _correlations(centred)
    power = 10 * np.log10(np.square(centred).mean(axis=0) + 1e-13)
    gain = power[None, :] - power[:, None]
    return Likeness(
        correlation[None], delay[None], gain[None].astype(np.float32), _envelopes(samples)[None]
    )


def joined(blocks: list[Likeness], channels: int) -> Likeness:
    """All blocks as one likeness; of none, one without blocks."""
    none = np.zeros((0, channels, channels), np.float32)
    return Likeness(
        np.concatenate([none, *(one.correlation for one in blocks)]),
        np.concatenate([none, *(one.delay for one in blocks)]),
        np.concatenate([none, *(one.gain_db for one in blocks)]),
        np.concatenate([none, *(one.envelope for one in blocks)]),
    )


def _correlations(
    samples: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Correlation (first, second) at the best delay, and that delay in seconds."""
    count, channels = samples.shape
    most = min(round(MOST_DELAY_S * SAMPLE_RATE), count - 1)
    spectra = np.fft.rfft(samples, count + most, axis=0)
    correlation = np.eye(channels, dtype=np.float32)
    delay = np.zeros((channels, channels), np.float32)
    for first in range(channels):
        for second in range(first + 1, channels):
            cross = np.fft.irfft(spectra[:, first].conj() * spectra[:, second], count + most)
            lags = np.concatenate([cross[len(cross) - most :], cross[: most + 1]])
            lag = int(np.abs(lags).argmax()) - most
            found = _at(samples[:, first], samples[:, second], lag)
            correlation[first, second] = correlation[second, first] = found
            delay[first, second], delay[second, first] = lag / SAMPLE_RATE, -lag / SAMPLE_RATE
    return correlation, delay


def _at(first: NDArray[np.float32], second: NDArray[np.float32], lag: int) -> float:
    """Correlation of what overlaps when the second is moved `lag` samples earlier."""
    one = first[max(0, -lag) : len(first) - max(0, lag)]
    other = second[max(0, lag) : len(second) - max(0, -lag)]
    norm = float(np.sqrt(np.dot(one, one) * np.dot(other, other)))
    return float(np.dot(one, other)) / norm if norm > 0 else 0.0


def _envelopes(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Correlation (first, second) of the channels' levels; 0 with one that does not vary."""
    levels = decibels(frame_levels(samples))
    levels = np.maximum(levels, levels.max(axis=0) - ENVELOPE_RANGE_DB)
    centred = levels - levels.mean(axis=0)
    norm = np.sqrt(np.square(centred).sum(axis=0))
    product = centred.T @ centred
    scale = norm[:, None] * norm[None, :]
    alike: NDArray[np.float32] = np.divide(
        product, scale, out=np.zeros_like(product), where=scale > 0
    ).clip(-1, 1)
    return alike
