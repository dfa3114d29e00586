"""Failures as answers: one body for all of them, whatever went wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException

from diascribe.errors import DiascribeError, OptionsError
from diascribe.jobs.job import Failure
from diascribe.server.addressed import Address, hint_at
from diascribe.server.wording import hint_over_http
from diascribe.wire.decode import problem
from diascribe.wire.problems import error_body

BUSY_S = 5
"""Seconds after which it is worth trying again, where nobody knows better."""

AGAIN = frozenset({429, 503})
"""Statuses of answers that say when to try again."""

PLACES = ("body", "query", "path", "header", "cookie")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What went wrong with a request."""

    status: int
    code: str
    message: str
    details: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


TOLD = frozenset({404, 409, 413, 422, 507})
"""Statuses that a failed job's error keeps; whatever else made it fail is the service's fault."""


MESSAGES: Mapping[int, str] = MappingProxyType(
    {404: "there is nothing at this address", 405: "this address does not take that method"}
)
"""What to say of statuses that the framework has only a phrase for."""


class ProblemError(Exception):
    """A problem that is not one of our errors, but of a child's or a job's."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


Shape = Callable[[Problem], Mapping[str, Any]]
"""How a surface words a problem: the body of its answer."""


def plain(problem: Problem) -> Mapping[str, Any]:
    """The body where the contract is ours."""
    return {
        "error": {
            "code": problem.code,
            "message": problem.message,
            "details": dict(problem.details),
        }
    }


def of_error(error: DiascribeError) -> Problem:
    """An error of ours."""
    body = error_body(error)["error"]
    if error.hint:
        body["details"]["hint"] = hint_over_http(error.code, error.hint)
    headers = {}
    if error.http_status in AGAIN:
        headers["Retry-After"] = str(math.ceil(getattr(error, "retry_after_s", BUSY_S)))
    if error.http_status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Problem(status=error.http_status, headers=headers, **body)


def of_failure(failure: Failure) -> Problem:
    """Why a job failed, as an answer to whoever waited for it."""
    statuses = {kind.code: kind.http_status for kind in _kinds(DiascribeError)}
    status = statuses.get(failure.code, 500)
    known = {"stage": failure.stage, "hint": hint_over_http(failure.code, failure.hint)}
    return Problem(
        status=status if status in TOLD else 500,
        code=failure.code,
        message=failure.message,
        details={name: text for name, text in known.items() if text},
    )


def _kinds(kind: type[DiascribeError]) -> Iterator[type[DiascribeError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)


def of_misfits(misfits: Sequence[ErrorDetails]) -> Problem:
    """What the framework or pydantic found wrong with a request, in our words."""
    return of_error(OptionsError(tuple(map(_misfit, misfits))))


def _misfit(detail: ErrorDetails) -> str:
    place = detail["loc"]
    inner = place[1:] if place and place[0] in PLACES else place
    return problem({**detail, "loc": inner})


def of_status(status: int, headers: Mapping[str, str] | None = None, *, hint: str = "") -> Problem:
    """What the framework refuses: an address or a method that there is not."""
    phrase = HTTPStatus(status).phrase
    return Problem(
        status=status,
        code=phrase.lower().replace(" ", "_"),
        message=MESSAGES.get(status, phrase),
        details={"hint": hint} if hint else {},
        headers=headers or {},
    )


INTERNAL = Problem(
    status=500, code="internal", message="the service failed; the fault is not in the request"
)
"""What is told of a fault of ours; the log has more."""


def answered(path: str, problem: Problem, shapes: Mapping[str, Shape]) -> JSONResponse:
    """A problem as the surface words it to which a path belongs."""
    fitting = (shape for prefix, shape in shapes.items() if path.startswith(f"{prefix}/"))
    body = next(fitting, plain)(problem)
    return JSONResponse(dict(body), status_code=problem.status, headers=dict(problem.headers))


def install(app: FastAPI, shapes: Mapping[str, Shape], known: Sequence[Address] = ()) -> None:
    """Have every failure answered.

    `shapes` are those of surfaces, by the prefix of their paths; `known` is where something
    answers.
    """

    def answer(request: Request, problem: Problem) -> JSONResponse:
        return answered(request.url.path, problem, shapes)

    @app.exception_handler(DiascribeError)
    def _ours(request: Request, error: DiascribeError) -> JSONResponse:
        return answer(request, of_error(error))

    @app.exception_handler(ProblemError)
    def _told(request: Request, error: ProblemError) -> JSONResponse:
        return answer(request, error.problem)

    @app.exception_handler(RequestValidationError)
    def _misfits(request: Request, error: RequestValidationError) -> JSONResponse:
        return answer(request, of_misfits(error.errors()))

    @app.exception_handler(HTTPException)
    def _refused(request: Request, error: HTTPException) -> JSONResponse:
        hint = hint_at(request.url.path, known)
        return answer(request, of_status(error.status_code, error.headers, hint=hint))
