"""Voices that tests make up: directions, and what they were heard from."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from fakes import silence, tone
from numpy.typing import NDArray

from diascribe.algorithms.cluster import unit
from diascribe.audio import SAMPLE_RATE
from diascribe.engine.identify.people import Figures, Stamp, Voiceprint
from diascribe.engine.identify.samples import SpeakerSample

STAMP = Stamp("fake-encoding", "1")
NEWER = Stamp("fake-encoding", "2")


def direction(degrees: float, axis: int = 1, dimension: int = 8) -> NDArray[np.float32]:
    """A unit vector (dimension,), turned away from the first axis towards another one."""
    vector = np.zeros(dimension, np.float32)
    vector[0], vector[axis] = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return vector


def voiceprint(
    vector: NDArray[np.float32],
    *,
    stamp: Stamp = STAMP,
    source: str = "sample.wav",
    seconds: float = 10,
) -> Voiceprint:
    return Voiceprint(unit(vector), stamp, source, Figures(seconds=seconds))


def recorded(path: Path, *parts: NDArray[np.int16]) -> Path:
    with wave.open(str(path), "wb") as writer:
        writer.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        writer.writeframes(np.concatenate(parts).tobytes())
    return path


def heard(folder: Path, **levels: tuple[float, ...]) -> list[SpeakerSample]:
    """Samples of people by name, one for each level that their voice is heard at."""
    return [
        SpeakerSample(
            str(recorded(folder / f"{name}{i}.wav", silence(0.5), tone(4, level), silence(0.5))),
            name,
        )
        for name, row in levels.items()
        for i, level in enumerate(row)
    ]
