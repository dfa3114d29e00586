"""The known voices of one tenant: who there is, and the vectors to compare with."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects import postgresql, sqlite

from diascribe.algorithms.cluster import unit
from diascribe.engine.identify.book import Copied, Met
from diascribe.engine.identify.people import Known, Stamp, Voiceprint, Who
from diascribe.engine.identify.samples import clean_name
from diascribe.errors import OptionsError, UnknownPersonError, printable
from diascribe.store.database import Database
from diascribe.store.rows import LITTLE, Person, called, number_of, sample_row, to_sample
from diascribe.store.schema import NUMBERS, PEOPLE, SAMPLES, TENANTS

LOCAL = "local"
"""The tenant whom the command line works for."""


Check = Callable[[Sequence[Voiceprint]], None]


@dataclass(frozen=True, slots=True)
class Removed:
    """Who was forgotten."""

    people: tuple[Person, ...]
    overwritten: bool
    """Whether nothing is left in the files of the database either; false where somebody else
    kept it busy: the next removal tries again."""


@dataclass(frozen=True)
class Voices:
    """The known voices of a tenant, who never sees another's.

    Looking for them, as a `VoiceBook`, names people and keeps nothing.
    """

    database: Database
    tenant: str = LOCAL
    _kept: dict[tuple[Stamp, bool], tuple[int, Known]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What was read last, and after how many changes."""

    def people(self) -> list[Person]:
        """Everybody with all samples: named people by name, then unnamed voices."""
        with self.database.reading() as connection:
            return read_people(connection, self.tenant)

    def person(self, name: str) -> Person:
        """Somebody by name, or by what the voice was called before.

        Raises:
            UnknownPersonError: there is nobody of that name.
        """
        with self.database.reading() as connection:
            return find(connection, self.tenant, name)

    def add(
        self, name: str, voiceprints: Sequence[Voiceprint], *, check: Check | None = None
    ) -> Person:
        """Keep samples under a name, beside those that are there.

        `check` is shown these, which nobody changes meanwhile; where it raises nothing is kept.
        """
        with self.database.writing() as connection:
            touch(connection, self.tenant)
            key = id_of(connection, self.tenant, name) or new(connection, self.tenant, name)
            if check is not None:
                check(find(connection, self.tenant, name).voiceprints)
            keep(connection, self.tenant, key, voiceprints)
            return find(connection, self.tenant, name)

    def remove(self, names: Iterable[str]) -> Removed:
        """Forget people, their samples and what they were called; all of them or nobody.

        Raises:
            UnknownPersonError: there is nobody of one of the names.
        """
        with self.database.writing() as connection:
            touch(connection, self.tenant)
            gone = {one.id: one for one in (find(connection, self.tenant, n) for n in names)}
            for key in gone:
                for table in (SAMPLES, NUMBERS):
                    connection.execute(
                        sa.delete(table).where(table.c.tenant == self.tenant, table.c.person == key)
                    )
                connection.execute(
                    sa.delete(PEOPLE).where(PEOPLE.c.tenant == self.tenant, PEOPLE.c.id == key)
                )
        self._kept.clear()
        return Removed(tuple(gone.values()), overwritten=self.database.wipe())

    def rename(self, old: str, name: str) -> Person:
        """Call somebody by another name; a name that is there already becomes one with it.

        Raises:
            UnknownPersonError: there is nobody of the old name.
            OptionsError: the name is none.
        """
        wanted = checked_name(name)
        with self.database.writing() as connection:
            touch(connection, self.tenant)
            key = find(connection, self.tenant, old).id
            other = id_of(connection, self.tenant, wanted)
            if other is None:
                connection.execute(
                    sa.update(PEOPLE)
                    .where(PEOPLE.c.tenant == self.tenant, PEOPLE.c.id == key)
                    .values(name=wanted)
                )
            elif other != key:
                self._join(connection, key, other)
            return find(connection, self.tenant, wanted)

    def _join(self, connection: sa.Connection, key: str, other: str) -> None:
        """Give all that one has to another, and forget the one."""
        for table in (SAMPLES, NUMBERS):
            connection.execute(
                sa.update(table)
                .where(table.c.tenant == self.tenant, table.c.person == key)
                .values(person=other)
            )
        connection.execute(
            sa.delete(PEOPLE).where(PEOPLE.c.tenant == self.tenant, PEOPLE.c.id == key)
        )

    def known(self, stamp: Stamp) -> Known:
        """Every named person, as vectors of one encoder."""
        return self.read_known(stamp, unnamed=False)

    def meet(self, met: Sequence[Met]) -> Mapping[str, str]:
        """Nothing is kept of whoever is met."""
        del met
        return {}

    def read_known(self, stamp: Stamp, *, unnamed: bool) -> Known:
        """Everybody, as vectors of one encoder; read again only after a change."""
        with self.database.reading() as connection:
            changes = changes_of(connection, self.tenant)
            held = self._kept.get((stamp, unnamed))
            if held is not None and held[0] == changes:
                return held[1]
            known = _read_known(connection, self.tenant, stamp, unnamed=unnamed)
        self._kept[stamp, unnamed] = changes, known
        return known

    def changes(self) -> int:
        """How often they have changed."""
        with self.database.reading() as connection:
            return changes_of(connection, self.tenant)

    def copied(self) -> Copied:
        """Every named person as of now, for whoever has no database."""
        with self.database.reading() as connection:
            names = connection.execute(
                sa.select(PEOPLE.c.name)
                .where(PEOPLE.c.tenant == self.tenant, PEOPLE.c.name.is_not(None))
                .order_by(PEOPLE.c.name)
            ).scalars()
            everybody = tuple(names)
            stamps = connection.execute(
                sa.select(SAMPLES.c.encoder, SAMPLES.c.revision)
                .where(SAMPLES.c.tenant == self.tenant)
                .distinct()
            ).all()
            known = tuple(
                _read_known(connection, self.tenant, Stamp(encoder, revision), unnamed=False)
                for encoder, revision in stamps
            )
        return Copied(everybody, known)


def checked_name(name: str) -> str:
    """A name for somebody.

    Raises:
        OptionsError: it is empty, too long, or of the kind that unnamed voices have.
    """
    try:
        wanted = clean_name(name)
    except ValueError as error:
        raise OptionsError((str(error),)) from error
    if number_of(wanted) is not None:
        raise OptionsError((f"name: {wanted} is what an unnamed voice may be called",))
    return wanted


def changes_of(connection: sa.Connection, tenant: str) -> int:
    """How often the voices of a tenant have changed: while that is as it was, so are they."""
    found: int | None = connection.execute(
        sa.select(TENANTS.c.changes).where(TENANTS.c.tenant == tenant)
    ).scalar_one_or_none()
    return found or 0


def touch(connection: sa.Connection, tenant: str) -> None:
    """Say that something of a tenant changes; whoever else changes it waits until the end."""
    row = {"tenant": tenant, "voices": 0, "changes": 1}
    raised = {"changes": TENANTS.c.changes + 1}
    made = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement: Any = made(TENANTS).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["tenant"], set_=raised))


def id_of(connection: sa.Connection, tenant: str, name: str) -> str | None:
    """Who has a name, or had it before it was named; null for nobody."""
    number = number_of(name)
    column = PEOPLE.c.id if number is None else NUMBERS.c.person
    table = PEOPLE if number is None else NUMBERS
    wanted = PEOPLE.c.name == name if number is None else NUMBERS.c.number == number
    found: str | None = connection.execute(
        sa.select(column).where(table.c.tenant == tenant, wanted)
    ).scalar_one_or_none()
    return found


def new(connection: sa.Connection, tenant: str, name: str | None) -> str:
    """Somebody new; unnamed, where the name is null."""
    key = uuid4().hex
    row = {"tenant": tenant, "id": key, "name": name, "created": datetime.now(UTC)}
    connection.execute(sa.insert(PEOPLE), [row])
    return key


def keep(
    connection: sa.Connection, tenant: str, person: str, voiceprints: Sequence[Voiceprint]
) -> None:
    """Add samples."""
    if voiceprints:
        rows = [sample_row(tenant, person, one) for one in voiceprints]
        connection.execute(sa.insert(SAMPLES), rows)


def find(connection: sa.Connection, tenant: str, name: str) -> Person:
    """Somebody with all samples.

    Raises:
        UnknownPersonError: there is nobody of that name.
    """
    key = id_of(connection, tenant, " ".join(unicodedata.normalize("NFC", name).split()))
    found = [] if key is None else read_people(connection, tenant, [key])
    if not found:  # or no more: others may write while we read
        raise UnknownPersonError(
            f"{printable(name)}: nobody of that name is known", hint="diascribe speakers list"
        )
    return found[0]


def read_people(
    connection: sa.Connection, tenant: str, keys: Sequence[str] | None = None
) -> list[Person]:
    """Everybody, or those with some keys, with all samples."""
    some = sa.true() if keys is None else PEOPLE.c.id.in_(keys)
    people = {
        row.id: Person(row.id, Who(row.name), row.created)
        for row in connection.execute(sa.select(PEOPLE).where(PEOPLE.c.tenant == tenant, some))
    }
    voices = _voice_names(connection, tenant, keys)
    for person in people.keys() & voices.keys():  # others may have come since
        held = people[person]
        people[person] = replace(held, who=replace(held.who, voice=voices[person]))
    chosen = sa.true() if keys is None else SAMPLES.c.person.in_(keys)
    rows = connection.execute(
        sa.select(SAMPLES)
        .where(SAMPLES.c.tenant == tenant, chosen)
        .order_by(SAMPLES.c.created, SAMPLES.c.id)
    )
    samples: dict[str, list[Any]] = {}
    for row in rows.mappings():
        samples.setdefault(row["person"], []).append(to_sample(dict(row)))
    found = [replace(one, samples=tuple(samples.get(one.id, ()))) for one in people.values()]
    return sorted(found, key=lambda one: (one.who.name is None, str(one.who)))


def _voice_names(
    connection: sa.Connection, tenant: str, keys: Sequence[str] | None = None
) -> dict[str, str]:
    """What voices were first called, by person; of everybody, or of those with some keys."""
    some = sa.true() if keys is None else NUMBERS.c.person.in_(keys)
    rows = connection.execute(
        sa.select(NUMBERS.c.person, sa.func.min(NUMBERS.c.number))
        .where(NUMBERS.c.tenant == tenant, some)
        .group_by(NUMBERS.c.person)
    )
    return {person: called(number) for person, number in rows}


def _read_known(connection: sa.Connection, tenant: str, stamp: Stamp, *, unnamed: bool) -> Known:
    """The mean of each one's samples, in one query over all of them."""
    comparable = sa.and_(
        SAMPLES.c.tenant == PEOPLE.c.tenant,
        SAMPLES.c.person == PEOPLE.c.id,
        SAMPLES.c.encoder == stamp.encoder,
        SAMPLES.c.revision == stamp.revision,
    )
    rows = connection.execute(
        sa.select(PEOPLE.c.id, PEOPLE.c.name, SAMPLES.c.vector)
        .select_from(PEOPLE.outerjoin(SAMPLES, comparable))
        .where(PEOPLE.c.tenant == tenant, sa.true() if unnamed else PEOPLE.c.name.is_not(None))
        .order_by(PEOPLE.c.id)
    ).all()
    voices = _voice_names(connection, tenant)
    others = sorted(name or voices.get(key, "") for key, name, held in rows if held is None)
    mine = [(key, name, held) for key, name, held in rows if held is not None]
    starts = [i for i, row in enumerate(mine) if i == 0 or row[0] != mine[i - 1][0]]
    people = [mine[i] for i in starts]
    return Known(
        names=tuple([name for _, name, _ in people]),
        voices=tuple([voices.get(key) for key, _, _ in people]),
        vectors=_means([held for _, _, held in mine], starts),
        stamp=stamp,
        others=tuple(others),
    )


def _means(held: Sequence[bytes], starts: Sequence[int]) -> NDArray[np.float32]:
    """Unit vectors (person, dimension) of samples in order; each person's begin at `starts`."""
    if not held:
        return np.zeros((0, 0), np.float32)
    vectors = np.frombuffer(b"".join(held), LITTLE).astype(np.float32).reshape(len(held), -1)
    first = np.array(starts)
    counts = np.diff(first, append=len(held))
    sums = vectors[first]
    for further in range(1, counts.max()):  # few have many: `reduceat` takes three times as long
        several = np.flatnonzero(counts > further)
        sums[several] += vectors[first[several] + further]
    return unit(sums)
