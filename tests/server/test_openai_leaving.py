"""Whoever leaves a request to the OpenAI surface takes along his own work, and nobody else's."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest
from openai_service import KEY, SOUND, Played, listening


@pytest.fixture
def played() -> Played:
    return Played()


def recording() -> io.BytesIO:
    file = io.BytesIO(SOUND)
    file.name = "talk.wav"
    return file


def test_whoever_leaves_has_his_work_cancelled(played: Played) -> None:
    began = threading.Event()
    played.steps = [played.begin, lambda _: began.set()]

    with listening(played.service) as address:
        with leaving(address):
            assert began.wait(timeout=60)
        assert played.jobs.cancelled.wait(timeout=60)

    assert played.job.state == "cancelled"


@contextmanager
def leaving(address: str) -> Iterator[socket.socket]:
    """A connection on which a transcription was asked for; whoever asked leaves."""
    asked = httpx2.Request(
        "POST",
        f"{address}/audio/transcriptions",
        headers={"Authorization": f"Bearer {KEY}"},
        data={"model": "whisper-1"},
        files={"file": recording()},
    )
    with socket.create_connection((asked.url.host, asked.url.port or 80)) as connection:
        connection.sendall(as_sent(asked))
        yield connection


@pytest.mark.parametrize("first", [True, False])
def test_whoever_leaves_takes_nobody_else_s_work_along(
    played: Played,
    first: bool,  # noqa: FBT001 - whether the one who leaves asked first
) -> None:
    began = threading.Event()
    played.steps = [played.begin, lambda _: began.set()]

    def ask_too(address: str) -> None:
        posted = httpx2.post(
            f"{address.removesuffix('/openai/v1')}/v1/jobs",
            headers={"Authorization": f"Bearer {KEY}"},
            files={"file": recording()},
            data={"diarization": "false"},
        )
        assert posted.status_code in {200, 201}, posted.text

    with listening(played.service) as address:
        if not first:
            ask_too(address)
        with leaving(address) as connection:
            assert began.wait(timeout=60)
            if first:
                ask_too(address)
            connection.close()
        assert played.jobs.withdrawn.wait(timeout=60)

    assert len(played.jobs.kept) == 1
    assert played.job.state == "running"


def as_sent(asked: httpx2.Request) -> bytes:
    """A request as it goes over a connection."""
    head = [f"POST {asked.url.path} HTTP/1.1", *(f"{a}: {b}" for a, b in asked.headers.items())]
    return "\r\n".join([*head, "", ""]).encode() + asked.read()
