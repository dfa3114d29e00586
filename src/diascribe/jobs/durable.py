"""Durable jobs: rows of ours and of the queue, written together; workers are other processes."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from diascribe.engine.given import parse_options
from diascribe.errors import (
    FetchLimitError,
    JobStateError,
    OutputError,
    SourceError,
    UnfinishedJobError,
)
from diascribe.jobs import holding, intake
from diascribe.jobs.artefacts import Artefacts
from diascribe.jobs.erasing import erase_job
from diascribe.jobs.job import Depth, Job, JobPage, State, Submission, Submitted, Upload
from diascribe.jobs.limits import Limits
from diascribe.jobs.queue import Queue, flow_of
from diascribe.jobs.records import Row, found, list_jobs, read_depth, read_job, submission_of
from diascribe.jobs.rerunning import Rerun
from diascribe.jobs.seam import PARTIAL, RESULT, Stages
from diascribe.jobs.sweeper import now_in
from diascribe.jobs.telling import tell_end
from diascribe.jobs.vault import Vault
from diascribe.jobs.webhooks.notices import announce, redeliver
from diascribe.jobs.webhooks.signing import unsigned
from diascribe.jobs.workspace import folder_of
from diascribe.store.database import Database
from diascribe.store.job_schema import JOBS, STAGES, UPLOADS

GIVEN = "given"
"""Folder of a job's artefacts for results that are given by address."""

Check = Callable[[Mapping[str, Any]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class DurableJobs:
    """Implements `Jobs`. One instance serves all threads; close its database and queue."""

    database: Database
    queue: Queue
    vault: Vault
    artefacts: Artefacts
    stages: Stages
    """Asked for plans, and for quick stages; no model is loaded."""
    scratch: Path
    limits: Limits
    signs: bool = True
    """Whether webhooks can be signed; those that cannot are refused."""
    check: Check = parse_options
    """Refuses options that do not fit."""

    def submit(self, submission: Submission) -> Submitted:
        """A new job, or the one that the same request made before."""
        self.check_webhook(submission.webhook)
        with self.database.writing() as connection:
            row = intake.known_job(connection, submission)
            created = row is None
            if row is None:
                row = self._take_in(connection, submission)
                self.queue.add(connection, row["id"], 1, intake.place_of(row).number)
            intake.remember_key(connection, submission, row["id"])
            return Submitted(job=found(connection, [row])[0], created=created)

    def get(self, tenant: str, job: str) -> Job:
        """A job."""
        with self.database.reading() as connection:
            return found(connection, [read_job(connection, tenant, job)])[0]

    def list(
        self,
        tenant: str,
        *,
        states: Sequence[State] = (),
        limit: int = 50,
        after: str | None = None,
    ) -> JobPage:
        """Jobs, newest first."""
        with self.database.reading() as connection:
            return list_jobs(connection, tenant, states, limit, after)

    def cancel(self, tenant: str, job: str) -> Job:
        """The job, stopped; one that has ended stays as it is."""
        with self.database.writing() as connection:
            row = read_job(connection, tenant, job, to_change=True)
            stopped = self._stop(connection, job)
        self._after_stop(row, stopped=stopped)
        return self.get(tenant, job)

    def withdraw(self, tenant: str, job: str) -> Job:
        """The job, which one of those who asked for it wants no more; stopped after the last."""
        with self.database.writing() as connection:
            row = read_job(connection, tenant, job, to_change=True)
            left = max(0, row["asked"] - 1)
            connection.execute(sa.update(JOBS).where(JOBS.c.id == job).values(asked=left))
            stopped = not left and self._stop(connection, job)
        if not left:
            self._after_stop(row, stopped=stopped)
        return self.get(tenant, job)

    def retry(self, tenant: str, job: str) -> Job:
        """A failed or cancelled job, going on from the stage that did not end."""
        with self.database.writing() as connection:
            row = read_job(connection, tenant, job, to_change=True)
            if row["state"] not in {"failed", "cancelled"}:
                raise JobStateError(
                    f"job {job}: wanted a failed or cancelled one, is {row['state']}"
                )
            intake.check_source(connection, row)
            self._queue_again(connection, row)
            return found(connection, [read_job(connection, tenant, job)])[0]

    def rerun(self, tenant: str, job: str, changes: Mapping[str, Any]) -> Submitted:
        """A finished job with some options changed; here and now, where that is quick."""
        wanted, parent = self._wanted(tenant, job, changes)
        with self.database.writing() as connection:
            row = intake.known_job(connection, wanted)
            if row is not None:
                return Submitted(job=found(connection, [row])[0], created=False)
            row = self._take_in(connection, wanted, parent=job, state="running", holder="rerun")
        Rerun(self.database, self.queue, self.artefacts, self.stages, self.scratch).run(
            parent, row, wanted.options
        )
        return Submitted(job=self.get(tenant, row["id"]), created=True)

    def erase(self, tenant: str, job: str) -> None:
        """Stop it where it runs, and remove its rows and everything it kept."""
        with self.database.reading() as connection:
            row = read_job(connection, tenant, job)
        erase_job(self.database, self.queue, self.artefacts, row)

    def result(self, tenant: str, job: str, *, partial: bool = False) -> bytes:
        """The transcript, as JSON of the wire; with `partial` what there is so far."""
        state = self.get(tenant, job).state
        names = [RESULT] if state == "succeeded" else [PARTIAL] if partial else []
        for name in names:
            try:
                return self.artefacts.read(folder_of(tenant, job) + name)
            except SourceError:
                continue
        raise UnfinishedJobError(f"job {job} has no result: it is {state}")

    def address(self, tenant: str, job: str, content: bytes, suffix: str, *, valid_s: float) -> str:
        """A web address of a result, which is kept with the job."""
        folder = folder_of(tenant, self.get(tenant, job).id)
        key = f"{folder}{GIVEN}/{hashlib.sha256(content).hexdigest()}{suffix}"
        try:
            self.scratch.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.scratch, prefix="given-") as file:
                file.write(content)
                file.flush()
                address = self.artefacts.presign(key, valid_s=valid_s)
                self.artefacts.put(key, Path(file.name))
        except OSError as error:
            raise OutputError(f"job {job}: no room for its result: {error.strerror}") from error
        return address

    def keep(self, tenant: str, chunks: Iterator[bytes], *, name: str, most_bytes: int) -> Upload:
        """Bytes handed over, kept for a job to come."""
        key = f"{tenant}/uploads/{uuid4().hex}"
        with self.database.writing() as connection:  # first, so that retention knows of the bytes
            values = {"key": key, "tenant": tenant, "created": time.time()}
            connection.execute(sa.insert(UPLOADS), values)
        try:
            self.scratch.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.scratch, prefix="upload-") as file:
                digest, size = hashlib.sha256(), 0
                for chunk in chunks:
                    size += len(chunk)
                    if size > most_bytes:
                        raise FetchLimitError(f"{name}: wanted at most {most_bytes} bytes")
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                self.artefacts.put(key, Path(file.name))
        except OSError as error:
            raise OutputError(f"{name}: cannot be kept: {error.strerror}") from error
        return Upload(key=key, sha256=digest.hexdigest(), size=size)

    def redeliver(self, tenant: str, job: str) -> int:
        """Send the notices of a job's ends again; how many there are.

        Raises:
            UnknownJobError: the tenant has none of that id.
            JobStateError: where to is forgotten.
        """
        with self.database.writing() as connection:
            read_job(connection, tenant, job, to_change=True)
            return redeliver(connection, self.queue, tenant, job)

    def check_webhook(self, webhook: str | None) -> None:
        """Refuse a webhook that cannot be signed; null is none.

        Raises:
            OptionsError: there is no secret to sign it with.
        """
        if webhook is not None and not self.signs:
            raise unsigned()

    def tenants(self) -> Sequence[str]:
        """Whose jobs there are, for whoever runs the service."""
        with self.database.reading() as connection:
            which = sa.select(JOBS.c.tenant).distinct().order_by(JOBS.c.tenant)
            return list(connection.execute(which).scalars())

    def depth(self) -> Depth:
        """How much there is to do, over all tenants."""
        with self.database.reading() as connection:
            clock = now_in(self.database)
            return read_depth(connection, time.time(), self.limits.dead_s, clock)

    def _stop(self, connection: sa.Connection, job: str) -> bool:
        """Whether it was not over yet."""
        stopped = holding.cancel(connection, job, time.time())
        if stopped:
            announce(connection, self.queue, job)
        return stopped

    def _after_stop(self, row: Row, *, stopped: bool) -> None:
        self.queue.cancel([flow_of(row["id"], row["attempt"])])
        if stopped:
            tell_end(self.database, row["id"])

    def _take_in(self, connection: sa.Connection, submission: Submission, **more: Any) -> Row:  # noqa: ANN401 - values of columns
        intake.check_quota(connection, submission.tenant, self.limits.tenant_jobs)
        if not more:
            intake.check_upload(connection, submission)
        row = intake.insert_job(connection, submission, time.time(), **more)
        self.vault.put(connection, row["id"], submission)
        return row

    def _wanted(self, tenant: str, job: str, changes: Mapping[str, Any]) -> tuple[Submission, Row]:
        with self.database.reading() as connection:
            row = read_job(connection, tenant, job)
            if row["state"] != "succeeded":
                raise JobStateError(f"job {job}: wanted one that has succeeded, is {row['state']}")
            before = submission_of(row, self.vault.read(connection, job))
        options = {**before.options, **changes}
        self.check(options)
        return replace(before, options=options, idempotency_key=None, webhook=None), row

    def _queue_again(self, connection: sa.Connection, row: Row) -> None:
        attempt = row["attempt"] + 1
        turn = intake.next_turn(connection, row["tenant"], row["priority"])
        connection.execute(
            sa.update(JOBS)
            .where(JOBS.c.id == row["id"])
            .values(
                state="queued",
                attempt=attempt,
                asked=row["asked"] + 1,
                turn=turn,
                deaths=0,
                dead_letter=False,
                failure=None,
                started=None,
                ended=None,
                progress=0.0,
                holder=None,
                touched=time.time(),
            )
        )
        unended = (STAGES.c.job == row["id"], STAGES.c.state != "succeeded")
        connection.execute(sa.delete(STAGES).where(*unended))
        number = intake.Place(row["priority"], turn).number
        self.queue.add(connection, row["id"], attempt, number)
