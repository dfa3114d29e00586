"""The service over real sockets: uploads, events, slow and rude callers, and its end."""

import contextlib
import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2
import pytest
from asking import TALK
from fake_jobs import FakeJobs
from meeting import MEETING

from diascribe.errors import OutputError
from diascribe.jobs.job import Upload
from diascribe.server.limits import Limits
from diascribe.server.service import Service
from diascribe.server.serving import Server, address_of, listen
from diascribe.wire.encode import to_json

PATIENCE_S = 30

EMPTY = {"file": ("a", b"")}


@dataclass
class CountingJobs(FakeJobs):
    """Jobs that keep of an upload only its hash, and tell of what they see."""

    sizes: list[int] = field(default_factory=list)
    begun: threading.Event = field(default_factory=threading.Event)
    failed: threading.Event = field(default_factory=threading.Event)

    def keep(self, tenant: str, chunks: Iterator[bytes], *, name: str, most_bytes: int) -> Upload:
        assert name
        digest, size = hashlib.sha256(), 0
        try:
            for chunk in chunks:
                self.begun.set()
                self.sizes.append(len(chunk))
                digest.update(chunk)
                size += len(chunk)
            assert size <= most_bytes
        except BaseException:
            self.failed.set()
            raise
        return Upload(key=f"{tenant}/1", sha256=digest.hexdigest(), size=size)


@contextlib.contextmanager
def serving(service: Service) -> Iterator[tuple[str, Server]]:
    """A service on a free port, ended afterwards."""
    listening = listen("127.0.0.1", 0)
    server = Server(service)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield address_of(listening), server
    finally:
        server.end()
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), "the service does not end"


@pytest.fixture(name="jobs")
def _jobs() -> CountingJobs:
    return CountingJobs()


def test_from_an_upload_to_subtitles(jobs: CountingJobs) -> None:
    with serving(Service(jobs=jobs)) as (address, _), httpx2.Client(base_url=address) as client:
        made = client.post("/v1/jobs", files={"file": ("talk.wav", b"sound")}).json()
        with client.stream("GET", f"/v1/jobs/{made['id']}/events", timeout=PATIENCE_S) as events:
            lines = events.iter_lines()
            first = [next(lines) for _ in range(3)]
            jobs.finish(made["id"], to_json(MEETING).encode())
            rest = list(lines)
        subtitles = client.get(f"/v1/jobs/{made['id']}/result", params={"format": "srt"}).text

    assert first[1] == "event: progress"
    assert "event: end" in rest
    assert json.loads(rest[rest.index("event: end") + 1].removeprefix("data: "))["progress"] == 1
    assert subtitles.startswith("1\n00:00:00,500 -->")


def test_an_upload_is_never_whole_in_memory(jobs: CountingJobs) -> None:
    block, blocks = bytes(1 << 20), 64
    expected = hashlib.sha256()
    for _ in range(blocks):
        expected.update(block)

    def body() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(blocks):
            yield block
        yield b"\r\n--b--\r\n"

    with serving(Service(jobs=jobs)) as (address, _):
        answer = httpx2.post(
            f"{address}/v1/jobs",
            content=body(),
            headers={"Content-Type": "multipart/form-data; boundary=b"},
            timeout=PATIENCE_S,
        )

    (kept,) = jobs.kept.values()
    assert answer.status_code == 201
    assert kept.submission.source.version == expected.hexdigest()
    assert kept.submission.source.size == blocks << 20
    assert max(jobs.sizes) <= 1 << 19


def test_a_sender_who_says_nothing_is_sent_away(jobs: CountingJobs) -> None:
    limits = Limits(silent_s=0.2)

    with serving(Service(jobs=jobs, limits=limits)) as (address, _):
        told = _half_a_form(address)

    assert told.startswith(b"HTTP/1.1 408 ")
    assert jobs.failed.is_set()
    assert not jobs.kept


def test_a_sender_who_leaves_leaves_nothing(jobs: CountingJobs) -> None:
    with serving(Service(jobs=jobs)) as (address, _):
        caller = _begun_form(address)
        jobs.begun.wait(PATIENCE_S)
        caller.close()
        left = jobs.failed.wait(PATIENCE_S)

    assert left
    assert not jobs.kept


def test_slow_uploads_do_not_keep_others_waiting(jobs: CountingJobs) -> None:
    limits = Limits(uploads=3, uploads_each=3)

    with serving(Service(jobs=jobs, limits=limits)) as (address, _):
        slow = [_begun_form(address) for _ in range(3)]
        jobs.begun.wait(PATIENCE_S)
        status = httpx2.get(f"{address}/v1/queue/depth", timeout=PATIENCE_S).status_code
        one_more = _until_refused(address)
        for one in slow:
            one.close()

    assert status == 200
    assert one_more == 429


def test_a_service_that_ends_ends_its_streams(jobs: CountingJobs) -> None:
    with serving(Service(jobs=jobs)) as (address, server):
        made = httpx2.post(f"{address}/v1/jobs", json={"audio_file": TALK}).json()
        with httpx2.stream(
            "GET", f"{address}/v1/jobs/{made['id']}/events", timeout=PATIENCE_S
        ) as events:
            lines = events.iter_lines()
            next(lines)
            server.end()
            rest = list(lines)

    assert "event: end" not in rest


def test_what_is_no_http_is_refused(jobs: CountingJobs) -> None:
    with serving(Service(jobs=jobs)) as (address, _):
        with _connected(address) as caller:
            caller.sendall(b"\x16\x03\x01 hello\r\n\r\n")
            told = caller.recv(100)
        alive = httpx2.get(f"{address}/healthz").status_code

    assert told.startswith(b"HTTP/1.1 400 ")
    assert alive == 200


def _connected(address: str) -> socket.socket:
    host, _, port = address.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), PATIENCE_S)


def _begun_form(address: str) -> socket.socket:
    """A caller who begins to send a file and says that there is more than comes."""
    caller = _connected(address)
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    caller.sendall(
        b"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n"
        b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" + part + bytes(1 << 19)
    )
    return caller


def _half_a_form(address: str) -> bytes:
    with _begun_form(address) as caller:
        return caller.recv(1000)


def _until_refused(address: str) -> int:
    """The status of a form that comes while all places are taken, which they soon are."""
    sent = (httpx2.post(f"{address}/v1/jobs", files=EMPTY, timeout=PATIENCE_S) for _ in range(1000))
    return next(answer.status_code for answer in sent if answer.status_code != 201)


def test_small_answers_are_sent_at_once() -> None:
    """Answers waited 40 ms for an acknowledgement where the socket did not name its protocol."""
    with listen("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP


def test_an_address_that_is_taken_is_refused() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(OutputError, match=f"127.0.0.1:{port}"):
            listen("127.0.0.1", port)
