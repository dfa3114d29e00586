"""Results of jobs, in every format, without running anything again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
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
from diascribe.server.parts import AddressPart
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


@router.get(
    "/{job}/result/address", operation_id="get_result_address", responses=refusals(404, 409, 422)
)
def address(
    request: Request,
    tenant: Tenant,
    job: JobId,
    rules: Annotated[CueRules, Depends()],
    name: Annotated[FormatName, Query(alias="format", description="The format.")] = JSON,
    valid_s: Annotated[
        int, Query(ge=60, le=604_800, description="Seconds for which the address is to be good.")
    ] = 3600,
) -> AddressPart:
    """A web address of the transcript in a format, for whoever is to have it without a key.

    It is of the object store that the service keeps results in; where that is a folder, the answer
    is a 422. It is good for as long as was asked for, while the job is there and the service's own
    credentials are good.
    """
    jobs = service_of(request).jobs
    content = written(jobs.get(tenant, job), jobs.result(tenant, job), name, rules)
    expires = datetime.now(UTC) + timedelta(seconds=valid_s)
    url = jobs.address(tenant, job, content, _suffix(name), valid_s=valid_s)
    return AddressPart(url=url, expires=expires)


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
    content = written(job, wire, wanted, rules)
    kind = TYPES.get(wanted, "text/plain")
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    disposition = f"inline; filename*=UTF-8''{quote(_stem(job) + _suffix(wanted), safe='')}"
    return Response(content, media_type=kind, headers={"Content-Disposition": disposition})


def written(job: Job, wire: bytes, wanted: str, rules: CueRules) -> bytes:
    """A transcript, JSON of the wire, as a file of the format that is wanted.

    Raises:
        OptionsError: the format is made of something that was not looked for.
    """
    if wanted == JSON:
        return wire
    transcript = from_json(wire.decode())
    check_held("format", wanted, transcript.applied)
    return write(wanted, transcript, name=_stem(job), rules=rules).encode()


def _stem(job: Job) -> str:
    """What the command line would call the recording."""
    return PurePosixPath(job.source).stem


def _suffix(wanted: str) -> str:
    return ".json" if wanted == JSON else FORMATS[wanted].suffix
