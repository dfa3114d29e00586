"""One job on one slot: its stages in order, each found in files, kept, and written down.

Every call may be the first one of this process: what was done before is read from the tables.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any

from diascribe.errors import DiascribeError, OptionsError, StageDiedError
from diascribe.jobs import holding
from diascribe.jobs.adopting import Adoption, done_stages
from diascribe.jobs.artefacts import Artefacts
from diascribe.jobs.children import Child, StageFailedError, named
from diascribe.jobs.holding import Found, Hold, LostJobError
from diascribe.jobs.job import Failure, Submission
from diascribe.jobs.keys import FETCH, FETCHED, stage_keys, stage_shares, traits_of
from diascribe.jobs.known import lay, take_away
from diascribe.jobs.known_files import KnownFiles
from diascribe.jobs.limits import Limits
from diascribe.jobs.patience import patiently
from diascribe.jobs.places import Places
from diascribe.jobs.queue import Queue
from diascribe.jobs.records import Row, StageRecord, read_stages, submission_of
from diascribe.jobs.seam import RESULT, SOURCE, Traits
from diascribe.jobs.telling import tell_end
from diascribe.jobs.vault import Vault
from diascribe.jobs.webhooks.notices import announce
from diascribe.jobs.workspace import Workspace, folder_of
from diascribe.store.database import Database
from diascribe.store.voices import changes_of

REPORT_S = 1.0
"""Progress is written down no more often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What one slot works with."""

    me: str
    """The executor's id."""
    database: Database
    queue: Queue
    vault: Vault
    artefacts: Artefacts
    places: Places
    limits: Limits
    known: KnownFiles
    """What stages are shown that look for known voices."""
    scratch: Path
    """Folder of the slot's own for workspaces."""
    engine: Child
    """The child with the models."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a child says about the stages, or all that is known before it can say."""

    plan: tuple[str, ...]
    traits: Mapping[str, Traits]
    duration: float | None = None
    voices: int = 0
    """How often the tenant's known voices had changed when the attempt began."""

    @property
    def keys(self) -> dict[str, str]:
        """A hash for each stage."""
        return stage_keys(self.plan, self.traits, self.voices)

    @property
    def shares(self) -> dict[str, float]:
        """Each stage's share of the whole, in order."""
        return stage_shares(self.plan, self.traits)


UNFETCHED = Told((FETCH,), {FETCH: FETCHED})


class GivenUpError(Exception):
    """A stage has ended too many processes."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code)
        self.failure = failure


@dataclass(slots=True)
class Work:
    """One attempt at a job, as the slot that holds it sees it."""

    bench: Bench
    hold: Hold
    submission: Submission
    workspace: Workspace
    adoption: Adoption
    duration: float | None
    voices: int
    """How often the tenant's known voices have changed; later changes are the next attempt's."""
    _reported: float = field(default=0.0)

    async def begin(self) -> tuple[str, ...]:
        """The stages still to be done, as far as is known.

        Raises:
            LostJobError: the job is no longer ours.
            StageFailedError: the stages cannot be planned.
        """
        return await self._remaining(await self._told())

    async def run(self, stage: str) -> tuple[str, ...]:
        """Do a stage; those still to be done after it.

        Raises:
            LostJobError: the job is no longer ours.
            StageFailedError: it fails, and the result cannot do without.
            GivenUpError: it has ended too many processes, and the result cannot do without.
        """
        told = await self._told()
        await self._write(holding.begin_stage, stage, told.keys[stage], time.time())
        before, begun = await asyncio.to_thread(self.workspace.seen), time.monotonic()
        lost = False
        try:
            await self._do(stage, told.traits[stage])
        except (StageFailedError, GivenUpError) as error:
            if not told.traits[stage].optional:
                raise
            lost = True
            await self._tidy()
            await asyncio.to_thread(self.workspace.lose, stage, error.failure)
        files = await asyncio.to_thread(self.workspace.keep, before)
        told = await self._ask_plan()
        found = Found(
            stage=stage,
            files=files,
            seconds=time.monotonic() - begun,
            duration=told.duration,
            lost=lost,
        )
        await self._write(holding.end_stage, found, time.time())
        return await self._remaining(told)

    async def finish(self) -> None:
        """The result is there: give it away, and say so.

        Raises:
            LostJobError: the job is no longer ours.
            StageFailedError: there is none, or it cannot be written where it should.
        """
        try:
            places = await asyncio.to_thread(self._give)
        except DiascribeError as error:
            raise StageFailedError(failure_of(error, "deliver")) from error
        await patiently(self._succeed, places)
        await asyncio.to_thread(self.workspace.remove)

    def _give(self) -> Sequence[str]:
        result = self.bench.artefacts.read(self.workspace.prefix + RESULT)
        return self.bench.places.give(self.submission, self.hold.job, result)

    def _succeed(self, places: Sequence[str]) -> None:
        with self.bench.database.writing() as connection:
            holding.succeed(connection, self.hold, places, time.time())
            announce(connection, self.bench.queue, self.hold.job)
        tell_end(self.bench.database, self.hold.job)

    async def _do(self, stage: str, traits: Traits) -> None:
        if stage == FETCH:
            await self._fetch()
            return
        limit_s = self.bench.limits.stage_limit_s(self.duration)
        question = {**self._question(), "stage": stage}
        while True:
            child = self._guarded() if traits.hostile else self.bench.engine
            try:
                async with self._shown_voices(traits):
                    await child.ask(question, limit_s=limit_s, on_share=self._sharing(stage))
            except StageDiedError as error:
                await self._count_death(stage, error)
                await self._tidy()
            except StageFailedError as error:
                shown = self.submission.source.shown
                raise StageFailedError(named(error.failure, shown, stage)) from error
            except DiascribeError as error:
                raise StageFailedError(failure_of(error, stage)) from error
            else:
                return
            finally:
                if traits.hostile:
                    await child.kill()

    @asynccontextmanager
    async def _shown_voices(self, traits: Traits) -> AsyncIterator[None]:
        """The tenant's known voices lie in the workspace, for a stage that looks for them."""
        if not traits.voices:
            yield
            return
        known, tenant = self.bench.known, self.submission.tenant
        folder = self.workspace.folder
        await patiently(lambda: lay(known.of(tenant), folder))
        try:
            yield
        finally:
            await asyncio.to_thread(take_away, folder)

    async def _fetch(self) -> None:
        path = self.workspace.folder / SOURCE
        tenant, source = self.submission.tenant, self.submission.source
        stopped, bring = Event(), self.bench.places.bring
        try:
            await asyncio.to_thread(bring, tenant, source, path, stopped=stopped.is_set)
        except DiascribeError as error:
            raise StageFailedError(failure_of(error, FETCH)) from error
        finally:
            stopped.set()  # where the job was cancelled the thread still fetches

    async def _count_death(self, stage: str, error: StageDiedError) -> None:
        deaths = await self._write(holding.count_death, time.time())
        if deaths >= self.bench.limits.most_deaths:
            raise GivenUpError(failure_of(error, stage)) from error

    def _guarded(self) -> Child:
        """A child for this one stage, which reads what a stranger made."""
        engine = self.bench.engine
        return Child(engine.stages, engine.environment, self.bench.limits.media_limits())

    def _sharing(self, stage: str) -> Any:  # noqa: ANN401 - a `Share`
        async def share(done: float) -> None:
            now = time.monotonic()
            if now - self._reported >= REPORT_S:
                self._reported = now
                await self._write(holding.report_stage, stage, done, time.time())

        return share

    async def _told(self) -> Told:
        """What the child says, once the folder holds the findings that there are."""
        if await self._tidy():
            return await self._ask_plan()
        return UNFETCHED

    async def _tidy(self) -> bool:
        """Have the findings of ended stages here and nothing else; whether there are media."""

        def read() -> list[StageRecord]:
            with self.bench.database.reading() as connection:
                return [one for one in read_stages(connection, self.hold.job) if one.ended]

        done: list[StageRecord] = await patiently(read)
        names = {name for record in done for name in record.files}
        await asyncio.to_thread(self.workspace.prepare, names)
        return any(record.name == FETCH for record in done)

    async def _ask_plan(self) -> Told:
        limit_s = self.bench.limits.stage_limit_s(None)
        told = await self.bench.engine.ask(self._question(), limit_s=limit_s, on_share=_nobody)
        self.duration = told["duration"] or self.duration
        traits = {FETCH: FETCHED, **traits_of(told["traits"])}
        return Told((FETCH, *told["plan"]), traits, told["duration"], self.voices)

    async def _remaining(self, told: Told) -> tuple[str, ...]:
        """What is to be done; a parent's findings are taken over, which may tell more."""
        await self._write(holding.plan_stages, told.shares, time.time())
        while await patiently(self.adoption.adopt, told.keys):
            told = await self._told()
            await self._write(holding.plan_stages, told.shares, time.time())

        def read() -> set[str]:
            with self.bench.database.reading() as connection:
                done = done_stages(connection, self.hold.job, told.keys)
            return {record.name for record in done}

        done: set[str] = await patiently(read)
        return tuple(name for name in told.plan if name not in done)

    async def _write(self, change: Any, *values: object) -> Any:  # noqa: ANN401 - functions of `holding`
        def write() -> Any:  # noqa: ANN401 - what the function gives
            with self.bench.database.writing() as connection:
                return change(connection, self.hold, *values)

        return await patiently(write)

    def _question(self) -> dict[str, Any]:
        return {
            "options": dict(self.submission.options),
            "workspace": str(self.workspace.folder),
        }


def take(bench: Bench, job: str, attempt: int) -> Work | None:
    """The job, to be worked on; null where it is over, or is given up here and now."""
    hold = Hold(job, attempt, bench.me)
    failure, secrets = None, {}
    with bench.database.writing() as connection:
        row = holding.take(connection, hold, time.time())
        if row is None:
            return None
        voices = changes_of(connection, row["tenant"])
        try:
            secrets = bench.vault.read(connection, job)
        except OptionsError as error:
            failure = replace(failure_of(error, ""), stage=None)
    work = _work(bench, hold, row, secrets, voices)
    dead = row["deaths"] >= bench.limits.most_deaths
    failure = _given_up(row["deaths"]) if dead else failure
    if failure is None:
        return work
    with suppress(LostJobError):
        give_up(work, failure, dead)
    return None


def _work(bench: Bench, hold: Hold, row: Row, secrets: Mapping[str, Any], voices: int) -> Work:
    submission = submission_of(row, secrets)
    prefix = folder_of(submission.tenant, hold.job)
    workspace = Workspace(bench.scratch / hold.job, prefix, bench.artefacts)
    adoption = Adoption(bench.database, bench.artefacts, submission.tenant, hold, row["parent"])
    return Work(bench, hold, submission, workspace, adoption, row["duration"], voices)


def give_up(work: Work, failure: Failure, dead: bool) -> None:  # noqa: FBT001 - by `patiently`
    """The job has failed: say so where results would be, and write it down.

    In this order: who dies in between is followed by another, who does both again.

    Raises:
        LostJobError: the job is no longer ours.
    """
    bench, job = work.bench, work.hold.job
    with suppress(DiascribeError):  # the job's row says it in any case
        bench.places.give_failure(work.submission, job, failure)
    with bench.database.writing() as connection:
        holding.fail(connection, work.hold, failure, time.time(), dead=dead)
        announce(connection, bench.queue, job)
    tell_end(bench.database, job)


def failure_of(error: DiascribeError, stage: str) -> Failure:
    """Why a stage failed, as the job tells it."""
    return Failure(code=error.code, message=str(error), stage=stage, hint=error.hint)


async def _nobody(_: float) -> None:
    """Plans have no progress."""


def _given_up(deaths: int) -> Failure:
    return Failure(
        code=StageDiedError.code, message=f"{deaths} workers died over the same stage of it"
    )
