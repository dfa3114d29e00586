"""A job: what was asked for, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

State = Literal["queued", "running", "succeeded", "failed", "cancelled"]
"""Where a job is; the last three are ends, which only `retry` leaves."""

ENDS: frozenset[State] = frozenset({"succeeded", "failed", "cancelled"})

Priority = Literal["interactive", "normal", "bulk"]
"""Who goes first; within one class the oldest does."""

BESIDE = "beside"
"""What `Submission.results` says for results beside their recordings."""

RANK: Mapping[Priority, int] = {"interactive": 10, "normal": 100, "bulk": 1000}
"""The lower goes first."""

SourceKind = Literal["upload", "web", "object"]
"""Bytes that were handed over, a web address, or an object in a bucket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is to be heard."""

    kind: SourceKind
    uri: str = field(repr=False)
    """Where its bytes are: a key of our own storage, `https://…`, `s3://…`. It may hold a secret:
    `shown` is what others see."""
    shown: str
    """What people call it: a file's name, or an address without query and user."""
    version: str | None = None
    """What changes with the bytes: sha256, ETag; null where nobody knows."""
    size: int | None = None
    """Bytes; null where unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """Bytes that were handed over and are kept."""

    key: str
    """Where they are: the `uri` of a `Source` of kind `upload`."""
    sha256: str
    """Their hash, which is the source's version."""
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a tenant asks for."""

    tenant: str
    source: Source
    options: Mapping[str, Any]
    """Those given, by the names of `Options`, checked."""
    priority: Priority = "normal"
    idempotency_key: str | None = None
    """The same key with the same request is the same job; with another, an error."""
    webhook: str | None = field(default=None, repr=False)
    """Web address that is told of the end."""
    results: str | None = None
    """Prefix of an object store where results are written too, or `BESIDE`, for recordings from
    one; null keeps them with the job."""
    formats: tuple[str, ...] = ()
    """Which ones are written to `results`."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """The caller's own, given back as it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of a job."""

    name: str
    state: State
    progress: float
    """Share done, 0 to 1."""
    seconds: float | None = None
    """How long it took; null while it has not ended."""
    attempts: int = 0


WebhookState = Literal["pending", "delivered", "failed"]
"""Where the telling of a job's end is: yet to come or to be tried again, done, or given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Whether the address that a job names was told of its end."""

    state: WebhookState
    status: int | None = None
    """What the receiver answered last; null where it was not asked, or nobody answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a job failed."""

    code: str
    message: str
    stage: str | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as its tenant sees it."""

    id: str
    tenant: str
    state: State
    source: str
    """As `Source.shown`."""
    options: Mapping[str, Any]
    """Those given, without secrets."""
    priority: Priority
    created: datetime
    started: datetime | None = None
    ended: datetime | None = None
    duration: float | None = None
    """Seconds of the recording; null until it is decoded."""
    progress: float = 0.0
    """Share done, 0 to 1; never falls within one attempt."""
    stages: tuple[Stage, ...] = ()
    attempt: int = 1
    """Raised by every `retry`."""
    dead_letter: bool = False
    """Whether it was given up because it ended its worker too often."""
    failure: Failure | None = None
    parent: str | None = None
    """The job whose stages it goes on from; null for one of its own."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    results: tuple[str, ...] = ()
    """Where results were written besides."""
    webhook: Webhook | None = None
    """Null where nobody is to be told."""

    @property
    def over(self) -> bool:
        """Whether it has come to an end."""
        return self.state in ENDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A job, and whether it was there before."""

    job: Job
    created: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """Some jobs, newest first."""

    jobs: tuple[Job, ...]
    following: str | None = None
    """What to ask for the next page with; null on the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How much there is to do, for whoever scales workers."""

    queued: int
    running: int
    slots: int
    """Slots of workers that are alive."""
    oldest_s: float | None
    """How long the oldest queued job has waited; null without one."""

    @property
    def backlog(self) -> int:
        """Queued and running jobs: a scaler that counts only queued ones ends busy workers."""
        return self.queued + self.running
