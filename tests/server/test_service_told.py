"""What the service tells of itself: health, measures, events; and what it never tells."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

import pytest
from asking import FILE, TALK, Keys, client_of, quiet, submitted
from fake_jobs import FakeJobs
from fastapi import APIRouter, WebSocket
from prometheus_client.parser import text_string_to_metric_families
from starlette.websockets import WebSocketDisconnect

from diascribe.errors import DatabaseError
from diascribe.jobs import logs
from diascribe.jobs.job import Depth, Job
from diascribe.server.app import create_app
from diascribe.server.service import Service, Surface


@pytest.fixture(name="stream")
def _stream() -> Iterator[io.StringIO]:
    """Where events go."""
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    quiet()


@dataclass
class BrokenJobs(FakeJobs):
    """Jobs whose database is away, and that have a fault."""

    def depth(self) -> Depth:
        raise DatabaseError("the database refuses: no route to host")

    def get(self, tenant: str, job: str) -> NoReturn:
        raise ZeroDivisionError(f"the secret of {tenant} in {job}")


def measures(text: str) -> dict[tuple[str, ...], float]:
    """Values by name and labels."""
    return {
        (one.name, *one.labels.values()): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def test_a_service_that_can_work_is_alive_and_ready() -> None:
    client = client_of()

    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_a_service_without_its_database_is_alive_and_not_ready() -> None:
    client = client_of(jobs=BrokenJobs())

    alive, ready = client.get("/healthz"), client.get("/readyz")

    assert alive.status_code == 200
    assert (ready.status_code, ready.json()["error"]["code"]) == (503, "database")
    assert int(ready.headers["Retry-After"]) > 0


def test_a_service_that_ends_is_not_ready() -> None:
    service = Service(jobs=FakeJobs())
    service.closing.set()

    assert client_of(service).get("/readyz").status_code == 503


def test_the_depth_counts_what_is_running_too() -> None:
    jobs = FakeJobs()
    client = client_of(jobs=jobs)
    first, _ = submitted(client), submitted(client, num_speakers="2")
    jobs.begin(first)

    depth = client.get("/v1/queue/depth").json()

    assert (depth["queued"], depth["running"], depth["backlog"], depth["slots"]) == (1, 1, 2, 1)
    assert depth["oldest_s"] >= 0


def test_measures_count_requests_uploads_and_the_queue() -> None:
    client = client_of()
    submitted(client)
    client.get("/v1/jobs/nothing")
    client.get("/nowhere/secret")
    client.request("SECRET", "/v1/jobs")

    told = measures(client.get("/metrics").text)

    assert told["diascribe_http_requests_total", "POST", "/v1/jobs", "201"] == 1
    assert told["diascribe_http_requests_total", "GET", "/v1/jobs/{job}", "404"] == 1
    assert told["diascribe_http_requests_total", "GET", "(none)", "404"] == 1
    assert told["diascribe_uploaded_bytes_total",] == len(FILE["file"][1])
    assert told["diascribe_jobs", "queued"] == 1
    assert told["diascribe_database_up",] == 1
    assert "ecret" not in str(told).lower().replace("secret_key", "")


def test_measures_come_without_a_database_and_say_so() -> None:
    answer = client_of(jobs=BrokenJobs()).get("/metrics")

    told = measures(answer.text)
    assert answer.status_code == 200
    assert told["diascribe_database_up",] == 0
    assert ("diascribe_jobs", "queued") not in told


def test_the_models_of_this_machine_are_listed() -> None:
    models = client_of().get("/v1/models").json()["models"]

    by_name = {one["name"]: one for one in models}
    assert by_name["pocketsphinx-en-us"]["installed"]
    assert not by_name["large-v3"]["installed"]
    assert "path" not in str(models)


def test_every_answer_has_a_number_which_the_log_has_too(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = client_of(keys=Keys(), key="ada-key").get("/v1/jobs")

    (line,) = map(json.loads, stream.getvalue().splitlines())
    assert line["request"] == answer.headers["X-Request-ID"]
    assert (line["event"], line["tenant"], line["route"]) == ("request", "ada", "/v1/jobs")
    assert (line["method"], line["status"]) == ("GET", 200)
    assert capsys.readouterr() == ("", "")


def test_nothing_that_a_user_sends_is_in_the_log(stream: io.StringIO) -> None:
    client = client_of(keys=Keys(), key="ada-key")
    hidden = {
        "audio_file": f"{TALK}&token=hush",
        "initial_prompt": "hush",
        "webhook": "https://example.org/hush",
        "speaker_samples": ["https://example.org/hush.wav"],
        "metadata": {"hush": "hush"},
    }

    client.post("/v1/jobs", json=hidden, headers={"Idempotency-Key": "hush"})
    client.post("/v1/jobs", json={**hidden, "hush": 1})
    client.post("/v1/jobs", files={"file": ("hush.wav", b"hush")})
    client.get("/v1/jobs/hush", params={"hush": "hush"})
    client.get("/hush", headers={"X-API-Key": "hush", "Authorization": "Bearer hush"})
    client.get("/v1/jobs", headers={"Host": "hush"})

    assert len(stream.getvalue().splitlines()) == 6
    assert "hush" not in stream.getvalue()
    assert "ada-key" not in stream.getvalue()


def test_a_fault_of_ours_is_told_as_one_and_shows_no_value(stream: io.StringIO) -> None:
    answer = client_of(jobs=BrokenJobs()).get("/v1/jobs/x")

    (line,) = map(json.loads, stream.getvalue().splitlines())
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal")
    assert line["event"] == "request_failed"
    assert line["fault"].startswith("ZeroDivisionError at BrokenJobs.get in test_service_told.py:")
    assert "secret" not in answer.text + stream.getvalue()


def test_answers_are_not_to_be_guessed_at_by_browsers() -> None:
    answer = client_of().get("/v1/jobs")

    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "server" not in answer.headers


def test_no_page_of_documentation_loads_scripts_of_others() -> None:
    client = client_of()

    assert [client.get(path).status_code for path in ("/docs", "/redoc")] == [404, 404]
    assert create_app(Service(jobs=FakeJobs())).docs_url is None


def test_a_job_of_an_unknown_tenant_is_nobody_s() -> None:
    jobs = FakeJobs()
    job = submitted(client_of(jobs=jobs))
    known: Job = jobs.kept[job].job

    answer = client_of(jobs=jobs, keys=Keys(), key="bob-key").get(f"/v1/jobs/{job}")

    assert known.tenant == "local"
    assert answer.status_code == 404


def test_a_fault_of_ours_has_the_shape_of_its_surface() -> None:
    router = APIRouter()

    @router.get("/fault")
    def _fault() -> None:
        raise ZeroDivisionError

    surface = Surface(prefix="/theirs/v1", router=router, shape=lambda one: {"oops": one.code})

    answer = client_of(surfaces=(surface,)).get("/theirs/v1/fault")
    refused = client_of(surfaces=(surface,)).get("/theirs/v1/fault", headers={"Host": "evil"})

    assert (answer.status_code, answer.json()) == (500, {"oops": "internal"})
    assert refused.json() == {"oops": "origin_refused"}


def test_sockets_of_other_pages_are_refused() -> None:
    router = APIRouter()

    @router.websocket("/live")
    async def _live(socket: WebSocket) -> None:
        await socket.accept()
        await socket.close()

    client = client_of(surfaces=(Surface(prefix="/theirs", router=router),))

    with client.websocket_connect("ws://localhost/theirs/live"):
        pass
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client.websocket_connect(
            "ws://localhost/theirs/live", headers={"Origin": "https://evil.example"}
        ),
    ):
        pass

    assert refused.value.code == 1008
