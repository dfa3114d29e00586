"""The engine of queues in this process: configured, launched, left. There is one a process."""

from __future__ import annotations

from collections.abc import Sequence

from dbos import DBOS, DBOSConfig

from diascribe.jobs import holding
from diascribe.jobs.opening import Service
from diascribe.jobs.payloads import JsonPayloads
from diascribe.jobs.queue import APPLICATION, ENGINE, NOTICES, PIPELINE
from diascribe.jobs.sweeper import Sweeper

NOTICES_AT_ONCE = 8
NOTICES_POLL_S = 1.0

THREADS = 32


def configure(service: Service, me: str) -> None:
    """Make the engine of queues, not yet launched; workflows are registered after this."""
    config = DBOSConfig(
        name=APPLICATION,
        system_database_url=service.queue.url,
        executor_id=me,
        application_version=PIPELINE,
        serializer=JsonPayloads(),
        use_listen_notify=False,
        run_migrations=False,
        max_executor_threads=THREADS,
        log_level="CRITICAL",  # it would log what workflows raise, cancelled ones included
    )
    DBOS(config=config)


def launch(service: Service, queues: Sequence[str]) -> None:
    """Let this process take work from queues."""
    DBOS.listen_queues(list(queues))
    DBOS.launch()
    DBOS.register_queue(ENGINE, worker_concurrency=1, polling_interval_sec=service.limits.poll_s)
    DBOS.register_queue(
        NOTICES, worker_concurrency=NOTICES_AT_ONCE, polling_interval_sec=NOTICES_POLL_S
    )


def leave(service: Service, sweeper: Sweeper) -> None:
    """Stop at once and hand on all that this process has: nobody waits for it to be noticed."""
    sweeper.stop()
    DBOS.destroy()
    with service.database.writing() as connection:
        holding.let_go(connection, sweeper.me)
    take_over(service, sweeper.me)
    sweeper.leave()


def take_over(service: Service, executor: str) -> None:
    """Queue again what an executor has that runs no more."""
    with service.database.reading() as connection:
        held = service.queue.running(connection)
    for flow in held:
        if flow.holder == executor:
            service.queue.hand_on(flow.id, [executor])
