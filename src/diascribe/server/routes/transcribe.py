"""Short recordings, transcribed while the caller waits."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Depends, Query, Request, Response

from diascribe.formats.rules import CueRules
from diascribe.server.answers import RECEIVING, refusals
from diascribe.server.asked import check_held, submission
from diascribe.server.contract import JSON, FormatName
from diascribe.server.documents import JOB_BODY
from diascribe.server.problems import ProblemError, of_failure
from diascribe.server.routes.jobs import IdempotencyKey, asked_of, seen
from diascribe.server.routes.results import RESULT, rendered
from diascribe.server.service import service_of
from diascribe.server.tenants import Tenant
from diascribe.server.waiting import ended

router = APIRouter(tags=["jobs"])


@router.post(
    "/v1/transcribe",
    operation_id="transcribe",
    response_class=Response,
    responses={**refusals(*RECEIVING, 404, 409, 504, 507), 200: RESULT},
    openapi_extra={"requestBody": JOB_BODY},
)
async def transcribe(
    request: Request,
    tenant: Tenant,
    rules: Annotated[CueRules, Depends()],
    name: Annotated[FormatName, Query(alias="format", description="The format.")] = JSON,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Transcribe a short recording, and answer with the transcript.

    The request is that of a job, and makes one, of priority `interactive` unless it says
    otherwise. Where the job takes longer than the caller may wait, the answer is a 504 that names
    it: it goes on, and the same request again waits for the same job. Where it is cancelled
    meanwhile, the answer is a 409; where it fails, the status of its error.
    """
    service = service_of(request)
    asked, source = await asked_of(request, tenant, most_bytes=service.limits.most_short_bytes)
    source = await seen(service, source, idempotency_key)
    check_held("format", name, asked.options)
    wanted = submission(service, tenant, asked, source, idempotency_key)
    if "priority" not in asked.besides.model_fields_set:
        wanted = replace(wanted, priority="interactive")
    with service.streams.one(tenant):
        submitted = await anyio.to_thread.run_sync(service.jobs.submit, wanted)
        job = await ended(service, submitted.job)
    if job.failure is not None:
        raise ProblemError(of_failure(job.failure))

    def answered() -> Response:
        return rendered(job, service.jobs.result(tenant, job.id), name, rules)

    return await anyio.to_thread.run_sync(answered)
