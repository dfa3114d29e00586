"""Known voices as JSON, to take them to another machine. They are as secret as their people."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Annotated

import numpy as np
from pydantic import Field, ValidationError

from diascribe.engine.identify.people import Figures, Stamp, Voiceprint, Who
from diascribe.errors import TranscriptFormatError
from diascribe.wire.decode import problem
from diascribe.wire.result import Part

SCHEMA = 1
"""Raised when an older reader would misunderstand a newer file."""

LITTLE = np.dtype("<f4")

FARTHEST = 0.01
"""How far a vector's length may be from 1."""


class SamplePart(Part):
    """A sample of a voice."""

    vector: str
    """Its numbers as little-endian float32, in base64."""
    encoder: str
    """What made the vector."""
    revision: str
    """Which version of it."""
    source: str
    """What it was made from."""
    seconds: Annotated[float, Field(ge=0)]
    """Of speech."""
    level_db: float | None = None
    """Of the speech, below full scale."""
    snr_db: float | None = None
    """Speech over what is heard in the pauses."""
    clipped: Annotated[float, Field(ge=0, le=1)] | None = None
    """Share of the speech that is cut off at its peak."""


class PersonPart(Part):
    """Somebody whose voice is known."""

    name: str | None
    """Null for a voice that nobody has named."""
    voice: str | None = None
    """What the voice was called when it was first met."""
    samples: tuple[SamplePart, ...]
    """The samples, the first that came first."""


class VoicesPart(Part):
    """A file of known voices."""

    diascribe_voices: Annotated[int, Field(ge=SCHEMA, le=SCHEMA)]
    """The version of this schema."""
    people: tuple[PersonPart, ...]
    """Everybody."""


def voices_to_json(people: Mapping[Who, Sequence[Voiceprint]]) -> str:
    """The file."""
    parts = tuple(
        PersonPart(name=who.name, voice=who.voice, samples=tuple(map(_sample, prints)))
        for who, prints in people.items()
    )
    return VoicesPart(diascribe_voices=SCHEMA, people=parts).model_dump_json(indent=1) + "\n"


def voices_from_json(text: str) -> dict[Who, list[Voiceprint]]:
    """Everybody in a file.

    Raises:
        TranscriptFormatError: it is no such file; names every problem.
    """
    try:
        found = VoicesPart.model_validate_json(text)
        people: dict[Who, list[Voiceprint]] = {}
        for one in found.people:
            people.setdefault(_who(one), []).extend(map(_voiceprint, one.samples))
    except ValidationError as error:
        raise TranscriptFormatError(tuple(map(problem, error.errors()))) from error
    except (ValueError, binascii.Error) as error:
        raise TranscriptFormatError((f"people: {error}",)) from error
    return people


def _who(part: PersonPart) -> Who:
    if part.name is None and part.voice is None:  # two of them would become one
        raise ValueError("wanted a name or a voice for everybody, got neither")
    return Who(part.name, part.voice)


def _sample(one: Voiceprint) -> SamplePart:
    return SamplePart(
        vector=base64.b64encode(one.vector.astype(LITTLE).tobytes()).decode("ascii"),
        encoder=one.stamp.encoder,
        revision=one.stamp.revision,
        source=one.source,
        seconds=one.figures.seconds,
        level_db=one.figures.level_db,
        snr_db=one.figures.snr_db,
        clipped=one.figures.clipped,
    )


def _voiceprint(part: SamplePart) -> Voiceprint:
    """A sample; its vector is proved, for nothing else would notice a broken one."""
    vector = np.frombuffer(base64.b64decode(part.vector, validate=True), LITTLE)
    length = float(np.linalg.norm(vector))
    if not abs(length - 1) <= FARTHEST:
        raise ValueError(f"wanted vectors of length 1, got {length:.3f}")
    figures = Figures(
        seconds=part.seconds, level_db=part.level_db, snr_db=part.snr_db, clipped=part.clipped
    )
    stamp = Stamp(part.encoder, part.revision)
    return Voiceprint(vector.astype(np.float32), stamp, part.source, figures)
