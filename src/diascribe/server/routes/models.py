"""Which models this machine has."""

from __future__ import annotations

from fastapi import APIRouter, Request

from diascribe.server.answers import refusals
from diascribe.server.parts import Answer
from diascribe.server.service import service_of
from diascribe.server.tenants import Tenant
from diascribe.weights.entry import Entry

router = APIRouter(tags=["models"])


class CatalogPart(Answer):
    """A model of the catalogue."""

    name: str
    """What requests call it."""
    stage: str
    """What it does: recognition, alignment or diarization."""
    purpose: str
    """What it is good for."""
    licence: str
    """Its licence."""
    languages: tuple[str, ...]
    """Codes of the languages that it knows; `*` for about a hundred, none where it is all one."""
    installed: bool
    """Whether it is there; a request for another one fails."""


class ModelsPart(Answer):
    """The models of the catalogue."""

    models: tuple[CatalogPart, ...]
    """The better ones of a family first."""


@router.get("/v1/models", operation_id="list_models", responses=refusals())
def models(request: Request, _: Tenant) -> ModelsPart:
    """The models that this version runs, and which of them are installed on this machine.

    Workers on other machines have their own.
    """
    store = service_of(request).store
    installed = {one.entry.name for one in store.installed()}
    return ModelsPart(
        models=tuple(
            _part(one, installed=one.name in installed or one.family == "embedded")
            for one in store.catalog.values()
            if one.opened
        )
    )


def _part(entry: Entry, *, installed: bool) -> CatalogPart:
    return CatalogPart(
        name=entry.name,
        stage=entry.stage,
        purpose=entry.purpose,
        licence=entry.licence,
        languages=entry.languages,
        installed=installed,
    )
