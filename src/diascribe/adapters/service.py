"""Our own service, asked over HTTP by those who give it jobs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx2

from diascribe.errors import OptionsError, ServiceError, SourceError, printable

AGAIN = frozenset({429, 502, 503, 504})
"""Statuses after which the same request may succeed."""

WAITS_S = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Before each new try."""

MOST_WAIT_S = 60.0
"""However long a service asks to be left alone."""

TIMEOUT = httpx2.Timeout(60.0, connect=10.0)

SUCCEEDED = "succeeded"
ENDS = frozenset({SUCCEEDED, "failed", "cancelled"})


class RefusedError(ServiceError):
    """The service refused a request."""

    def __init__(self, message: str, *, status: int, told: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.told = told
        """The service's code for what is wrong; empty where it gave none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteJob:
    """A job as the service tells of it."""

    id: str
    state: str
    progress: float
    source: str
    failure: str | None
    """Why it failed; null where it has not."""
    told: Mapping[str, Any] = field(repr=False)
    """All that was told, as it came."""

    @property
    def over(self) -> bool:
        """Whether it has come to an end."""
        return self.state in ENDS


class Service:
    """A service and the key for it. Requests that may succeed later are tried again."""

    def __init__(
        self,
        address: str,
        key: str | None = None,
        *,
        waits_s: Sequence[float] = WAITS_S,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        if not address.startswith(("http://", "https://")):
            raise OptionsError((f"service: wanted http:// or https://, got {address!r}",))
        self.address = address.rstrip("/")
        self._waits_s = waits_s
        self._sleep = sleep
        self._http = httpx2.Client(
            base_url=self.address,
            timeout=TIMEOUT,
            headers={"User-Agent": "diascribe", **_bearer(key)},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._http.close()

    def submit_address(self, uri: str, fields: Mapping[str, Any], *, key: str) -> RemoteJob:
        """A job for what an address names; the same `key` is the same job.

        Raises:
            RefusedError: the service does not want it.
            ServiceError: it cannot be reached.
        """
        body = {**fields, "audio_file": uri}
        return _job(self._ask("POST", "/v1/jobs", lambda _: {"json": body}, key=key))

    def submit_file(self, path: Path, fields: Mapping[str, Any], *, key: str) -> RemoteJob:
        """A job for a file, which is read while it is sent.

        Raises:
            SourceError: the file cannot be read.
            RefusedError: the service does not want it.
            ServiceError: it cannot be reached.
        """
        form = as_form(fields)

        def sent(opened: ExitStack) -> dict[str, Any]:
            file = opened.enter_context(path.open("rb"))
            return {"data": form, "files": {"file": (path.name, file)}}

        try:
            return _job(self._ask("POST", "/v1/jobs", sent, key=key))
        except OSError as error:
            raise SourceError(f"{path.name}: cannot be read: {error.strerror}") from error

    def job(self, job: str) -> RemoteJob:
        """How far a job is.

        Raises:
            RefusedError: there is none of that id.
            ServiceError: the service cannot be reached.
        """
        return _job(self._ask("GET", f"/v1/jobs/{job}", lambda _: {}))

    def _ask(
        self,
        method: str,
        path: str,
        sent: Callable[[ExitStack], dict[str, Any]],
        *,
        key: str | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        """What the service answers; `sent` is what goes with each try."""
        headers = {} if key is None else {"Idempotency-Key": key}
        waits = iter(self._waits_s)
        while True:
            wait_s = next(waits, None)
            try:
                with ExitStack() as opened:
                    answer = self._http.request(method, path, headers=headers, **sent(opened))
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                if wait_s is None:
                    reason = printable(str(error)) or type(error).__name__
                    raise ServiceError(f"{self.address}: cannot be reached: {reason}") from error
            else:
                if answer.status_code not in AGAIN or wait_s is None:
                    return self._read(answer)
                wait_s = max(wait_s, _asked_s(answer))
            self._sleep(wait_s)

    def _read(self, answer: httpx2.Response) -> Any:  # noqa: ANN401 - JSON
        try:
            said = answer.json()
        except ValueError as error:
            status = answer.status_code
            raise ServiceError(
                f"{self.address}: wanted JSON, got something else with status {status}",
                hint="is it Diascribe's service?",
            ) from error
        if answer.is_success:
            return said
        problem = _inner(_inner(said).get("error"))
        told = str(problem.get("code", ""))
        message = printable(str(problem.get("message", f"status {answer.status_code}")))
        raise RefusedError(
            f"{self.address}: {told or 'refused'}: {message}",
            status=answer.status_code,
            told=told,
            hint=printable(str(_inner(problem.get("details")).get("hint", ""))),
        )


def as_form(fields: Mapping[str, Any]) -> dict[str, list[str]]:
    """Fields of a request as those of a form.

    >>> as_form({"diarization": True, "formats": ["srt", "json"], "num_speakers": 2})
    {'diarization': ['true'], 'formats': ['srt', 'json'], 'num_speakers': ['2']}
    """
    lists = {name: one if isinstance(one, list | tuple) else [one] for name, one in fields.items()}
    return {name: [_form_text(one) for one in some] for name, some in lists.items()}


def _form_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _bearer(key: str | None) -> dict[str, str]:
    return {} if key is None else {"Authorization": f"Bearer {key}"}


def _asked_s(answer: httpx2.Response) -> float:
    """How long the service asks to be left alone."""
    said = answer.headers.get("retry-after", "")
    return min(float(said), MOST_WAIT_S) if said.isdecimal() else 0.0


def _job(said: object) -> RemoteJob:
    told = _inner(said)
    try:
        failure = told.get("failure")
        return RemoteJob(
            id=str(told["id"]),
            state=str(told["state"]),
            progress=float(told["progress"]),
            source=str(told["source"]),
            failure=None if failure is None else f"{failure['code']}: {failure['message']}",
            told=told,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ServiceError(f"wanted a job, got something else: {error}") from error


def _inner(said: object) -> Mapping[str, Any]:
    return said if isinstance(said, dict) else {}
