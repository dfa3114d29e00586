"""The outermost layer: who is let in, and what is told of every request afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from diascribe.errors import OriginRefusedError, printable
from diascribe.server.metrics import Metrics
from diascribe.server.problems import INTERNAL, Problem, answered, of_error
from diascribe.server.service import Doors, Service

READING = frozenset({"GET", "HEAD"})
"""Methods that change nothing."""

ANYWHERE = frozenset({"/healthz", "/readyz", "/metrics"})
"""Paths that may be asked by any name: whoever watches a service knows its address only."""

NO_ROUTE = "(none)"
"""What requests are counted as that no route answers: their paths are the caller's words."""

POLICY = 1008
"""Code of sockets that are refused (RFC 6455)."""

LOG = structlog.get_logger("diascribe.server")


@dataclass(frozen=True, slots=True)
class Entrance:
    """Refuses strangers, numbers requests, counts them, and puts one line each into the log."""

    app: ASGIApp
    service: Service
    metrics: Metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self._let_in(scope, receive, send)
            return
        begun, number, status = self.service.clock.now(), uuid4().hex, 0

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), *_always(number)]
            await send(message)

        fault: str | None = None
        try:
            await self._let_in(scope, receive, numbered)
        except Exception as error:  # noqa: BLE001 - the request boundary
            fault = _where(error)
            if not status:
                await self._refuse(scope, receive, numbered, INTERNAL)
        finally:
            self._tell(scope, number, status, self.service.clock.now() - begun, fault)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            check(self.service.doors, scope)
        except OriginRefusedError as error:
            await self._refuse(scope, receive, send, of_error(error))
        else:
            await self.app(scope, receive, send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, problem: Problem) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY, "reason": problem.code})
        else:
            shapes = {one.prefix: one.shape for one in self.service.surfaces}
            await answered(scope["path"], problem, shapes)(scope, receive, send)

    def _tell(
        self, scope: Scope, number: str, status: int, seconds: float, fault: str | None
    ) -> None:
        """One request, as a measure and as an event; never what was sent in it."""
        route = self._route(scope)
        self.metrics.count(scope["method"], route, status, seconds)
        told: dict[str, Any] = {
            "request": number,
            "method": printable(scope["method"]),
            "route": route,
            "status": status,
            "seconds": round(seconds, 4),
            "tenant": scope.get("diascribe.tenant"),
        }
        if fault is None:
            LOG.info("request", **told)
        else:
            LOG.error("request_failed", fault=fault, **told)

    def _route(self, scope: Scope) -> str:
        """Which route answered; those of surfaces do not know what they are below."""
        route: str = getattr(scope.get("route"), "path_format", NO_ROUTE)
        prefixes = (one.prefix for one in self.service.surfaces)
        below = next((one for one in prefixes if scope["path"].startswith(f"{one}/")), "")
        return route if route == NO_ROUTE or route.startswith(f"{below}/") else below + route


def check(doors: Doors, scope: Scope) -> None:
    """Refuse other names of this machine, and writes that other pages send.

    A page that makes its own name lead to this machine (DNS rebinding) sends that name as the
    host; one that sends a form across sites says its origin.

    Raises:
        OriginRefusedError: the host is not allowed, or the origin may not write.
    """
    headers = {key.decode("latin-1"): text.decode("latin-1") for key, text in scope["headers"]}
    host = headers.get("host", "").lower()
    if doors.hosts and scope["path"] not in ANYWHERE and _name(host) not in doors.hosts:
        raise OriginRefusedError(
            f"host: {printable(host)[:100]} is not a name of this service",
            hint="DIASCRIBE_HOSTS allows more",
        )
    if scope.get("method") not in READING and not _may_write(doors, headers, host):
        raise OriginRefusedError(
            "origin: other pages may not write", hint="DIASCRIBE_ORIGINS allows them"
        )


def _may_write(doors: Doors, headers: Mapping[str, str], host: str) -> bool:
    """Whether a request is no page's, this service's own, or an allowed one's."""
    if headers.get("sec-fetch-site") in {"same-origin", "none"}:  # the browser's own word
        return True
    origin = headers.get("origin")
    if origin is None:
        return "sec-fetch-site" not in headers
    return origin in doors.origins or _host_of(origin) == host


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _name(host: str) -> str:
    """The host without its port.

    >>> _name("localhost:8000"), _name("[::1]:8000"), _name("[::1]")
    ('localhost', '[::1]', '[::1]')
    """
    return host if host.endswith("]") else host.rpartition(":")[0] or host


def _always(number: str) -> list[tuple[bytes, bytes]]:
    """Headers of every answer."""
    return [
        (b"x-request-id", number.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
    ]


def _where(error: BaseException) -> str:
    """What failed and where, without any value: those may be a user's."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{code.co_qualname} in {code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {place}"
