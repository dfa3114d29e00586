"""Errors as OpenAI's clients read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from diascribe.errors import (
    DiascribeError,
    IdempotencyError,
    InputError,
    KeyRefusedError,
    MediaError,
    OptionsError,
    QuotaError,
    SourceError,
    UnknownModelError,
)
from diascribe.jobs.job import Failure
from diascribe.server.problems import Problem
from diascribe.server.wording import MODELS, hint_over_http

PREFIX = "/openai/v1"

INVALID = "invalid_request_error"
SERVER = "server_error"

KEPT = frozenset({401, 403, 408, 413, 415, 429, 503})
"""Statuses that mean the same to OpenAI's clients as to ours."""

PARAMETERS = {
    "file": "file",
    "model": "model",
    "language": "language",
    "languages": "languages",
    "initial_prompt": "prompt",
    "hotwords": "keywords",
    "temperature": "temperature",
    "vad_onset": "chunking_strategy",
    "vad_offset": "chunking_strategy",
    "speaker_samples": "known_speaker_references",
}
"""What a client calls our options."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a request is not answered."""

    status: int
    message: str
    type: str = INVALID
    param: str | None = None
    """The field that is wrong; null where it is none."""
    code: str | None = None
    retry: bool | None = None
    """Whether the client may ask again of itself; null leaves it to the status."""

    @property
    def body(self) -> dict[str, Any]:
        """The error as JSON: all four keys are always there."""
        told = {"message": self.message, "type": self.type, "param": self.param, "code": self.code}
        return {"error": told}

    @property
    def headers(self) -> dict[str, str]:
        """What clients obey before they look at the status."""
        return {} if self.retry is None else {"x-should-retry": str(self.retry).lower()}


class RefusedError(Exception):
    """A request that is not answered."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def invalid(param: str, message: str, *, code: str | None = None) -> RefusedError:
    """A field that is wrong."""
    return RefusedError(Refusal(status=400, message=message, param=param, code=code))


def refusal_of(error: DiascribeError) -> Refusal:
    """One of our errors as OpenAI would tell of it."""
    message = _message(str(error), error.code, error.hint)
    special = _special(type(error), message)
    if special is not None:
        return special
    if isinstance(error, OptionsError):
        return Refusal(status=400, message=message, param=_parameter(error.problems))
    return _general(type(error), message)


def refusal_of_failure(failure: Failure | None) -> Refusal:
    """Why a job failed, as OpenAI would tell of it; a code that is none of ours is a fault here."""
    if failure is None:
        return Refusal(status=500, message="the work failed", type=SERVER, retry=False)
    message = _message(failure.message, failure.code, failure.hint)
    kind = _kinds(DiascribeError).get(failure.code, DiascribeError)
    return _special(kind, message) or _general(kind, message, code=failure.code)


def _message(text: str, code: str, hint: str) -> str:
    """A message and its hint, which is about our own routes where it names some."""
    told = hint_over_http(code, hint).replace(MODELS, f"GET {PREFIX}/models")
    return f"{text}: {told}" if told else text


def _kinds(base: type[DiascribeError]) -> dict[str, type[DiascribeError]]:
    """The kinds of errors by their codes."""
    kinds = {base.code: base}
    for one in base.__subclasses__():
        kinds = {**_kinds(one), **kinds}
    return kinds


def _special(kind: type[DiascribeError], message: str) -> Refusal | None:
    """The errors for which OpenAI has a code of its own."""
    if issubclass(kind, KeyRefusedError):
        return Refusal(status=401, message=message, code="invalid_api_key")
    if issubclass(kind, UnknownModelError):
        return Refusal(status=404, message=message, param="model", code="model_not_found")
    if issubclass(kind, QuotaError):
        code = "rate_limit_exceeded"
        return Refusal(status=429, message=message, type="requests", code=code)
    if issubclass(kind, IdempotencyError):  # clients retry a 409, which would come again
        return Refusal(status=409, message=message, code=kind.code, retry=False)
    return None


def _general(kind: type[DiascribeError], message: str, *, code: str | None = None) -> Refusal:
    """What was sent is wrong, or something here is, which asking again may not mend."""
    code, status = code or kind.code, kind.http_status
    if status < 500 and (status in KEPT or issubclass(kind, InputError)):
        status = status if status in KEPT else 400
        return Refusal(status=status, message=message, param=_cause(kind), code=code)
    status = max(500, status)
    retry = None if status in KEPT else False
    return Refusal(status=status, message=message, type=SERVER, code=code, retry=retry)


def _cause(kind: type[DiascribeError]) -> str | None:
    """The field that is to blame: the recording, where it cannot be used."""
    return "file" if issubclass(kind, MediaError | SourceError) else None


def _parameter(problems: tuple[str, ...]) -> str | None:
    """The field that the first of our problems is about."""
    name = problems[0].partition(":")[0].partition("[")[0].partition(" ")[0] if problems else ""
    return PARAMETERS.get(name)


def shape(problem: Problem) -> dict[str, Any]:
    """What the service refuses before a request is read, worded as OpenAI would."""
    kind = SERVER if problem.status >= 500 else INVALID
    message = _message(problem.message, problem.code, str(problem.details.get("hint", "")))
    return Refusal(status=problem.status, message=message, type=kind, code=problem.code).body
