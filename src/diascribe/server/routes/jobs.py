"""Jobs: asked for, watched, stopped, run again, erased."""

from __future__ import annotations

from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse

from diascribe.errors import InputError
from diascribe.jobs.job import Source, State, Submitted
from diascribe.server.answers import RECEIVING, refusals
from diascribe.server.asked import (
    Asked,
    check_changes,
    form_source,
    form_values,
    named_source,
    parse,
    submission,
    versioned,
)
from diascribe.server.bodies import is_form, receive_changes, receive_form, receive_json
from diascribe.server.documents import CHANGES_BODY, JOB_BODY, job_answers
from diascribe.server.named import JobId
from diascribe.server.parts import JobPagePart, JobPart, job_part, page_part
from diascribe.server.service import Service, service_of
from diascribe.server.tenants import Tenant

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="The same key with the same request is the same job; with another, a 409."
        " 1 to 255 printable characters.",
    ),
]

LONGEST_CURSOR = 200
"""Characters of what a page gives to ask for the next one."""


@router.post(
    "",
    operation_id="submit",
    status_code=201,
    response_model=JobPart,
    responses=job_answers(*RECEIVING, 409, 507),
    openapi_extra={"requestBody": JOB_BODY},
)
async def submit(
    request: Request, tenant: Tenant, idempotency_key: IdempotencyKey = None
) -> Response:
    """Ask for a recording to be transcribed.

    A form brings the recording as `file`, and the options as fields. JSON names it as
    `audio_file`, and has the options beside it. The answer comes as soon as the job is kept: 201
    for a new one, 200 for one that the same request made before. Objects are the same while their
    ETag is; web addresses are new each time, unless there is an idempotency key.
    """
    service = service_of(request)
    asked, source = await asked_of(request, tenant, most_bytes=service.limits.upload_bytes)
    source = await seen(service, source, idempotency_key)
    wanted = submission(service, tenant, asked, source, idempotency_key)
    return told(await anyio.to_thread.run_sync(service.jobs.submit, wanted))


@router.get("", operation_id="list_jobs", responses=refusals(422))
def list_jobs(
    request: Request,
    tenant: Tenant,
    state: Annotated[list[State] | None, Query(description="Only jobs in these states.")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Most jobs of a page.")] = 50,
    after: Annotated[
        str | None, Query(description="`following` of the page before.", max_length=LONGEST_CURSOR)
    ] = None,
) -> JobPagePart:
    """The tenant's jobs, newest first."""
    if after is not None and not (after.isascii() and after.isprintable()):
        raise InputError("after: wanted what a page gave, got something else")
    jobs = service_of(request).jobs
    return page_part(jobs.list(tenant, states=state or (), limit=limit, after=after))


@router.get("/{job}", operation_id="get_job", response_model=JobPart, responses=refusals(404))
def get(request: Request, tenant: Tenant, job: JobId) -> Response:
    """A job, and how far it is."""
    part = job_part(service_of(request).jobs.get(tenant, job))
    return Response(part.model_dump_json(), media_type="application/json")  # asked most often


@router.post("/{job}/cancel", operation_id="cancel_job", responses=refusals(404))
def cancel(request: Request, tenant: Tenant, job: JobId) -> JobPart:
    """Stop a job; one that has ended stays as it is. What it found so far is kept."""
    return job_part(service_of(request).jobs.cancel(tenant, job))


@router.post("/{job}/retry", operation_id="retry_job", responses=refusals(404, 409))
def retry(request: Request, tenant: Tenant, job: JobId) -> JobPart:
    """Let a failed or cancelled job go on from the stage that did not end.

    A recording that was named by an address with a secret, such as a signed one, has to be asked
    for anew a day after the end, if it was not fetched before: that is a 409.
    """
    return job_part(service_of(request).jobs.retry(tenant, job))


@router.post(
    "/{job}/rerun",
    operation_id="rerun_job",
    status_code=201,
    response_model=JobPart,
    responses=job_answers(*RECEIVING, 404, 409),
    openapi_extra={"requestBody": CHANGES_BODY},
)
async def rerun(request: Request, tenant: Tenant, job: JobId) -> Response:
    """Run a finished job again with some options changed, as a job of its own.

    Stages that the changes do not touch are not run again: another number of speakers takes a
    moment. Where nothing has changed, the known voices included, the answer is the job itself; no
    body is no change.
    """
    service = service_of(request)
    changes = await receive_changes(request)

    def run_again() -> Submitted:
        check_changes(service, changes)
        return service.jobs.rerun(tenant, job, changes)

    return told(await anyio.to_thread.run_sync(run_again))


@router.delete("/{job}", operation_id="erase_job", status_code=204, responses=refusals(404))
def erase(request: Request, tenant: Tenant, job: JobId) -> None:
    """Stop a job, and remove it with its recording and all that was found."""
    service_of(request).jobs.erase(tenant, job)


async def asked_of(request: Request, tenant: str, *, most_bytes: int) -> tuple[Asked, Source]:
    """What a request asks for, and its recording, whichever way they came.

    Raises:
        InputError: something in it cannot be used.
    """
    service = service_of(request)
    if is_form(request):
        form = await receive_form(request, tenant, most_bytes=most_bytes)
        source = form_source(form)
        return await anyio.to_thread.run_sync(parse, service, form_values(form)), source
    given = await receive_json(request)
    return await anyio.to_thread.run_sync(_named, service, tenant, given, most_bytes)


async def seen(service: Service, source: Source, key: str | None) -> Source:
    """The recording as its object store has it now; whoever gives a key says what is the same."""
    if source.kind != "object" or key is not None or service.head is None:
        return source
    return await anyio.to_thread.run_sync(versioned, service.head, source, limiter=service.heads)


def _named(
    service: Service, tenant: str, given: dict[str, Any], most_bytes: int
) -> tuple[Asked, Source]:
    asked = parse(service, given)
    uri = asked.besides.audio_file
    return asked, named_source(service, tenant, uri, most_bytes=most_bytes)


def told(submitted: Submitted) -> JSONResponse:
    """A job that was asked for; whether it is new says the status."""
    part = job_part(submitted.job)
    return JSONResponse(
        part.model_dump(mode="json"),
        status_code=201 if submitted.created else 200,
        headers={"Location": f"/v1/jobs/{part.id}"},
    )
