"""RunPod's side of a worker on loopback: hands out jobs, takes answers, stops what is cancelled."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from threading import Condition, Thread
from time import monotonic
from typing import Any

INTERPRETER = Path(__file__).parents[1] / ".runpod" / "bin" / "python"
"""Of the environment that has RunPod's package; ours has none."""

POLL_S = 0.2
"""How long a worker that asks for a job or for what to stop is kept waiting."""


@dataclass
class Platform:
    """One endpoint. What jobs come to is found in `answers`, by id."""

    jobs: Queue[dict[str, Any]] = field(default_factory=Queue)
    stops: Queue[str] = field(default_factory=Queue)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    progress: dict[str, list[Any]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    first_asked: float | None = None
    """When a worker first asked for a job; null before."""
    port: int = 0
    _news: Condition = field(default_factory=Condition)

    def submit(self, job: str, given: Mapping[str, Any]) -> None:
        """Put a job into the queue."""
        self.jobs.put({"id": job, "input": dict(given)})

    def wait(self, condition: Callable[[], object], *, within_s: float = 120.0) -> None:
        """Wait until something is so; fails after a while."""
        ends = monotonic() + within_s
        with self._news:
            while not condition():
                left = ends - monotonic()
                assert left > 0, f"not within {within_s} s: answers {self.answers.keys()}"
                self._news.wait(min(left, 1.0))

    def answer(self, job: str, *, within_s: float = 120.0) -> dict[str, Any]:
        """What a job came to."""
        self.wait(lambda: job in self.answers, within_s=within_s)
        return self.answers[job]

    def variables(self) -> dict[str, str]:
        """What a worker's environment says of the platform."""
        base = f"http://127.0.0.1:{self.port}/v2/endpoint"
        return {
            "RUNPOD_WEBHOOK_GET_JOB": f"{base}/job-take/$ID?gpu=none",
            "RUNPOD_WEBHOOK_POST_OUTPUT": f"{base}/job-done/$RUNPOD_POD_ID/$ID?gpu=none",
            "RUNPOD_WEBHOOK_POST_STREAM": f"{base}/job-stream/$RUNPOD_POD_ID/$ID?gpu=none",
            "RUNPOD_WEBHOOK_PING": f"{base}/ping/$RUNPOD_POD_ID?gpu=none",
            "RUNPOD_PING_INTERVAL": "1000",
            "RUNPOD_AI_API_KEY": "a-key-of-the-tests",
            "RUNPOD_POD_ID": "a-pod",
            "RUNPOD_ENDPOINT_ID": "endpoint",
            "RUNPOD_SKIP_AUTO_SYSTEM_CHECKS": "true",  # they ask the internet whether it is there
        }

    def take(self, most: int) -> list[dict[str, Any]]:
        """Jobs for a worker that asks."""
        with self._news:
            self.first_asked = self.first_asked or monotonic()
            self._news.notify_all()
        found: list[dict[str, Any]] = []
        with suppress(Empty):
            found.append(self.jobs.get(timeout=POLL_S))
            while len(found) < most:
                found.append(self.jobs.get_nowait())
        with self._news:
            self.taken += [one["id"] for one in found]
            self._news.notify_all()
        return found

    def told(self, job: str, body: dict[str, Any]) -> None:
        """A worker says how far a job is, or what came of it."""
        with self._news:
            if body.get("status") == "IN_PROGRESS":
                self.progress.setdefault(job, []).append(body["output"])
            else:
                assert job not in self.answers, f"{job} was answered twice"
                self.answers[job] = body
            self._news.notify_all()

    def stopping(self) -> list[str]:
        """Jobs that a worker is to stop."""
        with suppress(Empty):
            return [self.stops.get(timeout=POLL_S)]
        return []


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Workers are killed here: their connections break."""


@contextmanager
def running_platform() -> Iterator[Platform]:
    """A platform on a loopback port."""
    platform = Platform()

    class Asked(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            if "/job-take" in path:
                most = 1
                if "batch_size=" in query:
                    most = int(query.rpartition("batch_size=")[2].partition("&")[0])
                jobs = platform.take(most)
                batch = "/job-take-batch/" in path
                self._reply((jobs if batch else jobs[0]) if jobs else None)
            elif "/job-stop/" in path:
                stops = platform.stopping()
                self._reply({"jobsToStop": stops} if stops else None)
            else:
                self._reply({})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            platform.told(self.headers["X-Request-ID"], body)
            self._reply({})

        def _reply(self, value: object) -> None:
            content = b"" if value is None else json.dumps(value).encode()
            self.send_response(204 if value is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = _Server(("127.0.0.1", 0), Asked)
    platform.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()


KEPT = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "DIASCRIBE_MODELS", "DIASCRIBE_DATABASE")


def environment(**further: str) -> dict[str, str]:
    """What a worker of the tests sees: nothing of the developer's own."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}  # noqa: TID251 - handed on
    return {**kept, "DIASCRIBE_ALLOW_PRIVATE_URLS": "1", **further}


@contextmanager
def running_worker(platform: Platform, **further: str) -> Iterator[subprocess.Popen[str]]:
    """A worker of the real package as a process of its own, which takes the platform's jobs."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [INTERPRETER, "-m", "diascribe.adapters.runpod.main"],
            env=environment(**platform.variables(), **further),
            stdout=said,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        except BaseException:
            said.seek(0)
            sys.stderr.write(said.read())
            raise
        finally:
            _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """End a worker as the platform does; after a crash its children as well."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(20)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
