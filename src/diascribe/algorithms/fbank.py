"""Samples to log mel frames as Kaldi computes them: what WeSpeaker's encoders were trained on.

Povey et al. 2011, `compute-fbank-feats` with its defaults, but for a Hamming window and no
dither. Frames begin where the samples do and none reaches over their end ("snip edges").
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.mel import banded
from diascribe.audio import SAMPLE_RATE

FRAME = 400  # samples: 25 ms
HOP = 160  # samples: 10 ms
FFT_SIZE = 512  # the next power of two
LOWEST_HZ = 20.0
PRE_EMPHASIS = 0.97
FULL_SCALE = 32768  # Kaldi reads 16-bit integers
FLOOR = float(np.finfo(np.float32).eps)
"""Least power that a logarithm is taken of."""

BLOCK = 256
"""Frames transformed at once, so few that a core keeps them in its cache: what that gains is
measured by `benchmarks/precisions.py`."""


def count_frames(samples: int) -> int:
    """Frames that lie within so many samples.

    >>> count_frames(160_000)
    998
    """
    return max(0, (samples - FRAME) // HOP + 1)


def samples_of(frames: int) -> int:
    """Samples that so many frames reach over: the inverse of `count_frames`.

    >>> samples_of(998)
    159920
    """
    return (frames - 1) * HOP + FRAME if frames else 0


def fbank(samples: NDArray[np.float32], *, bins: int = 80) -> NDArray[np.float32]:
    """Log mel power (window, frame, bin) of samples (window, time) in -1 to 1."""
    if samples.shape[1] < FRAME:
        return np.empty((len(samples), 0, bins), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME, axis=1)[:, ::HOP]
    features = np.empty((*frames.shape[:2], bins), np.float32)
    filters = kaldi_filters(bins)
    step = max(1, BLOCK // max(1, len(samples)))
    for first in range(0, frames.shape[1], step):
        block = slice(first, first + step)
        power = banded(_shaped(frames[:, block]), filters, FFT_SIZE)
        np.log(np.maximum(power, FLOOR, out=power), out=features[:, block])
    return features


def centred(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Features (window, frame, bin) less the mean of each window."""
    apart: NDArray[np.float32] = features - features.mean(axis=1, keepdims=True)
    return apart


def _shaped(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Frames (window, frame, time) without offset, their highs raised, faded at the edges."""
    shaped = frames * np.float32(FULL_SCALE)
    shaped -= shaped.mean(axis=2, keepdims=True)
    raised = shaped.copy()
    raised[:, :, 1:] -= np.float32(PRE_EMPHASIS) * shaped[:, :, :-1]
    raised[:, :, 0] *= np.float32(1 - PRE_EMPHASIS)  # before the first sample Kaldi sees it again
    raised *= _hamming()
    return raised


@lru_cache(maxsize=1)
def _hamming() -> NDArray[np.float32]:
    window: NDArray[np.float32] = np.hamming(FRAME).astype(np.float32)
    window.flags.writeable = False
    return window


@lru_cache(maxsize=4)
def kaldi_filters(bins: int) -> NDArray[np.float32]:
    """Filters (frequency, bin) that are triangles on Kaldi's mel scale, all of height 1."""
    frequencies = np.fft.rfftfreq(FFT_SIZE, 1 / SAMPLE_RATE)
    mels = _mel(frequencies)[:, None]
    corners = np.linspace(_mel(LOWEST_HZ), _mel(SAMPLE_RATE / 2), bins + 2)
    width = corners[1] - corners[0]
    rising, falling = (mels - corners[:-2]) / width, (corners[2:] - mels) / width
    filters: NDArray[np.float32] = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    filters[-1] = 0  # Kaldi leaves half the sample rate out
    filters.flags.writeable = False
    return filters


def _mel(frequency_hz: float | NDArray[np.floating]) -> NDArray[np.float64]:
    """Mels on Kaldi's scale: 1127 ln(1 + f / 700)."""
    mel: NDArray[np.float64] = 1127 * np.log1p(np.asarray(frequency_hz, np.float64) / 700)
    return mel
