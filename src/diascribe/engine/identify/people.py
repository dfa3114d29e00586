"""People whose voices are known, ready to be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.cluster import unit
from diascribe.transcript import Model


@dataclass(frozen=True, slots=True)
class Stamp:
    """What made a vector. Vectors of another encoder, or another revision, say nothing here."""

    encoder: str
    revision: str

    @classmethod
    def of(cls, model: Model) -> Stamp:
        """The stamp of what an encoder makes."""
        return cls(model.name, model.revision)

    def __str__(self) -> str:
        return f"{self.encoder} ({self.revision})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a sample sounds like."""

    seconds: float
    """Of speech."""
    level_db: float | None = None
    """Of the speech, below full scale; null where only turns were at hand."""
    snr_db: float | None = None
    """Speech over what is heard in the pauses, or in the quietest moments where there are none."""
    clipped: float | None = None
    """Share of the speech that is cut off at its peak, 0 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Voiceprint:
    """One sample of a voice."""

    vector: NDArray[np.float32] = field(repr=False)
    """(dimension,), of length 1."""
    stamp: Stamp
    source: str
    """What it was made from, for people."""
    figures: Figures


@dataclass(frozen=True, slots=True)
class Who:
    """A known voice: a person, or one that has been met and not named yet."""

    name: str | None
    voice: str | None = None
    """`VOICE_001`…: what a voice is called from when it is first met."""

    def __str__(self) -> str:
        return self.name or self.voice or ""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Voices to look for, each the mean of its samples."""

    names: tuple[str | None, ...]
    """Of each one, as `Who` has them."""
    voices: tuple[str | None, ...]
    vectors: NDArray[np.float32] = field(repr=False)
    """(person, dimension), each of length 1."""
    stamp: Stamp
    others: tuple[str, ...] = ()
    """Who is known by samples of another encoder only, and must be enrolled again."""

    @classmethod
    def of(cls, samples: Mapping[Who, Sequence[Voiceprint]], stamp: Stamp) -> Known:
        """Everybody with a sample that can be compared, by name."""
        fitting = {
            who: [one.vector for one in prints if one.stamp == stamp]
            for who, prints in samples.items()
        }
        people = [who for who, vectors in fitting.items() if vectors]
        means = [mean_voice(np.stack(fitting[who])) for who in people]
        vectors = np.stack(means) if means else np.zeros((0, 0), np.float32)
        others = tuple(str(who) for who, vectors in fitting.items() if not vectors)
        names, voices = tuple(one.name for one in people), tuple(one.voice for one in people)
        return cls(names, voices, vectors, stamp, others)

    def __len__(self) -> int:
        return len(self.names)

    def who(self, place: int) -> Who:
        """Whose the vector at a place is."""
        return Who(self.names[place], self.voices[place])


def mean_voice(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The voice (dimension,) that samples (sample, dimension) have in common."""
    return unit(vectors.mean(axis=0))


def likeness(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Similarity of each sample (sample, dimension) to the others' mean (sample,); 1 if alone."""
    if len(vectors) < 2:
        return np.ones(len(vectors), np.float32)
    others = unit(vectors.sum(axis=0, keepdims=True) - vectors)
    similar: NDArray[np.float32] = np.einsum("sd,sd->s", vectors, others)
    return similar
