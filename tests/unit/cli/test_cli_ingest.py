"""What is written into a bucket becomes jobs in the database, by a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aws import ACCOUNT, Cloud, private_cloud
from cli_command import COMMAND, run_process, until

from diascribe.jobs.opening import open_service
from diascribe.settings import read_settings
from diascribe.store.keys import Keys


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with private_cloud() as one:
        one.bucket("talks")
        yield one


def environment(folder: Path) -> dict[str, str]:
    """That of a process which keeps everything in a folder."""
    data = {"DIASCRIBE_DATA": str(folder), "DIASCRIBE_DATABASE": f"sqlite:///{folder}/jobs.sqlite"}
    path = os.environ.get("PATH", "")  # noqa: TID251 - handed on
    return {**ACCOUNT, **data, "PATH": path, "DIASCRIBE_MODELS": os.devnull}


def allow(folder: Path, prefix: str) -> None:
    with open_service(read_settings(environment(folder))) as service:
        Keys(service.database).allow("ada", prefix)


@contextmanager
def running(*arguments: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process at work, ended however the test goes."""
    command = [*COMMAND, *arguments]
    with subprocess.Popen(
        command, env=environment(folder), stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def sources(folder: Path) -> dict[str, tuple[str, ...]]:
    """The jobs' recordings and options, as somebody else finds them."""
    with open_service(read_settings(environment(folder))) as service:
        jobs = service.jobs().list("ada").jobs
    return {one.source: (one.priority, str(one.options.get("language"))) for one in jobs}


def test_objects_become_jobs_until_the_process_is_told_to_end(cloud: Cloud, tmp_path: Path) -> None:
    queue = cloud.queue("talks", dead_letters=cloud.arn(cloud.queue("dead")))
    cloud.tell("talks", queue)
    cloud.put("talks", "in/a b.wav")
    cloud.put("talks", "elsewhere/c.wav")
    allow(tmp_path, "s3://talks/in/")
    given = ("ingest", queue, "--tenant", "ada", "--language", "en", "--priority", "bulk")

    with running(*given, folder=tmp_path) as process:
        until(lambda: cloud.waiting(queue) == 0)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)

    assert process.returncode == 0, told
    assert sources(tmp_path) == {"s3://talks/in/a b.wav": ("bulk", "en")}
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--tenant", "ada", "--under", "s3://theirs/in/"], "none of the tenant's"),
        (["--tenant", "ada", "--results", "s3://theirs/out/"], "none of the tenant's"),
        (["--tenant", "ada", "--webhook", "https://a.example/"], "WEBHOOK_SECRET is not set"),
        (["--tenant", "bob"], "bob: may name no part of a bucket"),
        (["--tenant", "ada", "--num-speakers", "0"], "num_speakers"),
    ],
)
def test_a_tenant_gets_nothing_from_where_it_may_not_read(
    cloud: Cloud, tmp_path: Path, arguments: list[str], reason: str
) -> None:
    allow(tmp_path, "s3://talks/in/")

    ran = run_process("ingest", cloud.queue("talks"), *arguments, env=environment(tmp_path))

    assert ran.status == 2
    assert reason in ran.errors[0]
