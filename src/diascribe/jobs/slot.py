"""A slot: one process that works on one job at a time, until it is told to leave.

`python -m diascribe.jobs.slot NUMBER`. Only one process at a time is slot NUMBER of a data folder;
what its predecessor left undone goes on at once.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TextIO

import sqlalchemy as sa

from diascribe.errors import DiascribeError
from diascribe.jobs import logs
from diascribe.jobs.launching import configure, launch, leave, take_over
from diascribe.jobs.locks import locked
from diascribe.jobs.opening import ENGINE_STAGES, Service, executor_name, open_service, scratch_of
from diascribe.jobs.queue import ENGINE, NOTICES
from diascribe.jobs.sweeper import Sweeper
from diascribe.jobs.workflows import Busy, register_notices, register_work
from diascribe.jobs.working import Bench
from diascribe.jobs.workspace import Workspace
from diascribe.settings import read_settings
from diascribe.store.job_schema import JOBS

LOOK_S = 0.5
"""How often an idle slot looks at the clock."""


@dataclass(slots=True)
class Slot:
    """One slot's process."""

    service: Service
    bench: Bench
    sweeper: Sweeper
    busy: Busy

    def start(self, predecessor: str) -> None:
        """Take up work; first what the predecessor left."""
        self.sweeper.start()
        configure(self.service, self.bench.me)
        register_work(self.bench, self.busy)
        register_notices(self.service, self.busy)
        launch(self.service, (ENGINE, NOTICES))
        if predecessor:
            take_over(self.service, predecessor)

    def wait(self, leaving: Event, idle_s: float | None) -> None:
        """Until somebody says so, or there has been nothing to do for so long."""
        while not leaving.wait(LOOK_S):
            if idle_s is not None and self.busy.idle_s >= idle_s and not self._wanted():
                return

    def _wanted(self) -> bool:
        with self.service.database.reading() as connection:
            queued = sa.select(JOBS.c.id).where(JOBS.c.state == "queued").limit(1)
            return connection.execute(queued).first() is not None

    def leave(self) -> None:
        """Stop at once and hand everything on."""
        # The engine of queues closes its loop while our child still runs: asyncio says so.
        logging.getLogger("asyncio").setLevel(logging.CRITICAL)
        leave(self.service, self.sweeper)
        pid = self.bench.engine.pid
        if pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        Workspace(self.bench.scratch, "", self.bench.artefacts).remove()


def lock_slot(folder: Path, number: int) -> TextIO:
    """The slot's file, which only we have now; it names the executor that had it last.

    Raises:
        DatabaseError: another process is that slot.
    """
    refusal = f"slot {number} of {folder.parent} is another process"
    return locked(folder / f"slot-{number}.lock", refusal)


def serve(number: int, *, stages: str, idle_s: float | None) -> None:
    """Be a slot until told to leave.

    Raises:
        DiascribeError: the slot cannot be set up.
    """
    leaving = Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: leaving.set())
    Thread(target=_await_end, args=(leaving,), daemon=True).start()
    settings = read_settings()
    scratch = scratch_of(settings)
    with lock_slot(scratch, number) as file, open_service(settings, stages=stages) as service:
        file.seek(0)
        predecessor, me = file.read().strip(), executor_name(f"worker{number}")
        file.truncate(0)
        file.write(me)
        file.flush()
        Workspace(scratch / f"slot-{number}", "", service.artefacts).remove()
        bench = service.bench(me, scratch / f"slot-{number}")
        slot = Slot(service, bench, service.sweeper(me, "worker"), Busy())
        slot.start(predecessor)
        slot.wait(leaving, idle_s)
        slot.leave()


def main() -> None:
    """Be the slot that the arguments say, and end the process whatever threads still do."""
    parser = argparse.ArgumentParser(prog="diascribe.jobs.slot")
    parser.add_argument("number", type=int)
    parser.add_argument("--stages", default=ENGINE_STAGES)
    parser.add_argument("--idle-s", type=float)
    given = parser.parse_args()
    status = 0
    logs.configure(sys.stderr)
    try:
        serve(given.number, stages=given.stages, idle_s=given.idle_s)
    except DiascribeError as error:
        sys.stderr.write(f"diascribe: {error}\n")
        status = error.exit_status
    sys.stderr.flush()
    os._exit(status)  # threads of the engine of queues may wait for the database


def _await_end(leaving: Event) -> None:
    """Leave when whoever started us is gone: its end of our standard input closes then."""
    with suppress(OSError, ValueError):
        while sys.stdin.read(1):
            pass
    leaving.set()


if __name__ == "__main__":
    main()
