"""The real service on a loopback port, over fake jobs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

import uvicorn
from cli_command import until
from fake_jobs import FakeJobs
from structlog.testing import capture_logs

from diascribe.server.app import create_app
from diascribe.server.service import Doors, Service

TENANT, KEY = "ada", "ada-key"


@dataclass(frozen=True)
class OneKey:
    """One tenant's key."""

    def remembers(self, key: str | None) -> bool:
        del key
        return True

    def open(self) -> bool:
        return False

    def tenant(self, key: str) -> str | None:
        return TENANT if key == KEY else None


@contextmanager
def running_service(jobs: FakeJobs, **parts: object) -> Iterator[str]:
    """The service's address; objects below `s3://talks/` are its tenant's."""
    service = Service(
        jobs=jobs,
        keys=OneKey(),
        doors=Doors(hosts=frozenset({"127.0.0.1"})),
        prefixes=lambda _: ("s3://talks/",),
        **parts,  # type: ignore[arg-type]  # a test's own
    )
    config = uvicorn.Config(create_app(service), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    with capture_logs():  # which else go where the tested command prints
        thread.start()
        try:
            until(lambda: server.started)
            port = server.servers[0].sockets[0].getsockname()[1]
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join()
