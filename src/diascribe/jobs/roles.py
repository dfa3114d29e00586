"""What a process does for jobs besides being asked: sweep, send notices, keep slots filled."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from diascribe.jobs.launching import configure, launch, leave
from diascribe.jobs.opening import ENGINE_STAGES, Service, asked_of, executor_name
from diascribe.jobs.queue import NOTICES
from diascribe.jobs.supervisor import open_supervisor
from diascribe.jobs.workflows import Busy, register_notices
from diascribe.jobs.workspace import remove_left

LEFT_S = 86_400.0
"""No upload and no rerun takes so long."""


@contextmanager
def serving(service: Service) -> Iterator[None]:
    """The API's part: dead workers are noticed and notices sent while no worker lives."""
    me = executor_name("api")
    remove_left(asked_of(service.settings), time.time() - LEFT_S)
    sweeper = service.sweeper(me, "api")
    sweeper.start()
    configure(service, me)
    register_notices(service, Busy())
    launch(service, (NOTICES,))
    try:
        yield
    finally:
        leave(service, sweeper)


@contextmanager
def working(
    slots: int, *, stages: str = ENGINE_STAGES, idle_s: float | None = None
) -> Iterator[None]:
    """Slots beside this process, for as long as it wants them."""
    supervisor = open_supervisor(slots, stages=stages, idle_s=idle_s)
    supervisor.start()
    try:
        yield
    finally:
        supervisor.stop()
