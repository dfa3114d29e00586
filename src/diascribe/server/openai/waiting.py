"""Waiting for a job as long as its caller stays; what nobody else asked for ends when he leaves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import anyio
import anyio.to_thread
from fastapi import Request

from diascribe.errors import BusyError
from diascribe.jobs.job import Job, Submission
from diascribe.server.service import Service
from diascribe.server.waiting import FIRST_LOOK_S, LONGEST_LOOK_S


class LeftError(Exception):
    """The caller is gone: nobody reads an answer."""


@dataclass(slots=True)
class Waiting:
    """One caller who waits for one job, which others may wait for too."""

    service: Service
    request: Request
    submission: Submission
    mine: bool = field(default=False, init=False)
    """Whether the job was made for this caller."""
    wanted: bool = field(default=False, init=False)
    """Whether this caller has asked for the job, and not left it."""
    job: Job | None = field(default=None, init=False)
    """As it was last seen; null before it is submitted."""

    async def looks(self) -> AsyncIterator[Job]:
        """The job, again and again until it has ended.

        One that somebody else made, and left, is begun anew.

        Raises:
            LeftError: the caller is gone.
            BusyError: the service is about to end; the job goes on.
        """
        job, pause_s = await self._submitted(), FIRST_LOOK_S
        while True:
            yield job
            if job.over:
                return
            await self._check()
            await self.service.clock.sleep(pause_s)
            pause_s = min(LONGEST_LOOK_S, 1.5 * pause_s)
            job = await anyio.to_thread.run_sync(self.service.jobs.get, job.tenant, job.id)
            if job.state == "cancelled" and not self.mine:
                self.submission = replace(self.submission, idempotency_key=None)
                job = await self._submitted()
            self.job = job

    async def leave(self) -> None:
        """Ask for the job no more: it is cancelled where it has not ended and nobody else did."""
        job, wanted, self.wanted = self.job, self.wanted, False
        if wanted and job is not None and not job.over:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self.service.jobs.withdraw, job.tenant, job.id)

    async def _submitted(self) -> Job:
        submitted = await anyio.to_thread.run_sync(self.service.jobs.submit, self.submission)
        self.job, self.mine, self.wanted = submitted.job, submitted.created, True
        return submitted.job

    async def _check(self) -> None:
        if self.service.closing.is_set():
            self.wanted = False
            raise BusyError("the service is about to end; the work goes on: ask again")
        if await self.request.is_disconnected():
            raise LeftError
