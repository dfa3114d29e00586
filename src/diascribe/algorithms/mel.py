"""Samples to mel frames."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE

LINEAR_HZ_PER_MEL = 200 / 3
"""Slaney's scale is linear below 1 kHz (Auditory Toolbox, 1998)…"""

BREAK_HZ = 1000.0
LOG_STEP = np.log(6.4) / 27
"""…and logarithmic above: 27 steps from 1 kHz to 6.4 kHz."""


def slaney_mel(frequency_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mels of frequencies on Slaney's scale."""
    break_mel = BREAK_HZ / LINEAR_HZ_PER_MEL
    above = break_mel + np.log(np.maximum(frequency_hz, BREAK_HZ) / BREAK_HZ) / LOG_STEP
    return np.where(frequency_hz < BREAK_HZ, frequency_hz / LINEAR_HZ_PER_MEL, above)


def slaney_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Frequencies of mels on Slaney's scale: the inverse of `slaney_mel`."""
    break_mel = BREAK_HZ / LINEAR_HZ_PER_MEL
    above = BREAK_HZ * np.exp(LOG_STEP * (np.maximum(mel, break_mel) - break_mel))
    return np.where(mel < break_mel, mel * LINEAR_HZ_PER_MEL, above)


@lru_cache(maxsize=4)
def mel_filters(bins: int, fft_size: int) -> NDArray[np.float32]:
    """Triangular filters (frequency, bin) of equal area, 0 Hz to half the sample rate."""
    frequencies = np.fft.rfftfreq(fft_size, 1 / SAMPLE_RATE)
    top = slaney_mel(np.array([SAMPLE_RATE / 2]))[0]
    corners = slaney_hz(np.linspace(0, top, bins + 2))
    widths = np.diff(corners)
    slopes = corners[:, None] - frequencies  # (corner, frequency)
    rising = -slopes[:-2] / widths[:-1, None]
    falling = slopes[2:] / widths[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    triangles *= (2 / (corners[2:] - corners[:-2]))[:, None]
    filters: NDArray[np.float32] = triangles.T.astype(np.float32)
    filters.flags.writeable = False
    return filters


def mel_power(
    samples: NDArray[np.float32], *, bins: int, fft_size: int, hop: int
) -> NDArray[np.float32]:
    """Mel power (window, frame, bin) of samples (window, time); no logarithm.

    Frame `i` is centred on sample `i * hop`, the edges padded with zeros, through a
    periodic Hann window of `fft_size` samples, as librosa's `melspectrogram` does.
    """
    padded = np.pad(samples, ((0, 0), (fft_size // 2, fft_size // 2)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, fft_size, axis=1)[:, ::hop]
    return banded(frames * _hann(fft_size), mel_filters(bins, fft_size), fft_size)


def banded(
    frames: NDArray[np.float32], filters: NDArray[np.float32], fft_size: int
) -> NDArray[np.float32]:
    """Power (window, frame, bin) of windowed frames (window, frame, time) through filters.

    `filters` are (frequency, bin); frames shorter than `fft_size` are padded with zeros.
    """
    spectrum = np.fft.rfft(frames, fft_size)  # (window, frame, frequency)
    power = np.square(spectrum.real)
    power += np.square(spectrum.imag)
    flat = power.reshape(-1, power.shape[2]).astype(np.float32, copy=False)
    banded: NDArray[np.float32] = flat @ filters
    return banded.reshape(*frames.shape[:2], filters.shape[1])


@lru_cache(maxsize=4)
def _hann(size: int) -> NDArray[np.float32]:
    window: NDArray[np.float32] = np.hanning(size + 1)[:-1].astype(np.float32)
    window.flags.writeable = False
    return window
