"""What the OpenAPI document says that routes do not say themselves: bodies read by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from diascribe.formats.rules import CUE_TEXTS
from diascribe.server.answers import refusals
from diascribe.server.contract import Changes, JobRequest, NewSample, form_schema
from diascribe.server.parts import JobPart

MISFITS = "HTTPValidationError"

REF = "#/components/schemas/{model}"


def ref(model: str) -> dict[str, str]:
    """A schema by name."""
    return {"$ref": REF.format(model=model)}


LOCATION = {
    "Location": {"description": "Where the job is asked for.", "schema": {"type": "string"}}
}

JOB_BODY: Mapping[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {"schema": ref("JobForm")},
        "application/json": {"schema": ref("JobRequest")},
    },
}

CHANGES_BODY: Mapping[str, Any] = {
    "required": False,
    "content": {"application/json": {"schema": ref("Changes")}},
}


def job_answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that gives a job which may have been there before."""
    return {
        200: {
            "model": JobPart,
            "description": "The same request made this job before.",
            "headers": LOCATION,
        },
        201: {"description": "A new job.", "headers": LOCATION},
        **refusals(*statuses),
    }


def install(app: FastAPI) -> None:
    """Have the application's document name the bodies too."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # as FastAPI says to do


def _completed(app: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        separate_input_output_schemas=app.separate_input_output_schemas,
    )
    schemas = made["components"]["schemas"]
    for model in (JobRequest, Changes, NewSample):
        schema = model.model_json_schema(ref_template=REF)
        schemas.update(schema.pop("$defs", {}))
        schemas[model.__name__] = schema
    schemas["JobForm"] = form_schema(JobRequest, without="audio_file")
    schemas["SampleForm"] = form_schema(NewSample, without="url")
    _forget_misfits(made)
    _explain_cues(made)
    return made


def _explain_cues(made: dict[str, Any]) -> None:
    """Say what the limits of subtitles are: their class says it where no framework reads it."""
    for path in made["paths"].values():
        for operation in path.values():
            for one in operation.get("parameters", ()):
                if one["name"] in CUE_TEXTS:
                    one.setdefault("description", CUE_TEXTS[one["name"]])


def _forget_misfits(made: dict[str, Any]) -> None:
    """Leave out the framework's own answer to what does not fit: it is never sent."""
    for path in made["paths"].values():
        for operation in path.values():
            answer = operation["responses"].get("422", {})
            if MISFITS in str(answer):
                del operation["responses"]["422"]
    for name in (MISFITS, "ValidationError"):
        made["components"]["schemas"].pop(name, None)
