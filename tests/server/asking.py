"""Asks a service in this process, on fake jobs and a clock that is passed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import structlog
from fake_jobs import FakeJobs
from fastapi.testclient import TestClient
from made_up_voices import direction, voiceprint

from diascribe.jobs.job import Failure
from diascribe.jobs.seam import SOURCE
from diascribe.server.app import create_app
from diascribe.server.ears import Ear, Heard
from diascribe.server.problems import ProblemError, of_failure
from diascribe.server.service import Clock, Service, Speakers
from diascribe.storage.fetching import Fetcher
from diascribe.store.database import Database
from diascribe.store.voices import Voices

KEYS = {"ada-key": "ada", "bob-key": "bob"}
"""Two tenants and what they show."""


SOUND = b"RIFF of a talk"
FILE = {"file": ("talk.wav", SOUND, "audio/wav")}
TALK = "https://example.org/talk.wav?signature=secret"


def quiet() -> None:
    """Events go nowhere, but for tests that look at them."""
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()],
        logger_factory=structlog.ReturnLoggerFactory(),
    )


quiet()


@dataclass(frozen=True)
class Keys:
    """Keys by what is shown, whose they are; none leaves the service open."""

    known: dict[str, str] = field(default_factory=lambda: dict(KEYS))

    def remembers(self, key: str | None) -> bool:
        return key is not None

    def open(self) -> bool:
        return not self.known

    def tenant(self, key: str) -> str | None:
        return self.known.get(key)


GRUNT = Failure(code="unusable_sample", message="too short", stage="samples", hint="speak longer")


@dataclass
class FakeEar:
    """A voice is as many degrees away from the first axis as its sample says."""

    heard: list[bytes] = field(default_factory=list)

    async def hear(self, workspace: Path, name: str) -> Heard:
        sound = (workspace / SOURCE).read_bytes()
        self.heard.append(sound)
        if not sound.isdigit():
            raise ProblemError(of_failure(GRUNT))
        return Heard(voiceprint(direction(float(sound)), source=name), 0.77)


def speakers_in(database: Database, ear: Ear | None = None) -> Speakers:
    """Known voices in a database."""
    return Speakers(
        voices=lambda tenant: Voices(database, tenant),
        ear=ear or FakeEar(),
        fetcher=Fetcher(allow_files=False),
    )


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


def submitted(client: TestClient, **fields: str) -> str:
    answer = client.post("/v1/jobs", files=FILE, data=fields)
    assert answer.status_code in {200, 201}, answer.text
    return str(answer.json()["id"])
