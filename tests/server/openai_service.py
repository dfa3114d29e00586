"""A service that OpenAI's clients ask, over a real socket, and the worker that is played to it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from asking import Hands, Keys
from fake_jobs import FakeJobs
from meeting import MEETING

from diascribe.jobs.job import Failure, Job
from diascribe.server.app import create_app
from diascribe.server.openai.routes import surface
from diascribe.server.service import Service
from diascribe.transcript import Transcript
from diascribe.wire.encode import to_json

KEY = "ada-key"
"""A key of `Keys`."""

SOUND = b"RIFF what the worker is played to hear"

Step = Callable[[Job], None]
"""What the worker does with the newest job in one look of whoever waits."""


class ToldJobs(FakeJobs):
    """Fake jobs that tell when one was cancelled, or somebody wanted it no more."""

    cancelled: threading.Event
    withdrawn: threading.Event

    def withdraw(self, tenant: str, job: str) -> Job:
        done = super().withdraw(tenant, job)
        self.withdrawn.set()
        return done

    def cancel(self, tenant: str, job: str) -> Job:
        done = super().cancel(tenant, job)
        self.cancelled.set()
        return done


@dataclass
class Played:
    """A service whose worker does one step at each look, the last one again and again."""

    jobs: ToldJobs = field(default_factory=ToldJobs)
    steps: list[Step] = field(default_factory=list)
    hands: Hands = field(default_factory=Hands)

    def __post_init__(self) -> None:
        self.jobs.cancelled, self.jobs.withdrawn = threading.Event(), threading.Event()
        self.hands.meanwhile = self._work
        self.steps = self.steps or [self.finish]

    @property
    def service(self) -> Service:
        return Service(jobs=self.jobs, keys=Keys(), clock=self.hands.clock, surfaces=(surface(),))

    @property
    def job(self) -> Job:
        """The newest job."""
        return list(self.jobs.kept.values())[-1].job

    @property
    def options(self) -> dict[str, object]:
        """Of the newest job, as they were submitted."""
        return dict(list(self.jobs.kept.values())[-1].submission.options)

    def finish(self, job: Job, transcript: Transcript = MEETING) -> None:
        self.jobs.finish(job.id, to_json(transcript).encode())

    def fail(self, job: Job, code: str = "no_audio", message: str = "no sound in it") -> None:
        self.jobs.fail(job.id, Failure(code=code, message=message))

    def begin(self, job: Job) -> None:
        self.jobs.begin(job.id, "recognition")

    def show(self, transcript: Transcript) -> Step:
        """A step that finds so much."""

        def shown(job: Job) -> None:
            self.jobs.show(job.id, to_json(transcript).encode())
            self.jobs.advance(job.id, "recognition", min(0.9, job.progress + 0.1))

        return shown

    def _work(self, _: float) -> None:
        if self.jobs.kept and not self.job.over:
            step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
            step(self.job)


@contextmanager
def listening(service: Service) -> Iterator[str]:
    """The address of a service on a port of this machine, as long as it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        config = uvicorn.Config(create_app(service), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}/openai/v1"
        finally:
            server.should_exit = True
            thread.join(timeout=30)
            assert not thread.is_alive()
