"""The database: opened, brought up to date, read and written in transactions, wiped."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from diascribe.errors import DatabaseError, MissingExtraError
from diascribe.store.schema import NUMBERS, PEOPLE, SAMPLES

VERSIONS = "diascribe_version"
"""The table that says how far the others are."""

MIGRATION_LOCK = 0x6469_6173  # any number that nothing else locks: "dias"

BUSY_S = 30
"""How long to wait for another process that writes."""

MEMORY = ":memory:"
"""What SQLite calls a database that is gone when it is closed."""

PRIVATE = 0o600
"""Voiceprints are for their owner only."""


class Database:
    """A database that is up to date. One instance serves all threads."""

    def __init__(self, url: str) -> None:
        """Open it, made where it is not there.

        Raises:
            DatabaseError: it cannot be opened, or a later version made it.
            MissingExtraError: PostgreSQL, and the extra `postgres` is not installed.
        """
        self.engine = _opened(url)
        self.local = self.engine.dialect.name == "sqlite"
        if self.local:
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)
        with _told():
            self._migrate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that writes nothing.

        Raises:
            DatabaseError: the database refuses.
        """
        with _told(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction: all of it, or nothing where anything is raised.

        Raises:
            DatabaseError: the database refuses.
        """
        with _told(), self.engine.connect() as connection:
            connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    def wipe(self) -> bool:
        """Overwrite what was deleted; false where somebody else keeps the tables busy.

        On SQLite deleted content is overwritten with zeros as it is deleted (`secure_delete`),
        on pages that are written in any case, and this clears the copies that are left in its
        log: the file is not written anew. PostgreSQL writes the tables anew.
        """
        try:
            if self.local:
                self._wipe_sqlite()
            else:
                self._wipe_postgres()
        except (DBAPIError, sqlite3.Error):
            return False
        return True

    def _wipe_sqlite(self) -> None:
        connection = self.engine.raw_connection()
        try:
            log = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            ((busy, *_),) = log.fetchall()
            if busy:  # somebody still reads what was before
                raise sqlite3.OperationalError("the log is in use")
        finally:
            connection.close()

    def _wipe_postgres(self) -> None:
        with self.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("SET lock_timeout = '5s'")
            for table in (SAMPLES, NUMBERS, PEOPLE):
                connection.exec_driver_sql(f"VACUUM (FULL) {table.name}")

    def _migrate(self) -> None:
        """Take the steps that the database lacks, in one transaction."""
        script = ScriptDirectory(
            str(Path(__file__).parent),
            version_locations=[str(Path(__file__).parent / "migrations")],
        )

        def steps(revision: Any, context: Any) -> Any:  # noqa: ANN401, ARG001 - Alembic's own types
            return script._upgrade_revs("head", revision)  # noqa: SLF001 - as its own command does

        with self.writing() as connection:
            if not self.local:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
            with EnvironmentContext(Config(), script, fn=steps) as environment:
                environment.configure(
                    connection=connection, version_table=VERSIONS, transactional_ddl=True
                )
                environment.run_migrations()


def _opened(url: str) -> sa.Engine:
    try:
        address = sa.make_url(url)
    except ArgumentError as error:
        raise DatabaseError(
            "DIASCRIBE_DATABASE: wanted sqlite:///path or postgresql://…, got something else"
        ) from error
    if address.drivername in {"postgres", "postgresql"}:
        address = address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() == "sqlite":
        _make_private(address.database or "")
        extra: dict[str, Any] = {"connect_args": {"timeout": BUSY_S}}
        if address.database in {None, "", MEMORY}:  # one for all threads
            extra["poolclass"] = StaticPool
            extra["connect_args"]["check_same_thread"] = False
    elif address.drivername == "postgresql+psycopg":
        extra = {"pool_pre_ping": True}
    else:
        raise DatabaseError(
            f"DIASCRIBE_DATABASE: wanted sqlite or postgresql, got {address.get_backend_name()}"
        )
    try:
        return sa.create_engine(address, hide_parameters=True, **extra)
    except ImportError as error:
        raise MissingExtraError(
            "PostgreSQL wants the extra postgres", hint="pip install 'diascribe[postgres]'"
        ) from error


def _make_private(path: str) -> None:
    """Make the file of a SQLite database, for its owner only, where it is not there."""
    if path in {"", MEMORY}:
        return
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
    except OSError as error:
        raise DatabaseError(f"{path}: cannot be made: {error.strerror}") from error


def _prepare_sqlite(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own
    """Let us begin transactions ourselves, and let nothing that is deleted remain."""
    connection.isolation_level = None
    for pragma in ("foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: sa.Connection) -> None:
    """Writers wait for one another at their start: halfway, one of two would have to give up."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _told() -> Iterator[None]:
    """What SQLAlchemy and Alembic raise, as ours; without statements, which hold names."""
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else "no reason"
        raise DatabaseError(f"the database refuses: {reason}") from error
    except CommandError as error:
        raise DatabaseError(
            f"the database is of another version: {error}", hint="install the newest diascribe"
        ) from error
    except SQLAlchemyError as error:
        raise DatabaseError(f"the database fails: {type(error).__name__}") from error
