"""Waiting for a job while its caller waits: for surfaces that answer with the transcript."""

from __future__ import annotations

import anyio.to_thread

from diascribe.errors import JobStateError, StillRunningError
from diascribe.jobs.job import Job
from diascribe.server.service import Service

FIRST_LOOK_S, LONGEST_LOOK_S = 0.05, 1.0
"""Seconds between two looks at a job: more and more."""


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
