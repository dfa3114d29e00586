"""The receiver that the documentation shows takes what we send, once, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest

from diascribe.jobs.webhooks.sending import Sender
from diascribe.jobs.webhooks.signing import new_secret
from diascribe.storage.asking import Guard

EXAMPLE = Path(__file__).parents[2] / "examples" / "receive_webhooks.py"
SENDER = Sender(guard=Guard(allow_private=True))
BODY = b'{"type": "job.succeeded", "data": {"id": "1f"}}'


@dataclass(frozen=True)
class Running:
    """The example, started."""

    url: str
    said: IO[str]


@contextmanager
def receiver(secret: str) -> Iterator[Running]:
    environment = {**os.environ, "WEBHOOK_SECRET": secret}  # noqa: TID251 - a child's
    command = [sys.executable, str(EXAMPLE), "0"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        try:
            port = process.stdout.readline().split()[-1]
            yield Running(f"http://127.0.0.1:{port}/", process.stdout)
        finally:
            process.terminate()


def test_what_is_sent_twice_is_taken_once() -> None:
    secret = new_secret()

    with receiver(secret) as running:
        statuses = [
            SENDER.send(running.url, secret, message, BODY).status
            for message in ("first", "first", "second")
        ]
        said = [running.said.readline() for _ in range(2)]

    assert statuses == [204, 204, 204]
    assert said == ["job.succeeded 1f\n"] * 2


@pytest.mark.parametrize("late_s", [0, 600])
def test_what_others_send_or_sent_long_ago_is_refused(late_s: int) -> None:
    secret = new_secret()
    earlier = replace(SENDER, now=lambda: datetime.now(UTC) - timedelta(seconds=late_s))

    with receiver(secret) as running:
        used = secret if late_s else new_secret()
        sent = earlier.send(running.url, used, "first", BODY)

    assert (sent.status, sent.ok) == (401, False)


def test_the_example_is_short() -> None:
    assert len(EXAMPLE.read_text().splitlines()) <= 40
