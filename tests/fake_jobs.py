"""Jobs in memory, moved along by hand: what the tests of every surface ask instead of a worker.

The contract tests of `tests/jobs` hold it to what the real ones do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

from diascribe.engine.given import parse_options
from diascribe.errors import (
    FetchLimitError,
    IdempotencyError,
    InputError,
    JobStateError,
    OptionsError,
    QuotaError,
    UnfinishedJobError,
    UnknownJobError,
)
from diascribe.jobs.identity import fingerprint, job_id, request_hash, shown_options
from diascribe.jobs.job import (
    RANK,
    Depth,
    Failure,
    Job,
    JobPage,
    Stage,
    State,
    Submission,
    Submitted,
    Upload,
    Webhook,
)


@dataclass
class Kept:
    """One job and what is known besides."""

    job: Job
    mark: str
    submission: Submission
    result: bytes | None = None
    partial: bytes | None = None
    asked: int = 1
    """Requests for it, less those that were withdrawn."""


@dataclass
class FakeJobs:
    """Implements `Jobs`. `begin`, `advance`, `finish` and `fail` are what a worker would do."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    most_unfinished: int = 1000
    signs: bool = True
    """Whether there is a secret to sign webhooks with; none is ever sent."""
    presigns: bool = True
    """Whether results are kept where they have addresses."""
    given: dict[str, bytes] = field(default_factory=dict)
    """Results by the addresses that were given."""
    kept: dict[str, Kept] = field(default_factory=dict)
    """In the order of submission."""
    keys: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)

    def submit(self, submission: Submission) -> Submitted:
        if submission.webhook is not None and not self.signs:
            raise OptionsError(("webhook: none are sent here",))
        known = self._by_key(submission) or self._by_mark(submission)
        created = known is None
        if known is not None and not known.over:
            self.kept[known.id].asked += 1
        job = known or self._add(submission)
        if submission.idempotency_key is not None:
            self.keys.setdefault(
                (submission.tenant, submission.idempotency_key),
                (request_hash(submission), job.id),
            )
        return Submitted(job=job, created=created)

    def get(self, tenant: str, job: str) -> Job:
        return self._of(tenant, job).job

    def list(
        self,
        tenant: str,
        *,
        states: Sequence[State] = (),
        limit: int = 50,
        after: str | None = None,
    ) -> JobPage:
        mine = [one.job for one in reversed(self.kept.values()) if one.job.tenant == tenant]
        if after is not None:
            places = [place for place, job in enumerate(mine) if job.id == after]
            if not places:
                raise InputError("after: wanted what a page gave, got something else")
            mine = mine[places[0] + 1 :]
        fitting = [job for job in mine if not states or job.state in states]
        page = tuple(fitting[:limit])
        return JobPage(jobs=page, following=page[-1].id if len(fitting) > limit else None)

    def cancel(self, tenant: str, job: str) -> Job:
        one = self._of(tenant, job)
        if not one.job.over:
            self._change(one, state="cancelled", ended=self.now())
        return one.job

    def withdraw(self, tenant: str, job: str) -> Job:
        one = self._of(tenant, job)
        one.asked = max(0, one.asked - 1)
        return one.job if one.asked else self.cancel(tenant, job)

    def retry(self, tenant: str, job: str) -> Job:
        one = self._of(tenant, job)
        if one.job.state not in {"failed", "cancelled"}:
            raise JobStateError(f"job {job}: wanted a failed or cancelled one, is {one.job.state}")
        one.asked += 1
        self._change(
            one,
            state="queued",
            attempt=one.job.attempt + 1,
            started=None,
            ended=None,
            failure=None,
            dead_letter=False,
            progress=0.0,
            stages=tuple(stage for stage in one.job.stages if stage.state == "succeeded"),
        )
        return one.job

    def rerun(self, tenant: str, job: str, changes: Mapping[str, Any]) -> Submitted:
        one = self._of(tenant, job)
        if one.job.state != "succeeded":
            raise JobStateError(f"job {job}: wanted one that has succeeded, is {one.job.state}")
        options = {**one.submission.options, **changes}
        parse_options(options)
        done = self.submit(replace(one.submission, options=options, idempotency_key=None))
        if done.created:
            self._change(self.kept[done.job.id], parent=job)
        return Submitted(job=self.kept[done.job.id].job, created=done.created)

    def erase(self, tenant: str, job: str) -> None:
        self._of(tenant, job)
        del self.kept[job]
        self.erased.add(job)
        self.keys = {key: told for key, told in self.keys.items() if told[1] != job}

    def result(self, tenant: str, job: str, *, partial: bool = False) -> bytes:
        one = self._of(tenant, job)
        found = one.result or (one.partial if partial else None)
        if found is None:
            raise UnfinishedJobError(f"job {job} has no result: it is {one.job.state}")
        return found

    def address(self, tenant: str, job: str, content: bytes, suffix: str, *, valid_s: float) -> str:
        self._of(tenant, job)
        if not self.presigns:
            raise InputError("results are kept in a folder here")
        address = f"https://store.example/{len(self.given)}{suffix}?valid={valid_s:g}"
        self.given[address] = content
        return address

    def keep(self, tenant: str, chunks: Iterator[bytes], *, name: str, most_bytes: int) -> Upload:
        kept = b""
        for chunk in chunks:
            kept += chunk
            if len(kept) > most_bytes:
                raise FetchLimitError(f"{name}: wanted at most {most_bytes} bytes, got more")
        key = f"{tenant}/uploads/{len(self.uploads)}"
        self.uploads[key] = kept
        return Upload(key=key, sha256=hashlib.sha256(kept).hexdigest(), size=len(kept))

    def depth(self) -> Depth:
        queued = [one.job for one in self.kept.values() if one.job.state == "queued"]
        oldest = min((job.created for job in queued), default=None)
        return Depth(
            queued=len(queued),
            running=sum(one.job.state == "running" for one in self.kept.values()),
            slots=1,
            oldest_s=None if oldest is None else (self.now() - oldest).total_seconds(),
        )

    def following(self) -> Job | None:
        """The job that a free slot would take next."""
        queued = [one.job for one in self.kept.values() if one.job.state == "queued"]
        return min(queued, key=lambda job: (RANK[job.priority], job.created), default=None)

    def begin(self, job: str, *stages: str, duration: float | None = None) -> None:
        """A slot has taken it; null `duration` as long as nothing is decoded."""
        one = self.kept[job]
        done = {stage.name: stage for stage in one.job.stages}
        planned = tuple(
            done.get(name) or Stage(name=name, state="queued", progress=0.0) for name in stages
        )
        self._change(one, state="running", started=self.now(), stages=planned, duration=duration)

    def advance(self, job: str, stage: str, progress: float) -> None:
        """A stage has come so far; 1 ends it."""
        one = self.kept[job]
        state: State = "succeeded" if progress >= 1 else "running"
        stages = tuple(
            replace(each, state=state, progress=progress, attempts=1)
            if each.name == stage
            else each
            for each in one.job.stages
        )
        share = sum(each.progress for each in stages) / max(1, len(stages))
        self._change(one, stages=stages, progress=share)

    def show(self, job: str, partial: bytes) -> None:
        """There is so much of a result so far."""
        self.kept[job].partial = partial

    def finish(self, job: str, result: bytes) -> None:
        """It has succeeded, with this transcript as JSON of the wire."""
        one = self.kept[job]
        one.result = result
        stages = tuple(replace(each, state="succeeded", progress=1.0) for each in one.job.stages)
        self._change(one, state="succeeded", ended=self.now(), progress=1.0, stages=stages)

    def fail(self, job: str, failure: Failure, *, dead_letter: bool = False) -> None:
        """It has failed."""
        self._change(
            self.kept[job],
            state="failed",
            ended=self.now(),
            failure=failure,
            dead_letter=dead_letter,
        )

    def _of(self, tenant: str, job: str) -> Kept:
        one = self.kept.get(job)
        if one is None or one.job.tenant != tenant:
            raise UnknownJobError(f"there is no job {job}")
        return one

    def _by_key(self, submission: Submission) -> Job | None:
        key = (submission.tenant, submission.idempotency_key or "")
        if submission.idempotency_key is None or key not in self.keys:
            return None
        asked, job = self.keys[key]
        if asked != request_hash(submission):
            raise IdempotencyError("the idempotency key was used for another request")
        return self.kept[job].job

    def _by_mark(self, submission: Submission) -> Job | None:
        if submission.source.version is None:
            return None
        mark = fingerprint(submission)
        for one in self.kept.values():
            if one.mark == mark and one.job.state not in {"failed", "cancelled"}:
                return one.job
        return None

    def _add(self, submission: Submission) -> Job:
        mine = [one.job for one in self.kept.values() if one.job.tenant == submission.tenant]
        if sum(not job.over for job in mine) >= self.most_unfinished:
            raise QuotaError(f"wanted at most {self.most_unfinished} unfinished jobs, got one more")
        mark, generation = fingerprint(submission), 0
        while job_id(mark, generation) in self.kept.keys() | self.erased:
            generation += 1
        job = Job(
            id=job_id(mark, generation),
            tenant=submission.tenant,
            state="queued",
            source=submission.source.shown,
            options=shown_options(submission.options),
            priority=submission.priority,
            created=self.now(),
            metadata=dict(submission.metadata),
            webhook=None if submission.webhook is None else Webhook(state="pending"),
        )
        self.kept[job.id] = Kept(job=job, mark=mark, submission=submission)
        return job

    def _change(self, one: Kept, **changes: object) -> None:
        one.job = replace(one.job, **cast("dict[str, Any]", changes))
