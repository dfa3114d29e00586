"""Waiting for a job while its caller waits: for surfaces that answer with the transcript."""

from __future__ import annotations

from collections.abc import Iterator

import anyio.to_thread

from diascribe.errors import DiascribeError, JobStateError, StillRunningError
from diascribe.jobs.job import Failure, Job
from diascribe.server.problems import Problem
from diascribe.server.service import Service

FIRST_LOOK_S, LONGEST_LOOK_S = 0.05, 1.0
"""Seconds between two looks at a job: more and more."""

TOLD = frozenset({404, 409, 413, 422, 507})
"""Statuses that a failed job's error keeps; whatever else made it fail is the service's fault."""


async def ended(service: Service, job: Job) -> Job:
    """A job that has succeeded or failed.

    Raises:
        StillRunningError: it takes longer than a caller waits; it goes on.
        JobStateError: it was cancelled meanwhile.
    """
    clock, pause_s = service.clock, FIRST_LOOK_S
    deadline = clock.now() + service.limits.wait_s
    while not job.over:
        if clock.now() >= deadline or service.closing.is_set():
            raise StillRunningError(
                f"job {job.id} is not done yet, and goes on",
                hint=f"GET /v1/jobs/{job.id}, or the same request again",
            )
        await clock.sleep(pause_s)
        pause_s = min(LONGEST_LOOK_S, 1.5 * pause_s)
        job = await anyio.to_thread.run_sync(service.jobs.get, job.tenant, job.id)
    if job.state == "cancelled":
        raise JobStateError(f"job {job.id} was cancelled")
    return job


def problem_of(failure: Failure) -> Problem:
    """Why a job failed, as an answer to whoever waited for it."""
    statuses = {kind.code: kind.http_status for kind in _kinds(DiascribeError)}
    status = statuses.get(failure.code, 500)
    known = {"stage": failure.stage, "hint": failure.hint}
    return Problem(
        status=status if status in TOLD else 500,
        code=failure.code,
        message=failure.message,
        details={name: text for name, text in known.items() if text},
    )


def _kinds(kind: type[DiascribeError]) -> Iterator[type[DiascribeError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)
