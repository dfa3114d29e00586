"""The service as an application: the one place where its parts are joined."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter, FastAPI

from diascribe.server import documents, problems
from diascribe.server.addressed import addresses_of
from diascribe.server.doors import Entrance
from diascribe.server.metrics import Metrics
from diascribe.server.routes import events, health, jobs, models, results, speakers, transcribe
from diascribe.server.service import Service

TITLE = "Diascribe"


def create_app(service: Service) -> FastAPI:
    """The application over a service. It starts nothing, and ends nothing of what it is given."""
    app = FastAPI(
        title=TITLE,
        version=version("diascribe"),
        description="Who said what and when.",
        docs_url=None,  # its page loads scripts of other hosts
        redoc_url=None,
        separate_input_output_schemas=False,
    )
    app.state.service, app.state.metrics = service, Metrics()
    routers = _routers(service)
    known = [one for prefix, router in routers for one in addresses_of(router, prefix)]
    problems.install(app, {one.prefix: one.shape for one in service.surfaces}, known)
    for prefix, router in routers:
        app.include_router(router, prefix=prefix)
    documents.install(app)
    app.add_middleware(Entrance, service=service, metrics=app.state.metrics)
    return app


def _routers(service: Service) -> list[tuple[str, APIRouter]]:
    """What answers, and the prefix that each is put below."""
    parts = [jobs, results, events, transcribe, models, health]
    parts += [] if service.speakers is None else [speakers]
    own = [("", one.router) for one in parts]
    return [*own, *((one.prefix, one.router) for one in service.surfaces)]
