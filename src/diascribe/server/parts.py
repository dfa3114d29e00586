"""What the service answers, as JSON: its fields and their meaning."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from diascribe.jobs.job import (
    Depth,
    Failure,
    Job,
    JobPage,
    Priority,
    Stage,
    State,
    Webhook,
    WebhookState,
)
from diascribe.server.wording import hint_over_http


class Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class ErrorPart(Answer):
    """What went wrong."""

    code: str
    """Stable, for programs: see the table of errors."""
    message: str
    """What was wanted and what came, for people."""
    details: dict[str, Any]
    """`problems`, where there are several; `hint`, where there is one."""


class ErrorBody(Answer):
    """The body of every answer that is no success."""

    error: ErrorPart
    """What went wrong."""


class HealthPart(Answer):
    """Whether the process lives."""

    status: Literal["alive"]
    """It does."""


class ReadyPart(Answer):
    """Whether the service can work."""

    status: Literal["ready"]
    """It can."""


class DepthPart(Answer):
    """How much there is to do, over all tenants."""

    queued: int
    """Jobs that wait."""
    running: int
    """Jobs that are worked on."""
    backlog: int
    """Both: what a scaler of workers goes by."""
    slots: int
    """Jobs that the workers alive can work on at once."""
    oldest_s: float | None
    """How long the oldest waiting job has waited, in seconds; null without one."""


class StagePart(Answer):
    """One stage of a job."""

    name: str
    """What it does."""
    state: State
    """Where it is."""
    progress: Annotated[float, Field(ge=0, le=1)]
    """Share done."""
    seconds: float | None
    """How long it took; null while it has not ended."""
    attempts: int
    """How often it was begun."""


class FailurePart(Answer):
    """Why a job failed."""

    code: str
    """Stable, for programs: see the table of errors."""
    message: str
    """What was wanted and what came, for people."""
    stage: str | None
    """Where it happened; null where it was no stage's fault."""
    hint: str
    """What may help; empty where nobody knows."""


class WebhookPart(Answer):
    """Whether the address that a job names was told of its end."""

    state: WebhookState
    """`pending` until it has taken the message, `failed` when it is tried no more."""
    status: int | None
    """What the receiver answered last; null where it was not asked yet, or nobody answered."""


class JobPart(Answer):
    """A job: what was asked for, and how far it is."""

    id: str
    """What to ask for it by."""
    state: State
    """Where it is; `succeeded`, `failed` and `cancelled` are ends."""
    source: str
    """What is heard: a file's name, or an address without its secrets."""
    options: dict[str, Any]
    """The options that were given, without secrets."""
    priority: Priority
    """Who goes first."""
    created: datetime
    """When it was asked for."""
    started: datetime | None
    """When work began; null before."""
    ended: datetime | None
    """When it ended; null before."""
    duration: float | None
    """Seconds of the recording; null until it is decoded."""
    progress: Annotated[float, Field(ge=0, le=1)]
    """Share done, of the time that it is expected to take."""
    stages: tuple[StagePart, ...]
    """Its stages, as far as they are known."""
    attempt: int
    """Raised by every retry, from 1."""
    dead_letter: bool
    """Whether it was given up because it ended its worker too often."""
    failure: FailurePart | None
    """Why it failed; null where it has not."""
    parent: str | None
    """The job whose findings it goes on from; null for one of its own."""
    metadata: dict[str, str]
    """The caller's own, as it came."""
    results: tuple[str, ...]
    """Where results were written besides."""
    webhook: WebhookPart | None
    """Whether its end was told; null where nobody is to be."""


class AddressPart(Answer):
    """Where a result is, for whoever has the address."""

    url: str
    """A web address that needs no key."""
    expires: datetime
    """Until when it is good."""


class JobPagePart(Answer):
    """Some jobs, newest first."""

    jobs: tuple[JobPart, ...]
    """The jobs of this page."""
    following: str | None
    """What to give as `after` for the next page; null on the last one."""


def job_part(job: Job) -> JobPart:
    """A job, as its tenant reads it."""
    return JobPart(
        id=job.id,
        state=job.state,
        source=job.source,
        options=dict(job.options),
        priority=job.priority,
        created=job.created,
        started=job.started,
        ended=job.ended,
        duration=_seconds(job.duration),
        progress=_share(job.progress),
        stages=tuple(map(_stage, job.stages)),
        attempt=job.attempt,
        dead_letter=job.dead_letter,
        failure=_failure(job.failure),
        parent=job.parent,
        metadata=dict(job.metadata),
        results=job.results,
        webhook=_webhook(job.webhook),
    )


def _stage(stage: Stage) -> StagePart:
    return StagePart(
        name=stage.name,
        state=stage.state,
        progress=_share(stage.progress),
        seconds=_seconds(stage.seconds),
        attempts=stage.attempts,
    )


def _seconds(seconds: float | None) -> float | None:
    """To the millisecond, as everything that is given away."""
    return None if seconds is None else round(seconds, 3)


def _share(done: float) -> float:
    return round(min(1.0, max(0.0, done)), 3)


def _failure(failure: Failure | None) -> FailurePart | None:
    if failure is None:
        return None
    return FailurePart(
        code=failure.code,
        message=failure.message,
        stage=failure.stage,
        hint=hint_over_http(failure.code, failure.hint),
    )


def _webhook(webhook: Webhook | None) -> WebhookPart | None:
    if webhook is None:
        return None
    return WebhookPart(state=webhook.state, status=webhook.status)


def page_part(page: JobPage) -> JobPagePart:
    """A page of jobs."""
    return JobPagePart(jobs=tuple(map(job_part, page.jobs)), following=page.following)


def depth_part(depth: Depth) -> DepthPart:
    """How much there is to do."""
    return DepthPart(
        queued=depth.queued,
        running=depth.running,
        backlog=depth.backlog,
        slots=depth.slots,
        oldest_s=depth.oldest_s,
    )
