"""Progress of a job as a stream of events (Server-Sent Events)."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from diascribe.errors import DatabaseError, UnknownJobError
from diascribe.jobs.job import Job
from diascribe.server.answers import refusals
from diascribe.server.named import JobId
from diascribe.server.parts import job_part
from diascribe.server.service import Service, service_of
from diascribe.server.tenants import Tenant

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

LOOK_S = 0.5
"""Seconds between two looks at a job."""

QUIET_S = 15.0
"""Seconds after which something is sent in any case: proxies end connections that are silent."""

BEAT = ": still there\n\n"

KIND = "text/event-stream"

STREAM = {
    "description": "Events `progress`, `end` and `erased`; their data is the job.",
    "content": {KIND: {"schema": {"type": "string"}}},
}
NOTHING_MORE = {"description": "The job has ended, and its end was told: do not ask again."}


@router.get(
    "/{job}/events",
    operation_id="follow_job",
    response_class=StreamingResponse,
    responses={**refusals(404), 200: STREAM, 204: NOTHING_MORE},
)
async def events(
    request: Request,
    tenant: Tenant,
    job: JobId,
    last_event_id: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID", description="The last event that came: nothing is told twice."
        ),
    ] = None,
) -> Response:
    """Follow a job to its end.

    Every event has the whole job, so whoever comes back late misses nothing that still matters.
    """
    service = service_of(request)
    first = await anyio.to_thread.run_sync(service.jobs.get, tenant, job)
    if first.over and last_event_id == name_of(first):
        return Response(status_code=204)
    place = ExitStack()
    place.enter_context(service.streams.one(tenant))
    return EventResponse(Following(service, tenant, job).events(first, last_event_id), place)


class EventResponse(StreamingResponse):
    """The events; the place is given back when it is over, begun or not."""

    def __init__(self, told: AsyncIterator[str], place: ExitStack) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(told, media_type=KIND, headers=headers)
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send them, until the job ends or whoever follows leaves."""
        with self._place:
            await super().__call__(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Following:
    """Somebody who follows a job."""

    service: Service
    tenant: str
    job: str

    async def events(self, job: Job, told: str | None) -> AsyncIterator[str]:
        """What is sent, beginning with how things are."""
        clock = self.service.clock
        quiet_since = clock.now()
        while not self.service.closing.is_set():
            name = name_of(job)
            if name != told:
                yield event(job)
                told, quiet_since = name, clock.now()
            elif clock.now() - quiet_since >= QUIET_S:
                yield BEAT
                quiet_since = clock.now()
            if job.over:
                return
            await clock.sleep(LOOK_S)
            try:
                job = await anyio.to_thread.run_sync(self.service.jobs.get, self.tenant, self.job)
            except UnknownJobError:
                yield "event: erased\ndata: {}\n\n"
                return
            except DatabaseError:
                continue  # it may come back; whoever follows is told nothing untrue


def event(job: Job) -> str:
    """How a job is, as an event."""
    kind = "end" if job.over else "progress"
    return f"id: {name_of(job)}\nevent: {kind}\ndata: {job_part(job).model_dump_json()}\n\n"


def name_of(job: Job) -> str:
    """What an event is called: the same for the same state, whichever process tells it."""
    digest = hashlib.sha256(job_part(job).model_dump_json().encode()).hexdigest()
    return f"{job.attempt}-{digest[:16]}"
