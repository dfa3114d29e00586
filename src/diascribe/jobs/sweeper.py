"""The sweeper: every process says that it lives, and hands on the work of those that died.

The engine of queues takes a job up again when its worker comes back; a worker that never does is
noticed here only. Wrong verdicts cost time, not results: a claim fences the holder before it.
Nobody stops working because the database cannot be reached, which would throw all work away.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread

import sqlalchemy as sa
import structlog

from diascribe.errors import DiascribeError
from diascribe.jobs.queue import Queue
from diascribe.store.database import Database
from diascribe.store.job_schema import EXECUTORS

FRESH_BEATS = 2.0
"""After a silence of so many beats the database or we were away: no other's row is trusted yet."""

FORGOTTEN = 100.0
"""Executors unseen for so many times the dead interval leave the table."""

LOG = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Sweeper:
    """One for each process; all sweep, and none needs to lead."""

    database: Database
    queue: Queue
    me: str
    role: str
    beat_s: float
    dead_s: float
    chores: Sequence[Callable[[], object]] = ()
    """What else is to be done once a beat, each in a thread of its own; what is due more seldom
    decides that itself."""
    clock: Callable[[], float] = time.monotonic
    _stopped: Event = field(default_factory=Event)
    _last: float | None = None
    _trusting_since: float = 0.0
    _threads: list[Thread] = field(default_factory=list)

    def join(self) -> None:
        """Say for the first time that this process lives.

        Raises:
            DatabaseError: the database cannot be written to.
        """
        now = now_in(self.database)
        with self.database.writing() as connection:
            connection.execute(sa.delete(EXECUTORS).where(EXECUTORS.c.id == self.me))
            connection.execute(
                sa.insert(EXECUTORS).values(id=self.me, role=self.role, started=now, seen=now)
            )

    def start(self) -> None:
        """Sweep in a thread until `stop`; chores have others, for they may take long."""
        self.join()
        self._threads = [
            Thread(target=self._repeat, args=(call,), name="sweeper", daemon=True)
            for call in (self.tick, *self.chores)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Sweep no more."""
        self._stopped.set()
        for thread in self._threads[:1]:  # chores end with the process
            thread.join(self.beat_s + 10)

    def leave(self) -> None:
        """Take this process off the list: whatever it still holds is handed on at once."""
        with self.database.writing() as connection:
            connection.execute(sa.delete(EXECUTORS).where(EXECUTORS.c.id == self.me))

    def tick(self) -> list[str]:
        """One beat; the workflows that were handed on."""
        self._beat()
        now = self.clock()
        if self._last is None or now - self._last > FRESH_BEATS * self.beat_s:
            self._trusting_since = now
        self._last = now
        if now - self._trusting_since < self.dead_s:
            return []  # the others get a whole interval to beat again
        return self._hand_on()

    def _beat(self) -> None:
        now = now_in(self.database)
        with self.database.writing() as connection:
            mine = EXECUTORS.c.id == self.me
            if not connection.execute(sa.update(EXECUTORS).where(mine).values(seen=now)).rowcount:
                values = {"id": self.me, "role": self.role, "started": now, "seen": now}
                connection.execute(sa.insert(EXECUTORS).values(**values))

    def _hand_on(self) -> list[str]:
        now = now_in(self.database)
        with self.database.reading() as connection:
            alive = set(
                connection.execute(
                    sa.select(EXECUTORS.c.id).where(EXECUTORS.c.seen >= now - self.dead_s)
                ).scalars()
            )
            held = self.queue.running(connection)
        dead = [flow for flow in held if flow.holder is not None and flow.holder not in alive]
        handed = [
            flow.id for flow in dead if flow.holder and self.queue.hand_on(flow.id, [flow.holder])
        ]
        if handed:
            LOG.warning("jobs.handed_on", flows=handed, executors={flow.holder for flow in dead})
        return handed

    def _repeat(self, call: Callable[[], object]) -> None:
        """Call once a beat; what fails once may succeed at the next."""
        while not self._stopped.is_set():
            try:
                call()
            except DiascribeError as error:
                LOG.warning("jobs.sweep_failed", code=error.code, reason=str(error))
            self._stopped.wait(self.beat_s)


def now_in(database: Database) -> sa.ColumnElement[float]:
    """The time by the database's clock, which all machines share: seconds since 1970."""
    if database.local:
        return sa.literal_column("((julianday('now') - 2440587.5) * 86400.0)", sa.Double)
    return sa.literal_column("extract(epoch from clock_timestamp())", sa.Double)
