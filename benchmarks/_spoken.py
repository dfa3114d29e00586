"""Recordings that nobody has trained on: sentences by synthesisers, and sound without speech."""

from __future__ import annotations

import sys
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from _record import ROOT
from numpy.typing import NDArray

from diascribe.audio import FULL_SCALE, SAMPLE_RATE
from diascribe.engine.steps import finish_seconds
from diascribe.media import decode
from diascribe.span import Span

sys.path.insert(0, str(ROOT / "tools" / "nano"))
import heldout  # after its folder is known

SENTENCES = 400
"""So many sentences of each language no training hears."""

PAUSE_S = (0.2, 1.5)
MUSAN = {
    "music, its beginning": Span(0.0, 11.0),
    "music, its end": Span(11.0, 22.4),
    "noises, their beginning": Span(29.1, 41.0),
    "noises, their end": Span(41.0, 52.7),
}
"""Of musanmix.mp3, as those who mixed it out of MUSAN mark it. The clips of pydub that the list
of recordings calls music are voices: they are no sound without speech."""

Samples = NDArray[np.int16]
"""(time,) at 16 kHz."""


@dataclass(frozen=True, slots=True)
class Sentence(Span):
    """What is said, and where."""

    text: str = ""


def speech(seconds: float, *, seed: int) -> tuple[Samples, list[Sentence]]:
    """English sentences by held-out voices, pauses between them, as long as wanted."""
    random, reached = Random(seed), 0  # noqa: S311 - no secret
    parts: list[Samples] = []
    sentences: list[Sentence] = []
    while reached < seconds * SAMPLE_RATE:
        for one in heldout.recordings({"en": SENTENCES}, random.getrandbits(32)):
            pause = np.zeros(round(random.uniform(*PAUSE_S) * SAMPLE_RATE), np.int16)
            start, end = (place / SAMPLE_RATE for place in (reached, reached + len(one.samples)))
            sentences.append(Sentence(start, end, one.text))
            parts += [one.samples, pause]
            reached += len(one.samples) + len(pause)
            if reached >= seconds * SAMPLE_RATE:
                break
    return np.concatenate(parts), sentences


def silent(data: Path) -> Iterator[tuple[str, Samples]]:
    """Sound in which nobody speaks, by name, a minute of each kind."""
    random, minute = np.random.default_rng(0), 60 * SAMPLE_RATE
    yield "digital silence", np.zeros(minute, np.int16)
    yield "faint noise", random.normal(0, 30, minute).astype(np.int16)
    yield "loud noise", random.normal(0, 3000, minute).astype(np.int16)
    swells = 1 + np.sin(2 * np.pi * 3 * np.arange(minute) / SAMPLE_RATE)
    yield (
        "noise that swells three times a second",
        (random.normal(0, 1500, minute) * swells).astype(np.int16),
    )
    audio = finish_seconds(decode(data / "odd_media" / "musanmix.mp3")).mix()
    for name, part in MUSAN.items():
        sound = np.round(audio.cut(part) * FULL_SCALE).astype(np.int16)
        yield f"{name}, again and again", np.resize(sound, minute)


def write(path: Path, samples: Samples) -> Path:
    """A plain file that every side reads alike."""
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, SAMPLE_RATE, 0, "NONE", "not compressed"))
        out.writeframes(samples.astype("<i2").tobytes())
    return path
