"""OpenAI's client on durable jobs: their database, and a slot in a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from asking import Keys
from job_service import JobService, job_service
from openai import OpenAI
from openai_service import KEY, SOUND, listening

from diascribe.server.openai.routes import surface
from diascribe.server.service import Service

FILE = ("talk.wav", SOUND)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[JobService]:
    with job_service(f"sqlite:///{tmp_path / 'jobs.sqlite'}", tmp_path / "data") as running:
        running.start_slot(0, "--stages", "meeting_stages:open_stages")
        yield running


@pytest.fixture
def client(running: JobService) -> Iterator[OpenAI]:
    service = Service(jobs=running.jobs, keys=Keys(), surfaces=(surface(),))
    with (
        listening(service) as address,
        OpenAI(base_url=address, api_key=KEY, max_retries=0, timeout=60) as client,
    ):
        yield client


def test_a_recording_is_answered_and_heard_once(client: OpenAI, running: JobService) -> None:
    found = client.audio.transcriptions.create(file=FILE, model="whisper-1")
    subtitles = client.audio.transcriptions.create(
        file=FILE, model="whisper-1", response_format="srt"
    )

    assert found.text.startswith("Good morning, everybody.")
    assert "Bravo!" in subtitles
    assert len(running.jobs.list("ada").jobs) == 1


def test_a_stream_makes_the_text(client: OpenAI) -> None:
    events = list(
        client.audio.transcriptions.create(file=FILE, model="gpt-4o-transcribe", stream=True)
    )

    deltas = [one.delta for one in events if one.type == "transcript.text.delta"]
    assert events[-1].type == "transcript.text.done"
    assert "".join(deltas) == events[-1].text


def test_whoever_leaves_a_stream_frees_the_slot(client: OpenAI, running: JobService) -> None:
    with client.audio.transcriptions.create(
        file=FILE, model="gpt-transcribe", keywords=["hang"], stream=True
    ) as stream:
        first = next(iter(stream))
    after = client.audio.transcriptions.create(file=FILE, model="whisper-1")

    (left,) = running.jobs.list("ada", states=("cancelled",)).jobs
    assert first.type == "transcript.text.delta"
    assert left.options["hotwords"] == "hang"
    assert after.text
