"""A slot: one process that works on one job at a time, until it is told to leave.

`python -m diascribe.jobs.slot NUMBER`. Only one process at a time is slot NUMBER of a data folder;
what its predecessor left undone goes on at once.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import TextIO

from dbos import DBOS, DBOSConfig

from diascribe.errors import DatabaseError, DiascribeError
from diascribe.jobs import holding
from diascribe.jobs.opening import ENGINE_STAGES, Service, executor_name, open_service, scratch_of
from diascribe.jobs.payloads import JsonPayloads
from diascribe.jobs.queue import APPLICATION, ENGINE, NOTICES, PIPELINE, flow_of
from diascribe.jobs.sending import open_sender
from diascribe.jobs.sweeper import Sweeper
from diascribe.jobs.workflows import Busy, register_notices, register_work
from diascribe.jobs.working import Bench
from diascribe.jobs.workspace import Workspace
from diascribe.settings import read_settings

NOTICES_AT_ONCE = 8
LOOK_S = 0.5
"""How often an idle slot looks at the clock."""

THREADS = 32


def launch(service: Service, queues: Sequence[str]) -> None:
    """Let this process take work from queues; workflows are registered before."""
    DBOS.listen_queues(list(queues))
    DBOS.launch()
    poll_s = service.limits.poll_s
    DBOS.register_queue(ENGINE, worker_concurrency=1, polling_interval_sec=poll_s)
    DBOS.register_queue(
        NOTICES, worker_concurrency=NOTICES_AT_ONCE, polling_interval_sec=max(1.0, poll_s)
    )


def configure(service: Service, me: str) -> None:
    """Make the engine of queues, not yet launched."""
    config = DBOSConfig(
        name=APPLICATION,
        system_database_url=service.queue.url,
        executor_id=me,
        application_version=PIPELINE,
        serializer=JsonPayloads(),
        use_listen_notify=False,
        run_migrations=False,
        max_executor_threads=THREADS,
        log_level="CRITICAL",  # it would log what workflows raise, cancelled ones included,
    )
    DBOS(config=config)


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
        register_notices(
            self.service.database,
            self.service.queue,
            self.service.vault,
            open_sender(self.service.settings),
            self.busy,
        )
        launch(self.service, (ENGINE, NOTICES))
        if predecessor:
            self._take_over(predecessor)

    def wait(self, leaving: Event, idle_s: float | None) -> None:
        """Until somebody says so, or there has been nothing to do for so long."""
        while not leaving.wait(LOOK_S):
            if idle_s is not None and self.busy.idle_s >= idle_s:
                return

    def leave(self) -> None:
        """Stop at once and hand everything on: nobody waits for us to be noticed."""
        self.sweeper.stop()
        DBOS.destroy()
        pid = self.bench.engine.pid
        if pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        with self.service.database.writing() as connection:
            held = holding.let_go(connection, self.bench.me)
        for job, attempt in held:
            self.service.queue.hand_on(flow_of(job, attempt), [self.bench.me])
        self.sweeper.leave()
        Workspace(self.bench.scratch, "", self.bench.artefacts).remove()

    def _take_over(self, predecessor: str) -> None:
        with self.service.database.reading() as connection:
            held = self.service.queue.running(connection)
        for flow in held:
            if flow.holder == predecessor:
                self.service.queue.hand_on(flow.id, [predecessor])


def lock_slot(folder: Path, number: int) -> TextIO:
    """The slot's file, which only we have now; it names the executor that had it last.

    Raises:
        DatabaseError: another process is that slot.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / f"slot-{number}.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise DatabaseError(f"slot {number} of {folder.parent} is another process") from error
    return file


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
