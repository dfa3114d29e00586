"""The service: memory while a gigabyte is uploaded, and how soon a status comes under load.

    make bench NAME=service

Statuses are asked for at a fixed rate, whether or not the ones before have come, so that waiting
counts; meanwhile a recording is diarized over and over, as a worker on this machine would.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

import httpx2
import numpy as np
from _record import ROOT, store
from _watch import family
from speed import figure

SOUND = ROOT / "examples" / "conversation.opus"
COMMAND = (sys.executable, "-c", "from diascribe.cli.main import main; main()")

UPLOAD_BYTES = 1 << 30
BLOCK = bytes(1 << 20)
PER_S, SECONDS = 200, 30
QUEUED = 1000
CALLERS = 32
"""Threads that ask: enough that none is waited for."""


@dataclass(frozen=True, slots=True)
class Running:
    """A service that runs."""

    address: str
    pid: int


def main() -> None:
    """Serve, upload, ask, print and store."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as service:
        figures = [*uploaded(service), *asked(service)]
    for line in figures:
        print(f"{line['what']:<90}{line['value']:10.2f} {line['unit']}")
    options = {"requests_per_s": PER_S, "seconds": SECONDS, "queued": QUEUED}
    store("service", [SOUND], {"figures": figures, "options": options})


@contextmanager
def serving(folder: Path) -> Iterator[Running]:
    """A service without a worker, on a free port, with everything that it keeps in a folder."""
    settings = ("env", "-u", "DIASCRIBE_DATABASE", f"DIASCRIBE_DATA={folder}")
    with subprocess.Popen(  # noqa: S603 - our own command
        (*settings, *COMMAND, "serve", "--no-worker", "--port", "0"),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None, "it has a pipe"
        address = next(
            line.removeprefix("listening on ").strip()
            for line in process.stderr
            if line.startswith("listening on ")
        )
        threading.Thread(target=process.stderr.read, daemon=True).start()  # its log
        try:
            yield Running(address, process.pid)
        finally:
            process.terminate()


def uploaded(service: Running) -> list[Mapping[str, object]]:
    """Memory and time of one large upload."""
    before = resident_mb(service.pid)
    peak, done = [before], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            peak.append(resident_mb(service.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    begun = time.perf_counter()
    answer = httpx2.post(
        f"{service.address}/v1/jobs",
        content=form(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
        timeout=600,
    )
    seconds = time.perf_counter() - begun
    done.set()
    watcher.join()
    if answer.status_code != 201:
        sys.exit(f"wanted 201, got {answer.status_code}: {answer.text}")
    return [
        figure("memory of the service before an upload of 1 GiB", before, "MB"),
        figure("most memory of the service during it", max(peak), "MB"),
        figure("speed of the upload", UPLOAD_BYTES / 1e6 / seconds, "MB/s"),
    ]


def form() -> Iterator[bytes]:
    """A form with a large file."""
    yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="large.wav"\r\n\r\n'
    for _ in range(UPLOAD_BYTES // len(BLOCK)):
        yield BLOCK
    yield b"\r\n--b--\r\n"


def asked(service: Running) -> list[Mapping[str, object]]:
    """How long statuses take while a recording is diarized, with many jobs in the queue."""
    with httpx2.Client(base_url=service.address) as client:
        jobs = [submitted(client, number) for number in range(QUEUED)]
        with working():
            times = latencies(service.address, jobs)
    p50, p99 = np.percentile(times, [50, 99])
    load = f"{PER_S} statuses a second, {QUEUED} jobs queued, a recording being diarized"
    return [
        figure(f"{load}: median", 1000 * float(p50), "ms"),
        figure(f"{load}: 99 of 100 within", 1000 * float(p99), "ms"),
    ]


def submitted(client: httpx2.Client, number: int) -> str:
    """The id of a job for a recording on the web that nobody fetches here."""
    body = {"audio_file": f"https://example.org/{number}.wav"}
    return str(client.post("/v1/jobs", json=body).raise_for_status().json()["id"])


def latencies(address: str, jobs: Sequence[str]) -> list[float]:
    """Seconds from when each status was due to when it was there.

    Asked by http.client on connections that stay: what a caller takes counts as ours.
    """
    host = address.removeprefix("http://")
    begun, here = time.perf_counter() + 0.5, threading.local()

    def ask(number: int) -> float:
        due = begun + number / PER_S
        time.sleep(max(0.0, due - time.perf_counter()))
        if not hasattr(here, "connection"):
            here.connection = HTTPConnection(host, timeout=60)
        here.connection.request("GET", f"/v1/jobs/{jobs[number % len(jobs)]}")
        answer = here.connection.getresponse()
        answer.read()
        if answer.status != HTTPStatus.OK:
            sys.exit(f"wanted 200, got {answer.status}")
        return time.perf_counter() - due

    with ThreadPoolExecutor(CALLERS) as callers:
        return list(callers.map(ask, range(PER_S * SECONDS)))


@contextmanager
def working() -> Iterator[None]:
    """Diarize the same recording over and over."""
    ended = threading.Event()

    def work() -> None:
        while not ended.is_set():
            subprocess.run(  # noqa: S603 - our own command
                (*COMMAND, "diarize", str(SOUND)), check=True, stdout=subprocess.DEVNULL
            )

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        ended.set()
        worker.join()


def resident_mb(pid: int) -> float:
    """Resident memory of a process and its children, in 10^6 bytes."""
    total = 0
    for one in family(pid):
        lines = Path(f"/proc/{one}/status").read_text().splitlines()
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))
    return total / 1e6


if __name__ == "__main__":
    main()
