"""The paths below `/openai/v1`: transcriptions, translations, models."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from diascribe.errors import DiascribeError
from diascribe.jobs.job import Submission
from diascribe.protocols import Task
from diascribe.server.asked import checked_key, form_source
from diascribe.server.bodies import Form, receive_form
from diascribe.server.fitting import check_fitting
from diascribe.server.openai import names
from diascribe.server.openai.answers import answer, headers, unused, warned
from diascribe.server.openai.asked import Asked, read_request
from diascribe.server.openai.fields import read_fields
from diascribe.server.openai.finished import transcript_of
from diascribe.server.openai.refusals import PREFIX, Refusal, RefusedError, refusal_of, shape
from diascribe.server.openai.streaming import EventResponse, Stream
from diascribe.server.openai.waiting import LeftError, Waiting
from diascribe.server.problems import of_error
from diascribe.server.service import Surface, service_of
from diascribe.server.tenants import Tenant

LEFT = 499
"""Status of an answer that nobody reads; only the log has it."""


class OpenAIRoute(APIRoute):
    """A route whose errors have OpenAI's shape and statuses."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Answer a request, or say why not."""
        answered = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await answered(request)
            except RefusedError as error:
                return _refused(error.refusal)
            except LeftError:
                return Response(status_code=LEFT)
            except DiascribeError as error:
                return _refused(refusal_of(error), dict(of_error(error).headers))

        return told


router = APIRouter(route_class=OpenAIRoute, include_in_schema=False)  # the contract is OpenAI's

IdempotencyKey = Annotated[str | None, Header()]
"""The same key with the same request is the same work."""


@router.post("/audio/transcriptions")
async def transcriptions(
    request: Request, tenant: Tenant, idempotency_key: IdempotencyKey = None
) -> Response:
    """What was said, in the language spoken."""
    return await _answered(request, tenant, "transcribe", idempotency_key)


@router.post("/audio/translations")
async def translations(
    request: Request, tenant: Tenant, idempotency_key: IdempotencyKey = None
) -> Response:
    """What was said, in English."""
    return await _answered(request, tenant, "translate", idempotency_key)


@router.get("/models")
def models(request: Request, _: Tenant) -> Response:
    """The models that may be asked for."""
    return JSONResponse(names.body(names.offered(service_of(request).store)))


@router.get("/models/{model:path}")
def model(request: Request, model: str, _: Tenant) -> Response:
    """One of them."""
    return JSONResponse(names.find(model, names.offered(service_of(request).store)).body)


def surface() -> Surface:
    """What a service is given to be asked by OpenAI's clients."""
    return Surface(prefix=PREFIX, router=router, shape=shape)


async def _answered(request: Request, tenant: str, task: Task, key: str | None) -> Response:
    """The transcript as it was asked for, once it is there or while it is found."""
    service = service_of(request)
    form = await receive_form(request, tenant, most_bytes=service.limits.upload_bytes)
    asked = read_request(read_fields(_pairs(form)), task, service.store)
    await anyio.to_thread.run_sync(check_fitting, service, asked.options)
    submission = Submission(
        tenant=tenant,
        source=form_source(form),
        options=asked.options,
        priority="interactive",
        idempotency_key=checked_key(key),
    )
    waiting = Waiting(service, request, submission)
    with ExitStack() as place:
        place.enter_context(service.streams.one(tenant))
        if asked.stream:
            return await _streamed(waiting, asked, place)
        return await _whole(waiting, asked)


async def _whole(waiting: Waiting, asked: Asked) -> Response:
    try:
        async for _ in waiting.looks():
            pass
        found = await transcript_of(waiting)
    finally:
        await waiting.leave()
    given = answer(found, asked)
    return Response(given.body, media_type=given.type, headers=headers(found, asked))


async def _streamed(waiting: Waiting, asked: Asked, place: ExitStack) -> Response:
    """The events, begun once there is one: what fails before has a status of its own."""
    lines = Stream(waiting, asked).lines()
    try:
        first = await anext(lines)
    except BaseException:
        await waiting.leave()
        raise
    told = EventResponse(first, lines, waiting, place.pop_all())
    told.headers.update(warned(unused(asked)))
    return told


def _pairs(form: Form) -> Iterator[tuple[str, str]]:
    """The fields of a form, one text at a time."""
    return ((name, text) for name, texts in form.fields.items() for text in texts)


def _refused(refusal: Refusal, more: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(refusal.body, refusal.status, {**(more or {}), **refusal.headers})
