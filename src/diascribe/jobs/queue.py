"""The queue of jobs, as whoever submits, cancels and sweeps sees it: rows of the engine's tables.

Calls that take a connection become part of its transaction: a job is kept and queued, or neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from dbos import DBOSClient
from dbos._sys_db import SystemDatabase  # the client alone makes no tables; the version is pinned

from diascribe.errors import DatabaseError
from diascribe.jobs.payloads import JsonPayloads
from diascribe.store.database import Database
from diascribe.store.job_schema import JOBS

APPLICATION = "diascribe"

PIPELINE = "pipeline-1"
"""Raised only when the order of steps in a workflow changes: workers take up no work of another
number, and what was begun under the old one waits for a worker of it."""

ENGINE, NOTICES = "engine", "notices"
"""The queues: recordings, one at a time for each slot, and webhooks."""

WORK, NOTIFY = "work_on_job", "send_notice"
"""The workflows."""

Row = sa.RowMapping

LIVE = ("ENQUEUED", "PENDING", "DELAYED")
LOST = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"

MIGRATION_LOCK = 0x6469_6174  # any number that nothing else locks: "diat"


@dataclass(frozen=True, slots=True)
class Flow:
    """One workflow: a job's attempt, or a notice's try."""

    id: str
    status: str
    holder: str | None
    """The executor that has it; null while it waits."""


class Queue:
    """The queue in a database. One instance serves all threads; close it."""

    def __init__(self, database: Database) -> None:
        """Make its tables where they are not there.

        Raises:
            DatabaseError: they cannot be made.
        """
        self.database = database
        self.url = database.engine.url.render_as_string(hide_password=False)
        schema = None if database.local else "dbos"
        self._flows = sa.table(
            "workflow_status",
            sa.column("workflow_uuid"),
            sa.column("status"),
            sa.column("executor_id"),
            sa.column("application_version"),
            schema=schema,
        )
        with _told():
            self._client = DBOSClient(
                system_database_url=self.url,
                serializer=JsonPayloads(),
                application_name=APPLICATION,
                lazy=True,
                retry_connection_errors=False,
            )
            self._make_tables()

    def close(self) -> None:
        """Give back the connections."""
        self._client.destroy()

    def add(self, connection: sa.Connection, job: str, attempt: int, priority: int) -> None:
        """Queue a job's attempt, as part of a transaction; a second time changes nothing."""
        self._client.enqueue_in_transaction(
            connection,
            {
                "workflow_name": WORK,
                "queue_name": ENGINE,
                "workflow_id": flow_of(job, attempt),
                "app_version": PIPELINE,
                "priority": priority,
            },
            job,
            attempt,
        )

    def add_notice(self, connection: sa.Connection, notice: str, turn: str, delay_s: float) -> None:
        """Queue a try of a notice, as part of a transaction."""
        self._client.enqueue_in_transaction(
            connection,
            {
                "workflow_name": NOTIFY,
                "queue_name": NOTICES,
                "workflow_id": f"{notice}-{turn}",
                "app_version": PIPELINE,
                "priority": 1,
                **({"delay_seconds": delay_s} if delay_s > 0 else {}),  # type: ignore[typeddict-item]  # a part of one
            },
            notice,
            turn,
        )

    def cancel(self, flows: Sequence[str]) -> None:
        """Stop workflows, queued or running; what has ended stays."""
        with _told():
            self._client.cancel_workflows(list(flows))

    def forget(self, flows: Sequence[str]) -> None:
        """Remove all rows of workflows."""
        with _told():
            self._client.delete_workflows(list(flows))

    def hand_on(self, flow: str, executors: Sequence[str]) -> bool:
        """Queue a workflow again that one of the executors has; false where another has it now.

        The claim that follows gets a new owner's token, so the old holder's findings no longer
        count, whether it is dead or only seemed so.
        """
        with _told():
            return self._client._sys_db.reenqueue_for_recovery(  # noqa: SLF001 - no public way
                flow, list(executors), ENGINE
            )

    def running(self, connection: sa.Connection) -> list[Flow]:
        """The workflows that somebody has."""
        return self._select(connection, self._flows.c.status == "PENDING")

    def find(self, connection: sa.Connection, flows: Sequence[str]) -> dict[str, Flow]:
        """Those of the workflows that there are, by their ids."""
        found = self._select(connection, self._flows.c.workflow_uuid.in_(flows))
        return {flow.id: flow for flow in found}

    def astray(self, connection: sa.Connection, before: float) -> list[tuple[Row, str | None]]:
        """Unfinished jobs, not written to since, that the queue holds for over or does not know.

        With each goes what the queue says of it.
        """
        status = self._flows.c.status
        name = JOBS.c.id + "-" + sa.cast(JOBS.c.attempt, sa.Text)
        which = (
            sa.select(JOBS, status.label("flow_status"))
            .outerjoin(self._flows, self._flows.c.workflow_uuid == name)
            .where(JOBS.c.state.in_(("queued", "running")), JOBS.c.touched < before)
            .where(status.is_(None) | status.notin_(LIVE))
        )
        rows = connection.execute(which).mappings()
        return [(row, row["flow_status"]) for row in rows]

    def _select(self, connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Flow]:
        columns = (self._flows.c.workflow_uuid, self._flows.c.status, self._flows.c.executor_id)
        mine = self._flows.c.application_version == PIPELINE
        rows = connection.execute(sa.select(*columns).where(which, mine))
        return [Flow(row[0], row[1], row[2]) for row in rows]

    def _make_tables(self) -> None:
        """Bring the engine's tables up to date; one process at a time does."""
        system: SystemDatabase = self._client._sys_db  # noqa: SLF001 - clients make no tables
        if self.database.local:
            with self.database.engine.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None, "a connection has a driver's"
                raw.execute("PRAGMA journal_mode=WAL").close()
            system.run_migrations()
            return
        with self.database.engine.connect() as connection:
            # Indexes are made concurrently, which waits for every open transaction: have none.
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(sa.select(sa.func.pg_advisory_lock(MIGRATION_LOCK)))
            try:
                system.run_migrations()
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(MIGRATION_LOCK)))


def flow_of(job: str, attempt: int) -> str:
    """The name of the workflow of a job's attempt."""
    return f"{job}-{attempt}"


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        raise DatabaseError(f"the queue fails: {type(error).__name__}") from error
