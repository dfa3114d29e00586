"""Results of jobs, in every format, without running anything again."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from diascribe.errors import UnfinishedJobError
from diascribe.formats.rules import CueRules
from diascribe.formats.table import FORMATS, write
from diascribe.jobs.job import Job
from diascribe.server.answers import refusals
from diascribe.server.asked import check_held
from diascribe.server.contract import JSON, FormatName
from diascribe.server.named import JobId
from diascribe.server.service import service_of
from diascribe.server.tenants import Tenant
from diascribe.wire.decode import from_json
from diascribe.wire.result import Result

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

TYPES = {
    "json": "application/json",
    "seglst": "application/json",
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
    "tsv": "text/tab-separated-values",
}
"""Media types of formats that have one of their own; the others are plain text."""

RESULT = {
    "description": "The transcript.",
    "model": Result | list[dict[str, Any]],
    "content": {
        kind: {"schema": {"type": "string"}}
        for kind in ("text/plain", *TYPES.values())
        if kind != "application/json"
    },
}


@router.get(
    "/{job}/result",
    operation_id="get_result",
    response_class=Response,
    responses={**refusals(404, 409, 422), 200: RESULT},
)
def result(
    request: Request,
    tenant: Tenant,
    job: JobId,
    rules: Annotated[CueRules, Depends()],
    name: Annotated[FormatName, Query(alias="format", description="The format.")] = JSON,
    *,
    partial: Annotated[
        bool, Query(description="Give what there is so far of an unfinished job.")
    ] = False,
) -> Response:
    """The transcript in a format.

    While the job is unfinished that is a 409. With `partial` it is the words that are recognized
    so far, and the warning `unfinished` says how far they reach and what is still to come. Limits
    of subtitles are those of `diascribe transcribe`.
    """
    jobs = service_of(request).jobs
    try:
        wire = jobs.result(tenant, job, partial=partial)
    except UnfinishedJobError as error:
        hint = _way_on(jobs.get(tenant, job), partial=partial)
        raise UnfinishedJobError(str(error), hint=hint) from error
    return rendered(jobs.get(tenant, job), wire, name, rules)


def _way_on(job: Job, *, partial: bool) -> str:
    """What whoever wants a result may do while there is none."""
    if job.over:
        return f"POST /v1/jobs/{job.id}/retry lets it go on"
    if partial:
        return "no words are recognized so far: ask again later"
    told = f"GET /v1/jobs/{job.id}/events tells when it has ended"
    return f"partial=true gives the words so far; {told}"


def rendered(job: Job, wire: bytes, wanted: str, rules: CueRules) -> Response:
    """A transcript, JSON of the wire, in the format that is wanted.

    Raises:
        OptionsError: the format is made of something that was not looked for.
    """
    suffix, content = ".json", wire
    name = PurePosixPath(job.source).stem  # as the command line calls a recording
    if wanted != JSON:
        suffix = FORMATS[wanted].suffix
        transcript = from_json(wire.decode())
        check_held("format", wanted, transcript.applied)
        content = write(wanted, transcript, name=name, rules=rules).encode()
    kind = TYPES.get(wanted, "text/plain")
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    disposition = f"inline; filename*=UTF-8''{quote(name + suffix, safe='')}"
    return Response(content, media_type=kind, headers={"Content-Disposition": disposition})
