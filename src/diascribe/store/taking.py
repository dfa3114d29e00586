"""Known voices out of a file into the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from diascribe.engine.identify.people import Stamp, Voiceprint, Who
from diascribe.errors import OptionsError
from diascribe.store.linking import name_unnamed
from diascribe.store.rows import LITTLE, Person
from diascribe.store.schema import SAMPLES
from diascribe.store.voices import Voices, checked_name, id_of, keep, new, read_people, touch

Mark = tuple[bytes, Stamp]
"""What two samples have in common that are one: the vector, and what made it."""


def take_in(voices: Voices, people: Mapping[Who, Sequence[Voiceprint]]) -> list[Person]:
    """Keep everybody of a file, beside whom is there; all of them or nobody.

    Samples that are there already are not kept twice. Unnamed voices get new numbers, but for
    those of whom a sample is there: they were taken in before, and perhaps named since.

    Raises:
        OptionsError: a name is none, or a vector has not as many numbers as others of its encoder.
    """
    names = {who: checked_name(who.name) for who in people if who.name is not None}
    taken = set[str]()
    with voices.database.writing() as connection:
        touch(connection, voices.tenant)
        held = _held(connection, voices.tenant)
        _check_sizes([*held, *(_mark(one) for prints in people.values() for one in prints)])
        for who, prints in people.items():
            key = _person(connection, voices.tenant, names.get(who), prints, held)
            fresh = [one for one in prints if held.get(_mark(one)) != key]
            keep(connection, voices.tenant, key, fresh)
            held |= dict.fromkeys(map(_mark, fresh), key)
            taken.add(key)
        everybody = read_people(connection, voices.tenant)
    return [one for one in everybody if one.id in taken]


def _person(
    connection: sa.Connection,
    tenant: str,
    name: str | None,
    prints: Sequence[Voiceprint],
    held: Mapping[Mark, str],
) -> str:
    """Whose the samples are: somebody who is there, or somebody new."""
    if name is not None:
        return id_of(connection, tenant, name) or new(connection, tenant, name)
    met = next((held[_mark(one)] for one in prints if _mark(one) in held), None)
    if met is not None:
        return met
    found = id_of(connection, tenant, name_unnamed(connection, tenant))
    assert found is not None, "it was just made"
    return found


def _held(connection: sa.Connection, tenant: str) -> dict[Mark, str]:
    """Every sample of a tenant, and whose it is."""
    rows = connection.execute(
        sa.select(SAMPLES.c.vector, SAMPLES.c.encoder, SAMPLES.c.revision, SAMPLES.c.person).where(
            SAMPLES.c.tenant == tenant
        )
    )
    return {
        (bytes(vector), Stamp(encoder, revision)): person
        for vector, encoder, revision, person in rows
    }


def _check_sizes(marks: Iterable[Mark]) -> None:
    """Refuse vectors that could not be compared: nobody would be found any more."""
    sizes: dict[Stamp, int] = {}
    for vector, stamp in marks:
        wanted = sizes.setdefault(stamp, len(vector))
        if len(vector) != wanted:
            wanted, got = wanted // LITTLE.itemsize, len(vector) // LITTLE.itemsize
            raise OptionsError((f"people: {stamp}: wanted vectors of {wanted} numbers, got {got}",))


def _mark(one: Voiceprint) -> Mark:
    return one.vector.astype(LITTLE).tobytes(), one.stamp
