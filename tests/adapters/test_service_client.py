"""Our own service, asked by its client over real sockets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from fake_jobs import FakeJobs
from running_service import KEY, TENANT, running_service

from diascribe.adapters.service import RefusedError, Service, as_form
from diascribe.errors import OptionsError, ServiceError, SourceError
from diascribe.jobs.job import Failure


@pytest.fixture(scope="module")
def jobs() -> FakeJobs:
    return FakeJobs()


@pytest.fixture(scope="module")
def address(jobs: FakeJobs) -> Iterator[str]:
    with running_service(jobs) as one:
        yield one


@pytest.fixture
def service(address: str) -> Iterator[Service]:
    with Service(address, KEY, waits_s=()) as one:
        yield one


def test_an_object_becomes_a_job_once_for_a_key(service: Service, jobs: FakeJobs) -> None:
    fields = {"language": "en", "diarization": True, "formats": ["srt"], "results": "s3://talks/r/"}

    first = service.submit_address("s3://talks/a b.wav", fields, key="one")
    again = service.submit_address("s3://talks/a b.wav", fields, key="one")

    asked = jobs.kept[first.id].submission
    assert again.id == first.id
    assert (asked.tenant, asked.source.uri) == (TENANT, "s3://talks/a b.wav")
    assert asked.options == {"language": "en", "diarization": True}
    assert (asked.formats, asked.results) == (("srt",), "s3://talks/r/")


def test_a_file_is_sent_with_its_options(service: Service, jobs: FakeJobs, tmp_path: Path) -> None:
    recording = tmp_path / "talk é.wav"
    recording.write_bytes(bytes(range(256)) * 8192)
    fields = {
        "num_speakers": 2,
        "diarization": False,
        "languages": ["en", "de"],
        "formats": ["vtt"],
    }

    job = service.submit_file(recording, fields, key="file")

    asked = jobs.kept[job.id].submission
    assert asked.source.version == hashlib.sha256(recording.read_bytes()).hexdigest()
    assert asked.source.shown == "talk é.wav"
    assert asked.options == {"num_speakers": 2, "diarization": False, "languages": ["en", "de"]}
    assert asked.formats == ("vtt",)


def test_how_far_a_job_is_and_why_it_failed(service: Service, jobs: FakeJobs) -> None:
    job = service.submit_address("s3://talks/b.wav", {}, key="far")
    jobs.begin(job.id, "decode", "recognize")
    jobs.advance(job.id, "decode", 1.0)
    running = service.job(job.id)
    jobs.fail(job.id, Failure(code="no_audio", message="there is none"))
    failed = service.job(job.id)

    assert (running.state, running.progress, running.over) == ("running", 0.5, False)
    assert (failed.failure, failed.over) == ("no_audio: there is none", True)


def test_a_refusal_says_what_the_service_says(service: Service) -> None:
    with pytest.raises(RefusedError, match="num_speakers") as refused:
        service.submit_address("s3://talks/a.wav", {"num_speakers": 0}, key="bad")

    assert (refused.value.status, refused.value.told) == (422, "invalid_options")


def test_the_key_is_needed(address: str) -> None:
    with Service(address, None, waits_s=()) as service, pytest.raises(RefusedError) as refused:
        service.job("x")

    assert (refused.value.status, refused.value.told) == (401, "key_refused")


def test_a_file_that_cannot_be_read_is_the_callers(service: Service, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.wav"):
        service.submit_file(tmp_path / "gone.wav", {}, key="gone")


@pytest.mark.parametrize("address", ["", "localhost:8000", "ftp://localhost"])
def test_only_web_addresses_are_services(address: str) -> None:
    with pytest.raises(OptionsError, match="service"):
        Service(address)


def test_fields_of_a_form_are_texts() -> None:
    fields = {"a": "x", "b": True, "c": 0.5, "d": ["p", "q"], "e": ({"url": "u"},)}

    assert as_form(fields) == {
        "a": ["x"],
        "b": ["true"],
        "c": ["0.5"],
        "d": ["p", "q"],
        "e": ['{"url": "u"}'],
    }


@dataclass
class Moody:
    """A server that answers with these statuses in turn, then with a job."""

    statuses: list[int]
    retry_after: str = ""
    body: bytes = b'{"id": "j", "state": "queued", "progress": 0, "source": "s", "failure": null}'
    received: list[int] = field(default_factory=list)


@pytest.fixture
def moody() -> Iterator[tuple[Moody, str]]:
    mood = Moody([])

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            mood.received.append(len(self.rfile.read(length)))
            status = mood.statuses.pop(0) if mood.statuses else 201
            self.send_response(status)
            if mood.retry_after:
                self.send_header("Retry-After", mood.retry_after)
            self.send_header("Content-Length", str(len(mood.body)))
            self.end_headers()
            self.wfile.write(mood.body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield mood, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_busy_service_is_asked_again_and_gets_the_whole_file_again(
    moody: tuple[Moody, str], tmp_path: Path
) -> None:
    mood, address = moody
    mood.statuses = [503, 429]
    recording = tmp_path / "a.wav"
    recording.write_bytes(b"x" * 100_000)
    slept: list[float] = []

    with Service(address, waits_s=(1, 2, 4), sleep=slept.append) as service:
        job = service.submit_file(recording, {}, key="k")

    assert job.id == "j"
    assert slept == [1, 2]
    assert len(set(mood.received)) == 1
    assert mood.received[0] > 100_000


def test_as_long_as_it_asks_for_but_not_for_ever(moody: tuple[Moody, str]) -> None:
    mood, address = moody
    mood.statuses, mood.retry_after = [429, 429], "3600"
    slept: list[float] = []

    with Service(address, waits_s=(1, 2), sleep=slept.append) as service:
        service.submit_address("s3://b/k", {}, key="k")

    assert slept == [60, 60]


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"id": "j", "failure": 3}'])
def test_what_is_no_service_of_ours_is_said_to_be_none(
    moody: tuple[Moody, str], body: bytes
) -> None:
    mood, address = moody
    mood.body = body

    with Service(address, waits_s=()) as service, pytest.raises(ServiceError):
        service.submit_address("s3://b/k", {}, key="k")


def test_a_service_that_is_not_there_is_tried_and_then_given_up() -> None:
    slept: list[float] = []

    with (
        Service("http://127.0.0.1:9", waits_s=(1, 2), sleep=slept.append) as service,
        pytest.raises(ServiceError, match="cannot be reached"),
    ):
        service.submit_address("s3://b/k", {}, key="k")

    assert slept == [1, 2]
