"""Rows of the tables as values, and values as rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import numpy as np

from diascribe.engine.identify.people import Figures, Stamp, Voiceprint, Who

LITTLE = np.dtype("<f4")


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A kept sample of a voice."""

    id: str
    voiceprint: Voiceprint
    created: datetime


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Somebody whose voice is known, or a voice that nobody has named yet."""

    id: str
    who: Who
    created: datetime
    samples: tuple[Sample, ...] = ()
    """In the order in which they came."""

    @property
    def voiceprints(self) -> list[Voiceprint]:
        """The samples' voiceprints."""
        return [one.voiceprint for one in self.samples]

    def fits(self, stamp: Stamp) -> bool:
        """Whether the voice can be looked for with an encoder."""
        return any(one.stamp == stamp for one in self.voiceprints)


def called(number: int) -> str:
    """What an unnamed voice is called."""
    return f"VOICE_{number:03d}"


UNNAMED = re.compile(r"VOICE_([0-9]{3,9})")
"""No more digits than any database counts to."""


def number_of(name: str) -> int | None:
    """The number in what an unnamed voice is called; null where it is another name.

    >>> number_of("VOICE_007"), number_of("VOICE_7"), number_of("VOICE_" + 10 * "7")
    (7, None, None)
    """
    found = UNNAMED.fullmatch(name)
    return None if found is None else int(found[1])


def sample_row(tenant: str, person: str, voiceprint: Voiceprint) -> dict[str, Any]:
    """The row of a new sample."""
    figures = voiceprint.figures
    return {
        "tenant": tenant,
        "id": uuid4().hex,
        "person": person,
        "encoder": voiceprint.stamp.encoder,
        "revision": voiceprint.stamp.revision,
        "vector": voiceprint.vector.astype(LITTLE).tobytes(),
        "seconds": figures.seconds,
        "level_db": figures.level_db,
        "snr_db": figures.snr_db,
        "clipped": figures.clipped,
        "source": voiceprint.source,
        "created": datetime.now(UTC),
    }


def to_sample(row: Mapping[str, Any]) -> Sample:
    """The sample of a row."""
    figures = Figures(
        seconds=row["seconds"],
        level_db=row["level_db"],
        snr_db=row["snr_db"],
        clipped=row["clipped"],
    )
    vector = np.frombuffer(row["vector"], LITTLE).astype(np.float32)
    stamp = Stamp(row["encoder"], row["revision"])
    return Sample(row["id"], Voiceprint(vector, stamp, row["source"], figures), row["created"])
