"""The known voices of a tenant, a page at a time."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from diascribe.errors import InputError
from diascribe.store.rows import Person, called, number_of
from diascribe.store.schema import NUMBERS, PEOPLE
from diascribe.store.voices import Voices, read_people

MOST_LISTED = 1000

STRANGE = "after: wanted what a page gave, got something else"

Place = tuple[str, str | int]
"""Where somebody is in the list: an id, and the name, or the number of a voice without one."""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some of the known voices."""

    people: tuple[Person, ...]
    following: str | None
    """What to ask for the next page with; null on the last one."""


def list_people(voices: Voices, *, limit: int, after: str | None = None) -> PeoplePage:
    """Named people by name, then unnamed voices by number.

    A page begins where the one before ended, whoever came or went since.

    Raises:
        InputError: `after` is nothing that a page gave.
    """
    begun = None if after is None else _last_of(after)
    most = max(1, min(limit, MOST_LISTED))
    with voices.database.reading() as connection:
        places: list[Place] = []
        if number_of(begun or "") is None:
            places += _read(connection, _named(voices, begun, most + 1))
            begun = None
        if len(places) <= most:
            places += _read(connection, _unnamed(voices, begun, most + 1 - len(places)))
        found = _in_order(connection, voices.tenant, places[:most])
    last = places[most - 1][1] if len(places) > most else None
    return PeoplePage(found, None if last is None else _cursor(last))


def _named(voices: Voices, begun: str | None, most: int) -> sa.Select[Any]:
    """Ids and names after a name, in the order of their characters on every database."""
    order = PEOPLE.c.name.collate("BINARY" if voices.database.local else "C")
    later = PEOPLE.c.name.is_not(None) if begun is None else order > begun
    chosen = sa.select(PEOPLE.c.id, PEOPLE.c.name).where(PEOPLE.c.tenant == voices.tenant, later)
    return chosen.order_by(order).limit(most)


def _unnamed(voices: Voices, begun: str | None, most: int) -> sa.Select[Any]:
    """Ids and numbers of voices that nobody has named."""
    number = sa.func.min(NUMBERS.c.number)
    theirs = sa.and_(PEOPLE.c.tenant == NUMBERS.c.tenant, PEOPLE.c.id == NUMBERS.c.person)
    chosen = (
        sa.select(PEOPLE.c.id, number)
        .select_from(PEOPLE.join(NUMBERS, theirs))
        .where(PEOPLE.c.tenant == voices.tenant, PEOPLE.c.name.is_(None))
        .group_by(PEOPLE.c.id)
        .having(number > (number_of(begun or "") or 0))
    )
    return chosen.order_by(number).limit(most)


def _read(connection: sa.Connection, chosen: sa.Select[Any]) -> list[Place]:
    return [(key, place) for key, place in connection.execute(chosen)]


def _in_order(
    connection: sa.Connection, tenant: str, places: Sequence[Place]
) -> tuple[Person, ...]:
    """Whoever is at the places, with all samples; somebody may have been removed meanwhile."""
    ids = [key for key, _ in places]
    found = {one.id: one for one in read_people(connection, tenant, ids)} if ids else {}
    return tuple(found[key] for key in ids if key in found)


def _cursor(last: str | int) -> str:
    """Whom a page ended with, in characters that an address may have."""
    text = called(last) if isinstance(last, int) else last
    return urlsafe_b64encode(text.encode()).decode()


def _last_of(after: str) -> str:
    try:
        last = urlsafe_b64decode(after.encode("ascii")).decode()
    except (binascii.Error, UnicodeError) as error:
        raise InputError(STRANGE) from error
    if not last or not last.isprintable() or _cursor(last) != after:
        raise InputError(STRANGE)
    return last
