"""What no model can do is refused before a job is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import FILE, TALK, client_of
from fake_jobs import FakeJobs
from fastapi.testclient import TestClient
from stored_models import stored

from diascribe.server.openai.routes import surface
from diascribe.weights.store import Store


@pytest.fixture(name="jobs")
def _jobs() -> FakeJobs:
    return FakeJobs()


def alone(jobs: FakeJobs, store: Store) -> TestClient:
    """A service that works on all jobs itself."""
    return client_of(jobs=jobs, store=store, models_here=True, surfaces=(surface(),))


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"task": "translate"}, "task: wanted transcribe: pocketsphinx-en-us cannot translate"),
        ({"language": "de"}, "language: wanted en, got de: pocketsphinx-en-us knows no more"),
    ],
)
def test_what_the_embedded_recognizer_cannot_do_is_refused_where_it_is_alone(
    jobs: FakeJobs, tmp_path: Path, given: dict[str, str], problem: str
) -> None:
    client = alone(jobs, Store(tmp_path))

    form = client.post("/v1/jobs", files=FILE, data=given)
    named = client.post("/v1/jobs", json={"audio_file": TALK, **given})

    for answer in (form, named):
        assert answer.status_code == 422
        assert answer.json()["error"]["details"]["problems"] == [problem]
    assert not jobs.kept


@pytest.mark.parametrize(
    "given", [{"task": "translate"}, {"language": "de"}, {"model": "large-v3"}]
)
def test_where_workers_have_models_of_their_own_they_are_asked(
    jobs: FakeJobs, given: dict[str, str]
) -> None:
    answer = client_of(jobs=jobs).post("/v1/jobs", json={"audio_file": TALK, **given})

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"model": "pocketsphinx-en-us", "task": "translate"}, "task"),
        ({"model": "pocketsphinx-en-us", "language": "de"}, "language"),
        ({"model": "parakeet-tdt-0.6b-v3", "device": "cuda"}, "device"),
        ({"model": "small.en", "task": "translate"}, "task"),
    ],
)
def test_what_a_named_model_cannot_do_is_refused_anywhere(
    jobs: FakeJobs, given: dict[str, str], field: str
) -> None:
    answer = client_of(jobs=jobs).post("/v1/jobs", json={"audio_file": TALK, **given})

    (problem,) = answer.json()["error"]["details"]["problems"]
    assert problem.startswith(f"{field}: ")


@pytest.mark.parametrize("option", ["model", "diarizer"])
def test_a_model_that_is_not_installed_is_refused_where_all_work_is_done(
    jobs: FakeJobs, tmp_path: Path, option: str
) -> None:
    name = {"model": "large-v3", "diarizer": "community-1-onnx"}[option]

    answer = alone(jobs, Store(tmp_path)).post("/v1/jobs", json={"audio_file": TALK, option: name})

    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (422, "unknown_model")
    assert error["message"].startswith(f"{name}: not installed; installed: ")
    assert error["details"]["hint"] == "GET /v1/models lists all"


def test_an_installed_whisper_is_thought_to_translate(jobs: FakeJobs, tmp_path: Path) -> None:
    store = Store(tmp_path)
    stored(store, "tiny")

    answer = alone(jobs, store).post("/v1/jobs", json={"audio_file": TALK, "task": "translate"})

    assert answer.status_code == 201, answer.text


def test_openai_s_clients_are_refused_a_translation_at_once(jobs: FakeJobs, tmp_path: Path) -> None:
    answer = alone(jobs, Store(tmp_path)).post(
        "/openai/v1/audio/translations", files=FILE, data={"model": "whisper-1"}
    )

    assert answer.status_code == 400
    assert "cannot translate" in answer.json()["error"]["message"]
    assert not jobs.kept


def test_changes_of_a_finished_job_are_looked_at_too(jobs: FakeJobs, tmp_path: Path) -> None:
    client = alone(jobs, Store(tmp_path))
    job = client.post("/v1/jobs", files=FILE).json()["id"]
    jobs.finish(job, b"{}")

    answer = client.post(f"/v1/jobs/{job}/rerun", json={"language": "de"})

    assert answer.status_code == 422


def test_formats_of_turns_are_refused_before_work_that_finds_none(jobs: FakeJobs) -> None:
    client, off = client_of(jobs=jobs), {"diarization": "false"}

    short = client.post("/v1/transcribe?format=rttm", files=FILE, data=off)
    kept = client.post("/v1/jobs", files=FILE, data={**off, "formats": "json,rttm"})

    message = "rttm holds turns, and the job has diarization off"
    assert short.json()["error"]["message"] == f"format: {message}"
    assert kept.json()["error"]["message"] == f"formats: {message}"
    assert not jobs.kept
