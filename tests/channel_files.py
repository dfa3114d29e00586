"""Recordings of several channels whose truth is known: copies, sides of a call, rooms."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from media_files import recording, write
from numpy.typing import NDArray

from diascribe.audio import FULL_SCALE, SAMPLE_RATE, Recording

CONVERSATION = Path(__file__).parents[1] / "examples" / "conversation.opus"

Sound = NDArray[np.float64]
"""(time,), full scale is 1."""


@cache
def talk(seconds: int = 30) -> Sound:
    """So much of a talk of three voices, which takes 44 s."""
    found = recording(CONVERSATION).samples[: seconds * SAMPLE_RATE, 0]
    sound: Sound = found / FULL_SCALE
    return sound


@cache
def sides() -> tuple[Sound, Sound]:
    """The two sides of a call: the talk in turns of three seconds, each with a faint hiss."""
    return sides_of(talk())


def sides_of(sound: Sound) -> tuple[Sound, Sound]:
    """The sound in turns of three seconds as two sides, each with a faint hiss."""
    turn = np.arange(len(sound)) // (3 * SAMPLE_RATE) % 2
    hiss = 1e-4 * np.random.default_rng(0).standard_normal((2, len(sound)))
    return sound * (turn == 0) + hiss[0], sound * (turn == 1) + hiss[1]


def late(sound: Sound, delay_ms: float) -> Sound:
    """The sound that much later, as long as before."""
    count = round(delay_ms * SAMPLE_RATE / 1000)
    return np.pad(sound, (count, 0))[: len(sound)]


def decibels(gain_db: float) -> float:
    return float(10 ** (gain_db / 20))


def noisy(sound: Sound, snr_db: float, seed: int = 1) -> Sound:
    """The sound with white noise so far under its mean level."""
    level = np.sqrt(np.mean(sound**2)) * decibels(-snr_db)
    louder: Sound = sound + level * np.random.default_rng(seed).standard_normal(len(sound))
    return louder


def reencoded(sound: Sound, codec: str, container: str, rate_bps: int) -> Sound:
    """The sound through a lossy codec."""
    rate_hz = 48_000 if codec == "libopus" else SAMPLE_RATE
    wide = np.repeat(sound, rate_hz // SAMPLE_RATE)[:, None]
    file = io.BytesIO()
    write(file, wide, codec=codec, container=container, rate_hz=rate_hz, bit_rate=rate_bps)
    file.seek(0)
    decoded = recording(file).samples[:, 0] / FULL_SCALE
    whole: Sound = np.pad(decoded, (0, max(0, len(sound) - len(decoded))))[: len(sound)]
    return whole


def mulaw(sound: Sound) -> Sound:
    """The sound through a telephone's companding."""
    curved = np.sign(sound) * np.log1p(255 * np.abs(sound).clip(0, 1)) / np.log(256)
    coarse = np.round(curved * 127) / 127
    heard: Sound = np.sign(coarse) * (256 ** np.abs(coarse) - 1) / 255
    return heard


def together(*channels: Sound) -> Recording:
    """The channels as a recording."""
    stacked = np.stack(channels, axis=1)
    samples = np.round(stacked * (FULL_SCALE - 1)).clip(-32768, 32767).astype(np.int16)
    return Recording(samples, "made.wav")


def as_file(found: Recording) -> io.BytesIO:
    """The recording as a wave file."""
    file = io.BytesIO()
    write(file, found.samples / FULL_SCALE, container="wav")
    file.seek(0)
    return file


def call(leak_db: float = -22.0, delay_ms: float = 4.0) -> Recording:
    """Two sides, each leaking into the other."""
    one, other = sides()
    leak = decibels(leak_db)
    return together(one + leak * late(other, delay_ms), other + leak * late(one, delay_ms))


def room(delays_ms: tuple[float, ...] = (0.0, 2.0, 5.0)) -> Recording:
    """Two people heard by microphones in a row: near ones first and a little louder."""
    one, other = sides()
    rng = np.random.default_rng(3)
    last = len(delays_ms) - 1
    heard = []
    for place, delay_ms in enumerate(delays_ms):
        back = delays_ms[last] - delay_ms
        sound = decibels(-1.5 * place) * late(one, delay_ms)
        sound = sound + decibels(-1.5 * (last - place)) * late(other, back)
        tail = rng.standard_normal(2400) * np.exp(-np.arange(2400) / 500) * 0.02
        echo = np.convolve(sound, tail)[: len(sound)]
        heard.append(sound + echo + 1e-4 * rng.standard_normal(len(sound)))
    return together(*heard)


@dataclass(frozen=True)
class Copies:
    """A recording whose channels are all one."""

    name: str
    made: Callable[[], Recording]
    best: int | None = None
    """The channel that must be kept; null where any may."""


def _with(changed: Callable[[Sound], Sound]) -> Callable[[], Recording]:
    return lambda: together(talk(), changed(talk()))


COPIES = (
    Copies("identical", _with(lambda one: one)),
    Copies("6 dB fainter", _with(lambda one: decibels(-6) * one)),
    Copies("20 dB fainter", _with(lambda one: decibels(-20) * one)),
    Copies("inverted", _with(lambda one: -one)),
    Copies("inverted and 10 dB fainter", _with(lambda one: -decibels(-10) * one)),
    Copies("1 ms late", _with(lambda one: late(one, 1))),
    Copies("7.3 ms late", _with(lambda one: late(one, 7.3))),
    Copies("20 ms late", _with(lambda one: late(one, 20))),
    Copies("inverted, fainter and 12 ms late", _with(lambda one: late(-decibels(-9) * one, 12))),
    Copies("MP3 at 32 kbit/s", _with(lambda one: reencoded(one, "libmp3lame", "mp3", 32_000))),
    Copies("Opus at 16 kbit/s", _with(lambda one: reencoded(one, "libopus", "ogg", 16_000))),
    Copies("μ-law", _with(mulaw)),
    Copies("noise 20 dB under", _with(lambda one: noisy(one, 20)), best=0),
    Copies("noise 10 dB under", _with(lambda one: noisy(one, 10)), best=0),
    Copies("noise 5 dB under", _with(lambda one: noisy(one, 5)), best=0),
    Copies("the first noisy", lambda: together(noisy(talk(), 10), talk()), best=1),
    Copies("3 channels", lambda: together(talk(), -talk(), late(talk(), 15))),
    Copies(
        "8 channels",
        lambda: together(
            talk(),
            decibels(-6) * talk(),
            -talk(),
            late(talk(), 5),
            late(-talk(), 20),
            noisy(talk(), 15),
            mulaw(talk()),
            decibels(-12) * late(talk(), 10),
        ),
    ),
)
