"""A database that is away for a moment costs nobody's work."""

from __future__ import annotations

from pathlib import Path

from databases import Postgres
from job_service import fresh_database, job_service, stage_of


def test_a_restart_of_the_database_stops_no_job(tmp_path: Path, restartable: Postgres) -> None:
    log = tmp_path / "log"
    with (
        fresh_database(restartable.url) as address,
        job_service(address, tmp_path / "data") as running,
    ):
        running.start_slot(0)
        job = running.submit(log=str(log), slow_s=1.0)
        waiting = running.submit(words=2)
        running.when(job, lambda one: stage_of(one, "recognize-0") == "running")

        restartable.restart()
        ended = [running.ended(one) for one in (job, waiting)]

    ran = [line.split()[1] for line in log.read_text().splitlines()]
    assert [one.state for one in ended] == ["succeeded", "succeeded"]
    assert len(ran) == len(set(ran)) == 7
