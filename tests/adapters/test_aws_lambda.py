"""The Lambda function: what calls it, where it gives objects to, and what it says of failures."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from aws import ACCOUNT
from bucket_events import TEST_EVENT, bus_event, notice, record, wrapped
from fake_jobs import FakeJobs
from running_service import KEY, running_service

from diascribe.adapters.aws_lambda import deliver, handler
from diascribe.errors import EventError, OptionsError, ServiceError
from diascribe.jobs.events.notice import ObjectEvent


@dataclass
class FakeTarget:
    """Takes everything but what is called `bad`."""

    given: list[str] = field(default_factory=list)

    def give(self, event: ObjectEvent) -> str:
        if "bad" in event.key:
            raise ServiceError("not taken")
        self.given.append(event.uri)
        return "job"


def from_queue(*bodies: str) -> dict[str, Any]:
    """What Lambda gets of a queue."""
    return {
        "Records": [
            {"messageId": f"m{place}", "eventSource": "aws:sqs", "body": body}
            for place, body in enumerate(bodies)
        ]
    }


def from_topic(body: str) -> dict[str, Any]:
    """What Lambda gets of a topic."""
    return {
        "Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": {"Message": body}}]
    }


@pytest.mark.parametrize(
    "event",
    [
        json.loads(notice(record("a+b.wav"))),
        bus_event("a b.wav"),
        from_topic(notice(record("a+b.wav"))),
        from_queue(notice(record("a+b.wav"))),
        from_queue(wrapped(notice(record("a+b.wav")))),
    ],
    ids=["bucket", "bus", "topic", "queue", "topic in a queue"],
)
def test_whoever_calls_the_objects_are_given_on(event: dict[str, Any]) -> None:
    target = FakeTarget()

    deliver(event, target)

    assert target.given == ["s3://talks/a b.wav"]


def test_only_the_messages_that_failed_are_delivered_again() -> None:
    target = FakeTarget()
    event = from_queue(
        notice(record("a.wav")),
        notice(record("b.wav"), record("bad.wav")),
        "poison",
        json.dumps(TEST_EVENT),
        notice(record("c.wav")),
    )

    answer = deliver(event, target)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}, {"itemIdentifier": "m2"}]}
    assert target.given == ["s3://talks/a.wav", "s3://talks/b.wav", "s3://talks/c.wav"]


def test_without_failures_none_is_named() -> None:
    assert deliver(from_queue(notice(record("a.wav"))), FakeTarget()) == {"batchItemFailures": []}


def test_what_a_bucket_tells_itself_fails_as_a_whole_so_that_lambda_calls_again() -> None:
    with pytest.raises(ServiceError):
        deliver(json.loads(notice(record("bad.wav"))), FakeTarget())
    with pytest.raises(EventError):
        deliver({"Records": "none"}, FakeTarget())


def test_results_and_folders_are_no_recordings() -> None:
    target = FakeTarget()

    deliver(json.loads(notice(record("a.json"), record("a.srt"), record("in/"))), target)

    assert target.given == []


def test_objects_go_to_the_service_that_the_environment_names_once_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs = FakeJobs()
    with running_service(jobs) as address:
        monkeypatch.setenv("DIASCRIBE_SERVICE", address)
        monkeypatch.setenv("DIASCRIBE_SERVICE_KEY", KEY)
        monkeypatch.setenv("DIASCRIBE_SUBMIT_FIELDS", '{"language": "en", "formats": ["srt"]}')
        told = from_queue(notice(record("in/a+b.wav")))
        answers = [handler(told, None), handler(told, None)]
        strangers = handler(from_queue(notice(record("a.wav", bucket="theirs"))), None)

    (kept,) = jobs.kept.values()
    assert answers == [{"batchItemFailures": []}] * 2
    assert strangers == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert kept.submission.source.uri == "s3://talks/in/a b.wav"
    assert kept.submission.options == {"language": "en"}


def test_an_event_that_comes_again_after_the_fields_have_changed_is_done_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs = FakeJobs()
    with running_service(jobs) as address:
        monkeypatch.setenv("DIASCRIBE_SERVICE", address)
        monkeypatch.setenv("DIASCRIBE_SERVICE_KEY", KEY)
        handler(from_queue(notice(record("a.wav"))), None)
        monkeypatch.setenv("DIASCRIBE_SUBMIT_FIELDS", '{"language": "en"}')
        answer = handler(from_queue(notice(record("a.wav"))), None)

    assert answer == {"batchItemFailures": []}
    assert len(jobs.kept) == 1


@dataclass
class SageMaker:
    """What an endpoint was asked for."""

    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    status: int = 202


@pytest.fixture
def sagemaker(monkeypatch: pytest.MonkeyPatch) -> Iterator[SageMaker]:
    """AWS's client speaks to this server in place of SageMaker's."""
    endpoint = SageMaker()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            endpoint.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            name = self.headers["X-Amzn-SageMaker-Inference-Id"]
            body = json.dumps({"InferenceId": name, "Message": "no such endpoint"}).encode()
            self.send_response(endpoint.status)
            self.send_header("X-Amzn-SageMaker-OutputLocation", "s3://out/1.out")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        for name, value in {
            **ACCOUNT,
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": address,
            "DIASCRIBE_SAGEMAKER_ENDPOINT": "talks",
            "DIASCRIBE_SUBMIT_FIELDS": '{"language": "en"}',
        }.items():
            monkeypatch.setenv(name, value)
        yield endpoint
        server.shutdown()
        thread.join()


def test_objects_go_to_an_asynchronous_endpoint_of_sagemaker(sagemaker: SageMaker) -> None:
    answer = handler(from_queue(notice(record("a+b.mp3"))), None)

    ((path, headers),) = sagemaker.asked
    assert answer == {"batchItemFailures": []}
    assert path == "/endpoints/talks/async-invocations"
    assert headers["x-amzn-sagemaker-inputlocation"] == "s3://talks/a b.mp3"
    assert headers["x-amzn-sagemaker-content-type"] == "audio/mpeg"
    assert json.loads(headers["x-amzn-sagemaker-custom-attributes"]) == {"language": "en"}
    assert 0 < len(headers["x-amzn-sagemaker-inference-id"]) <= 64


def test_what_sagemaker_does_not_take_is_delivered_again(sagemaker: SageMaker) -> None:
    sagemaker.status = 400

    answer = handler(from_queue(notice(record("a.wav"))), None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"DIASCRIBE_SERVICE": "http://x", "DIASCRIBE_SAGEMAKER_ENDPOINT": "y"},
        {"DIASCRIBE_SERVICE": "http://x", "DIASCRIBE_SUBMIT_FIELDS": "[]"},
        {"DIASCRIBE_SERVICE": "http://x", "DIASCRIBE_SUBMIT_FIELDS": "{"},
        {"DIASCRIBE_SERVICE": "x"},
    ],
)
def test_settings_that_say_nothing_or_too_much_are_refused(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(OptionsError):
        handler(from_queue(notice(record("a.wav"))), None)


def test_the_function_needs_little_of_what_diascribe_needs() -> None:
    program = (
        "import sys\n"
        "before = set(sys.modules)  # an environment loads some at every start\n"
        "import diascribe.adapters.aws_lambda\n"
        "loaded = {one.partition('.')[0] for one in set(sys.modules) - before}\n"
        "print(*loaded - set(sys.stdlib_module_names))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    allowed = {"diascribe", "httpx2", "idna", "numpy", "typing_extensions"}
    assert set(done.stdout.split()) <= allowed
