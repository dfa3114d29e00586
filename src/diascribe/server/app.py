"""The service as an application: the one place where its parts are joined."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI

from diascribe.server import documents, problems
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
    problems.install(app, {one.prefix: one.shape for one in service.surfaces})
    for routes in (jobs, results, events, transcribe, models, health):
        app.include_router(routes.router)
    if service.speakers is not None:
        app.include_router(speakers.router)
    for surface in service.surfaces:
        app.include_router(surface.router, prefix=surface.prefix)
    documents.install(app)
    app.add_middleware(Entrance, service=service, metrics=app.state.metrics)
    return app
