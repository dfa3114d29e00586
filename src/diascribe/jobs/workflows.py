"""The workflows, as the engine of queues runs them: each step is written down when it has ended.

A step gives plain values, failures included: when a worker dies, another one reads what the steps
gave and goes on after them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any

from dbos import DBOS

from diascribe.errors import DiascribeError
from diascribe.jobs.children import StageFailedError
from diascribe.jobs.holding import LostJobError
from diascribe.jobs.job import Failure
from diascribe.jobs.opening import Service
from diascribe.jobs.patience import patiently
from diascribe.jobs.queue import NOTIFY, WORK, flow_of
from diascribe.jobs.webhooks.notices import record_try
from diascribe.jobs.webhooks.notifying import send_once
from diascribe.jobs.webhooks.sending import Delivery
from diascribe.jobs.working import Bench, GivenUpError, Work, give_up, take

MOST_CLAIMS = 1000
"""A backstop: workers that are told to leave hand a long job on often. Deaths are counted by us."""


@dataclass(slots=True)
class Busy:
    """Which workflows this process is in, and since when it is in none."""

    running: set[str] = field(default_factory=set)
    since: float = field(default_factory=time.monotonic)
    """When the last one ended, on the monotonic clock."""
    _lock: Lock = field(default_factory=Lock)

    def enter(self, flow: str) -> None:
        """A workflow's body has begun."""
        with self._lock:
            self.running.add(flow)

    def leave(self, flow: str) -> None:
        """It has ended, or failed."""
        with self._lock:
            self.running.discard(flow)
            self.since = time.monotonic()

    @property
    def idle_s(self) -> float:
        """How long nothing has run; 0 while something does."""
        with self._lock:
            return 0.0 if self.running else time.monotonic() - self.since


def register_work(bench: Bench, busy: Busy) -> None:
    """Let this process work on jobs; once, before the launch."""

    async def work_on_job(job: str, attempt: int) -> str:
        busy.enter(flow_of(job, attempt))
        try:
            work = await patiently(take, bench, job, attempt)
            return "over" if work is None else await _worked(work)
        finally:
            busy.leave(flow_of(job, attempt))

    DBOS.workflow(name=WORK, max_recovery_attempts=MOST_CLAIMS)(work_on_job)


def register_notices(service: Service, busy: Busy) -> None:
    """Let this process send notices; once, before the launch."""

    def try_once(notice: str, turn: str) -> dict[str, Any]:
        return asdict(send_once(service, notice, turn))

    def write_down(notice: str, turn: str, sent: dict[str, Any]) -> None:
        with service.database.writing() as connection:
            record_try(connection, service.queue, notice, turn, Delivery(**sent))

    async def send_notice(notice: str, turn: str) -> None:
        flow = f"{notice}-{turn}"
        busy.enter(flow)
        try:
            sent = DBOS.run_step_async({"name": "send"}, patiently, try_once, notice, turn)
            await patiently(write_down, notice, turn, await sent)
        finally:
            busy.leave(flow)

    DBOS.workflow(name=NOTIFY, max_recovery_attempts=MOST_CLAIMS)(send_notice)


async def _worked(work: Work) -> str:
    try:
        told = await _step("plan", work.begin)
        while told.get("remaining"):
            stage = told["remaining"][0]
            told = await _step(stage, work.run, stage)
        if "remaining" in told:
            told = await _step("finish", work.finish)
        return await _settled(work, told)
    finally:
        await asyncio.to_thread(work.workspace.remove)


async def _settled(work: Work, told: dict[str, Any]) -> str:
    if "failure" not in told:
        return "lost" if told.get("lost") else "done"
    failure = Failure(**told["failure"])
    try:
        await patiently(give_up, work, failure, told["dead"])
    except LostJobError:
        return "lost"
    return "failed"


async def _step(
    name: str, call: Callable[..., Awaitable[Sequence[str] | None]], *values: str
) -> dict[str, Any]:
    """What a call gave, from this run or the one before; a cancelled job ends it at once."""

    async def outcome() -> dict[str, Any]:
        try:
            return {"remaining": list(await call(*values) or ())}
        except LostJobError:
            return {"lost": True}
        except StageFailedError as error:
            return {"failure": asdict(error.failure), "dead": False}
        except GivenUpError as error:
            return {"failure": asdict(error.failure), "dead": True}
        except DiascribeError as error:
            failure = Failure(code=error.code, message=str(error), hint=error.hint)
            return {"failure": asdict(failure), "dead": False}

    told: dict[str, Any] = await DBOS.run_step_async({"name": name, "preemptible": True}, outcome)
    return told
