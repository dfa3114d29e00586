"""Changes sounds at random as rooms, lines and microphones do."""

from __future__ import annotations

from random import Random

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import fftconvolve

Samples = NDArray[np.float32]


def faster(samples: Samples, factor: float) -> Samples:
    """Samples (time,) played `factor` times as fast: pitch and formants move with it."""
    places = np.arange(0, len(samples) - 1, factor)
    played: Samples = np.interp(places, np.arange(len(samples)), samples).astype(np.float32)
    return played


def degraded(samples: Samples, random: Random) -> Samples:
    """Samples (time,) in another room, through another line, with noise, at another level."""
    generator = np.random.default_rng(random.getrandbits(32))
    if random.random() < 0.1:
        samples = _in_a_room(samples, generator)
    if random.random() < 0.15:
        samples = _through_a_line(samples, random)
    level = np.sqrt(np.mean(np.square(samples))) + 1e-6
    if random.random() < 0.6:
        loudness = level * 10 ** (-random.uniform(18, 50) / 20)
        samples = samples + noise(len(samples), random, generator) * loudness
    gain = 10 ** (random.uniform(-32, -16) / 20) / level
    heard: Samples = np.clip(samples * gain, -1, 1).astype(np.float32)
    return heard


def noise(count: int, random: Random, generator: np.random.Generator) -> Samples:
    """White noise (time,) of level 1, or noise that is softer towards the high."""
    length = next_fast_len(count, real=True)
    white: Samples = generator.standard_normal(length, np.float32)
    if random.random() < 0.5:
        plain: Samples = white[:count]
        return plain
    spectrum = rfft(white) / np.sqrt(1 + np.arange(length // 2 + 1, dtype=np.float32))
    coloured: Samples = irfft(spectrum, length)[:count]
    quiet: Samples = coloured / (np.std(coloured) + np.float32(1e-9))
    return quiet


def _in_a_room(samples: Samples, generator: np.random.Generator) -> Samples:
    """With a decaying tail of echoes, the direct sound first."""
    decay_s = generator.uniform(0.03, 0.15)
    times = np.arange(round(4 * decay_s * 16_000)) / 16_000
    echoes = generator.standard_normal(len(times)) * np.exp(-times / decay_s) * 0.04
    echoes[0] = 1
    heard: Samples = fftconvolve(samples, echoes)[: len(samples)].astype(np.float32)
    return heard


def _through_a_line(samples: Samples, random: Random) -> Samples:
    """Without what lies under one and above another frequency."""
    length = next_fast_len(len(samples), real=True)
    spectrum = rfft(samples, length)
    hertz = np.linspace(0, 8_000, len(spectrum), dtype=np.float32)
    low, high = random.uniform(50, 250), random.uniform(3_200, 7_500)
    keep = 1 / (1 + (low / (hertz + 1)) ** 4) / (1 + (hertz / high) ** 12)
    heard: Samples = irfft(spectrum * keep, length)[: len(samples)].astype(np.float32)
    return heard
