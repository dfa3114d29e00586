"""Jobs of each kind with somebody who works on them, so that the same tests hold for all."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from fake_jobs import FakeJobs
from job_service import SECRET, JobService, job_service

from diascribe.jobs.job import Failure, Job, State
from diascribe.jobs.seam import Jobs

MOST_UNFINISHED = 5


class World(Protocol):
    """Jobs whose options are those of `toy_stages`."""

    @property
    def jobs(self) -> Jobs: ...

    def reach(self, tenant: str, job: str, state: State) -> Job:
        """The job, once it is in a state that its options lead to."""
        ...


@dataclass
class FakeWorld:
    """The fake, moved along as the toy stages would move it."""

    jobs: FakeJobs = field(default_factory=lambda: FakeJobs(most_unfinished=MOST_UNFINISHED))

    def reach(self, tenant: str, job: str, state: State) -> Job:
        now = self.jobs.get(tenant, job)
        if now.state == "queued" and state != "queued":
            self._work(job, now.options)
        assert self.jobs.get(tenant, job).state == state
        return self.jobs.get(tenant, job)

    def _work(self, job: str, options: Mapping[str, Any]) -> None:
        mended = "until" in options and Path(options["until"]).exists()
        self.jobs.begin(job, "decode", "result", duration=60.0)
        self.jobs.advance(job, "decode", 1.0)
        if "fail" in options and not mended:
            self.jobs.fail(job, Failure(code="invalid_media", message="noise", stage="result"))
        elif "hang" in options and not mended:
            self.jobs.show(job, b'{"so far": "decode"}')
        else:
            self.jobs.finish(job, json.dumps({"speakers": options.get("num_speakers")}).encode())


@dataclass
class DurableWorld:
    """Durable jobs, with a real slot."""

    running: JobService

    @property
    def jobs(self) -> Jobs:
        return self.running.jobs

    def reach(self, tenant: str, job: str, state: State) -> Job:
        until = time.monotonic() + 60
        while (now := self.jobs.get(tenant, job)).state != state or self._early(now):
            assert time.monotonic() < until, f"is {now.state}, wanted {state}: {now.failure}"
            time.sleep(0.05)
        return now

    def _early(self, job: Job) -> bool:
        """Whether a running job has nothing to show yet."""
        done = {stage.name for stage in job.stages if stage.state == "succeeded"}
        return job.state == "running" and "decode" not in done


@contextmanager
def durable_world(database: str, data: Path) -> Iterator[DurableWorld]:
    """Durable jobs in a database, and one slot that works on them."""
    settings = {
        "DIASCRIBE_TENANT_JOBS": str(MOST_UNFINISHED),
        "DIASCRIBE_WEBHOOK_SECRET": SECRET,
    }
    with job_service(database, data, **settings) as running:
        running.start_slot()
        yield DurableWorld(running)
