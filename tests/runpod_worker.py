"""A RunPod worker over instant models, and a server of files on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from cli_command import fake_engine

from diascribe.adapters.run import Warm, Watch
from diascribe.adapters.runpod.asked import Rules
from diascribe.adapters.runpod.sources import Sources
from diascribe.adapters.runpod.worker import Worker
from diascribe.engine.engine import Engine
from diascribe.errors import UnknownModelError
from diascribe.storage.fetching import media_fetcher


def installed(option: str, named: str) -> str:
    """A store with one recognizer."""
    if (option, named) != ("model", "fake-recognition"):
        raise UnknownModelError(f"{named}: not installed; installed: fake-recognition")
    return named


RULES = Rules(resolve=installed)


def a_worker(jobs: Path, engine: Engine | None = None, **parts: object) -> Worker:
    """A worker whose jobs have their folders below `jobs`."""
    whole: dict[str, Any] = {
        "warm": Warm(lambda: engine or fake_engine()),
        "rules": RULES,
        "sources": Sources(fetcher=media_fetcher(allow_private=True)),
        "jobs": jobs,
    }
    return Worker(**{**whole, **parts})


def answered(
    worker: Worker, given: object, job: str = "a-job", **further: object
) -> dict[str, Any]:
    """What a worker answers to a job."""
    return worker.answer({"id": job, "input": given, **further}, quiet())


def quiet() -> Watch:
    """Progress is told to nobody."""
    return Watch(send=lambda *_: None)


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@contextmanager
def serving_files(folder: Path) -> Iterator[str]:
    """The address below which the files of a folder can be fetched."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder))) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
