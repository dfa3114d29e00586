"""Whether the service lives, whether it can work, and how much there is to do."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from diascribe.errors import BusyError, DatabaseError
from diascribe.server.answers import answers, refusals
from diascribe.server.metrics import CONTENT_TYPE, Metrics
from diascribe.server.parts import DepthPart, HealthPart, ReadyPart, depth_part
from diascribe.server.service import service_of
from diascribe.server.tenants import Tenant

MEASURES = {"content": {CONTENT_TYPE: {"schema": {"type": "string"}}}, "description": "Measures."}

router = APIRouter(tags=["service"])


@router.get("/healthz", operation_id="health", responses=answers())
async def healthz() -> HealthPart:
    """Whether the process lives. Needs no key."""
    return HealthPart(status="alive")


@router.get("/readyz", operation_id="ready", responses=answers(503))
def readyz(request: Request) -> ReadyPart:
    """Whether the service can work: its database answers, and it is not about to end.

    Needs no key.
    """
    service = service_of(request)
    if service.closing.is_set():
        raise BusyError("the service is about to end")
    service.jobs.depth()
    return ReadyPart(status="ready")


@router.get(
    "/metrics",
    operation_id="metrics",
    response_class=Response,
    responses={**answers(), 200: MEASURES},
)
def metrics(request: Request) -> Response:
    """What the service measures of itself, for Prometheus. Needs no key, and names nobody."""
    measured = request.app.state.metrics
    assert isinstance(measured, Metrics), "create_app put it there"
    try:
        measured.read_queue(service_of(request).jobs.depth())
    except DatabaseError:
        measured.read_queue(None)
    return Response(measured.text(), media_type=CONTENT_TYPE)


@router.get("/v1/queue/depth", operation_id="depth", responses=refusals())
def depth(request: Request, _: Tenant) -> DepthPart:
    """How much there is to do over all tenants, for whoever scales workers."""
    return depth_part(service_of(request).jobs.depth())
