"""Asks a service in this process, on fake jobs and a clock that is passed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import anyio
from fake_jobs import FakeJobs
from fastapi.testclient import TestClient

from diascribe.server.app import create_app
from diascribe.server.service import Clock, Service

KEYS = {"ada-key": "ada", "bob-key": "bob"}
"""Two tenants and what they show."""


@dataclass(frozen=True)
class Keys:
    """Keys by what is shown, whose they are; none leaves the service open."""

    known: dict[str, str] = field(default_factory=lambda: dict(KEYS))

    def open(self) -> bool:
        return not self.known

    def tenant(self, key: str) -> str | None:
        return self.known.get(key)


@dataclass
class Hands:
    """A clock whose time passes where somebody sleeps; `meanwhile` is what happens then."""

    time: float = 1000.0
    meanwhile: Callable[[float], None] = lambda _: None

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.time, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.time += seconds
        self.meanwhile(self.time)
        await anyio.lowlevel.checkpoint()


def client_of(
    service: Service | None = None,
    *,
    key: str | None = None,
    client: tuple[str, int] = ("127.0.0.1", 5),
    **parts: Any,  # noqa: ANN401 - the parts of a service
) -> TestClient:
    """Whoever asks a service; of `parts` where none is given, and as the owner of a key."""
    asked = service or Service(**{"jobs": FakeJobs(), **parts})
    return TestClient(
        create_app(asked),
        base_url="http://localhost",
        client=client,
        headers={"Authorization": f"Bearer {key}"} if key else None,
        raise_server_exceptions=False,
    )
