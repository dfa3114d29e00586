"""What a job came to: its transcript, or why there is none."""

from __future__ import annotations

import anyio.to_thread

from diascribe.server.openai.refusals import Refusal, RefusedError, refusal_of_failure
from diascribe.server.openai.waiting import Waiting
from diascribe.transcript import Transcript
from diascribe.wire.decode import from_json


async def transcript_of(waiting: Waiting) -> Transcript:
    """The transcript of a job that has ended.

    Raises:
        RefusedError: it failed, or was cancelled.
    """
    job, jobs = waiting.job, waiting.service.jobs
    assert job is not None, "it was waited for"
    if job.state == "cancelled":
        raise RefusedError(Refusal(status=409, message="the work was cancelled", retry=False))
    if job.state == "failed":
        raise RefusedError(refusal_of_failure(job.failure))

    def found() -> Transcript:
        return from_json(jobs.result(job.tenant, job.id).decode())

    return await anyio.to_thread.run_sync(found)
