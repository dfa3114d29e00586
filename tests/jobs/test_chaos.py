"""Forty jobs, three workers, and somebody who kills one every few seconds: nothing is lost."""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from databases import Postgres
from job_service import DEAD_S, JobService, fresh_database, job_service
from receivers import Receiver, receiving

from diascribe.jobs.job import Submission

JOBS = 40
WORKERS = 3
KILL_EVERY_S = 3.0
STAGES_BETWEEN = 3
"""Stages that end before somebody else dies: on a busy machine a worker takes longer to start
than others have to live, and nothing would ever be done."""
WITHIN_S = 400.0
SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

pytestmark = pytest.mark.slow


def undisturbed(content: bytes) -> bytes:
    """What the toy stages find in a recording when nobody disturbs them."""
    names = ["activity", "cluster", "decode", "prepare", "recognize-0", "recognize-1"]
    findings = {
        f"{name}.bin": hashlib.sha256(
            content + (f"{name} None" if name == "cluster" else f"{name} ").encode()
        ).hexdigest()
        for name in names
    }
    told: dict[str, object] = {"findings": findings, "lost": [], "speakers": None}
    return json.dumps(told, sort_keys=True).encode()


def lines(log: Path) -> int:
    return len(log.read_text().splitlines()) if log.exists() else 0


def rampage(
    running: JobService, disturb: Callable[[int], None], log: Path, webhook: str
) -> dict[str, bytes]:
    """Work through all jobs while workers die; contents by the jobs' ids."""
    chance = random.Random(7)  # noqa: S311 - which worker dies
    contents = {}
    for number in range(JOBS):
        content = f"recording {number}".encode()
        wanted = Submission(
            tenant=f"tenant-{number % 3}",
            source=running.upload(f"tenant-{number % 3}", content),
            options={"log": str(log), "slow_s": 0.1},
            webhook=webhook,
        )
        contents[running.jobs.submit(wanted).job.id] = content
    slots = [running.start_slot(number) for number in range(WORKERS)]
    begun, kills, ended = time.monotonic(), 0, 0
    while running.jobs.depth().backlog:
        assert time.monotonic() - begun < WITHIN_S, running.jobs.depth()
        time.sleep(KILL_EVERY_S)
        if lines(log) < ended + STAGES_BETWEEN:
            continue
        ended = lines(log)
        disturb(kills)
        victim = chance.randrange(WORKERS)
        slots[victim].kill()
        slots[victim].wait()
        kills += 1
        slots[victim] = running.start_slot(victim if kills % 2 else WORKERS + kills)
    assert kills >= 3, "it was over before anybody died"
    return contents


def check(running: JobService, contents: dict[str, bytes], log: Path, receiver: Receiver) -> None:
    for place, (job, content) in enumerate(contents.items()):
        tenant = f"tenant-{place % 3}"
        assert running.jobs.get(tenant, job).state == "succeeded"
        assert running.jobs.result(tenant, job) == undisturbed(content)
    counted = Counter(log.read_text().splitlines())
    again = {line: count for line, count in counted.items() if count > 1}
    assert len(again) <= 5, f"only what died between its end and its note ran again: {again}"
    until = time.monotonic() + 30
    while (told := {body["data"]["id"] for body in receiver.bodies()}) != set(contents):
        assert time.monotonic() < until, f"webhooks of {len(told)} jobs came"
        time.sleep(0.2)


def test_no_job_is_lost_when_workers_die_sqlite(tmp_path: Path) -> None:
    log = tmp_path / "log"
    address = f"sqlite:///{tmp_path / 'jobs.sqlite'}"
    with (
        receiving() as receiver,
        job_service(address, tmp_path / "data", **settings()) as running,
    ):
        contents = rampage(running, lambda _: None, log, receiver.url)
        check(running, contents, log, receiver)


def test_no_job_is_lost_when_workers_die_and_postgres_restarts(
    tmp_path: Path, restartable: Postgres
) -> None:
    log = tmp_path / "log"

    def disturb(kills: int) -> None:
        if kills == 2:
            restartable.restart()

    with (
        receiving() as receiver,
        fresh_database(restartable.url) as address,
        job_service(address, tmp_path / "data", **settings()) as running,
    ):
        contents = rampage(running, disturb, log, receiver.url)
        check(running, contents, log, receiver)


def settings() -> dict[str, str]:
    return {
        "DIASCRIBE_ALLOW_PRIVATE_URLS": "1",
        "DIASCRIBE_WEBHOOK_SECRET": SECRET,
        "DIASCRIBE_DEAD_S": str(DEAD_S),
        "DIASCRIBE_MOST_DEATHS": "100",  # it is not the jobs that kill them
    }
