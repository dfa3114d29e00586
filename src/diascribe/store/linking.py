"""The same unnamed voice in several recordings: called `VOICE_001`… until somebody names it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from diascribe.engine.identify.book import Met
from diascribe.engine.identify.people import Known, Stamp, Voiceprint
from diascribe.store.rows import called
from diascribe.store.schema import NUMBERS, SAMPLES, TENANTS
from diascribe.store.voices import Voices, id_of, keep, new, touch

LEAST_MET_S = 5.0
"""Who speaks for less is not remembered: the next recording would not know the voice again."""

MOST_KEPT = 5
"""Samples of an unnamed voice: of so many recordings, the mean hardly moves any more."""


@dataclass(frozen=True, slots=True)
class Linking:
    """A `VoiceBook` that remembers whoever is met, named or not."""

    voices: Voices

    def known(self, stamp: Stamp) -> Known:
        """Named people and unnamed voices."""
        return self.voices.read_known(stamp, unnamed=True)

    def meet(self, met: Sequence[Met]) -> Mapping[str, str]:
        """What voices are called; unknown ones get the next number, known ones a sample more.

        Of named people nothing more is kept.
        """
        unnamed = [one for one in met if one.identity.name is None and _lasts(one)]
        tenant, names = self.voices.tenant, {}
        if unnamed:
            with self.voices.database.writing() as connection:
                touch(connection, tenant)
                for one in unnamed:
                    voice = one.identity.voice or name_unnamed(connection, tenant)
                    _keep(connection, tenant, voice, one.voiceprint)
                    names[one.speaker] = voice
        return names


def _lasts(one: Met) -> bool:
    return one.identity.voice is not None or one.voiceprint.figures.seconds >= LEAST_MET_S


def name_unnamed(connection: sa.Connection, tenant: str) -> str:
    """A new voice, with a number that none had before: numbers of forgotten ones stay unused."""
    mine = TENANTS.c.tenant == tenant
    connection.execute(sa.update(TENANTS).where(mine).values(voices=TENANTS.c.voices + 1))
    number: int = connection.execute(sa.select(TENANTS.c.voices).where(mine)).scalar_one()
    row = {"tenant": tenant, "number": number, "person": new(connection, tenant, None)}
    connection.execute(sa.insert(NUMBERS), [row])
    return called(number)


def _keep(connection: sa.Connection, tenant: str, voice: str, voiceprint: Voiceprint) -> None:
    """A sample of each recording, up to a few."""
    key = id_of(connection, tenant, voice)
    if key is None:  # somebody forgot it since it was read
        return
    sources = (
        connection.execute(
            sa.select(SAMPLES.c.source).where(
                SAMPLES.c.tenant == tenant,
                SAMPLES.c.person == key,
                SAMPLES.c.encoder == voiceprint.stamp.encoder,
                SAMPLES.c.revision == voiceprint.stamp.revision,
            )
        )
        .scalars()
        .all()
    )
    if voiceprint.source not in sources and len(sources) < MOST_KEPT:
        keep(connection, tenant, key, [voiceprint])
