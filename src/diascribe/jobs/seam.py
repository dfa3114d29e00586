"""What every surface asks of the job service, whichever engine of queues stands behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from diascribe.jobs.job import Depth, Job, JobPage, State, Submission, Submitted, Upload


class Jobs(Protocol):
    """Durable jobs. Every call names the tenant, and sees nothing of any other.

    One instance serves all threads. Calls are short: they wait for the database, never for a job.
    """

    def submit(self, submission: Submission) -> Submitted:
        """A new job, or the one that the same request made before.

        The same source, version and options within a tenant are one job while it has not failed
        or been cancelled; a failed one is never given as the answer to a new request.

        Raises:
            OptionsError: it wants a webhook, and there is no secret to sign one with.
            IdempotencyError: the key was used for another request.
            QuotaError: the tenant has as many unfinished jobs as it may.
            DatabaseError: the job could not be kept; then there is none.
        """
        ...

    def get(self, tenant: str, job: str) -> Job:
        """A job.

        Raises:
            UnknownJobError: the tenant has none of that id.
        """
        ...

    def list(
        self,
        tenant: str,
        *,
        states: Sequence[State] = (),
        limit: int = 50,
        after: str | None = None,
    ) -> JobPage:
        """Jobs, newest first; no `states` gives all.

        Raises:
            InputError: `after` is nothing that a page gave.
        """
        ...

    def cancel(self, tenant: str, job: str) -> Job:
        """The job, stopped; one that has ended stays as it is.

        Raises:
            UnknownJobError: the tenant has none of that id.
        """
        ...

    def withdraw(self, tenant: str, job: str) -> Job:
        """The job, which one of those who asked for it wants no more.

        It is stopped where nobody else asked for it, by the same request or a retry, who has not
        withdrawn too.

        Raises:
            UnknownJobError: the tenant has none of that id.
        """
        ...

    def retry(self, tenant: str, job: str) -> Job:
        """A failed or cancelled job, going on from the stage that did not end.

        Raises:
            UnknownJobError: the tenant has none of that id.
            JobStateError: it has not ended, or has succeeded, or its recording cannot be had
                any more.
        """
        ...

    def rerun(self, tenant: str, job: str, changes: Mapping[str, Any]) -> Submitted:
        """A finished job with some options changed; stages that they do not touch are not redone.

        Raises:
            UnknownJobError: the tenant has none of that id.
            JobStateError: it has not succeeded.
            OptionsError: the changed options do not fit.
        """
        ...

    def erase(self, tenant: str, job: str) -> None:
        """Stop it where it runs, and remove its rows and everything it kept.

        Raises:
            UnknownJobError: the tenant has none of that id.
        """
        ...

    def result(self, tenant: str, job: str, *, partial: bool = False) -> bytes:
        """The transcript, as JSON of the wire; with `partial` what there is so far.

        Raises:
            UnknownJobError: the tenant has none of that id.
            UnfinishedJobError: there is no result yet, or none at all.
        """
        ...

    def address(self, tenant: str, job: str, content: bytes, suffix: str, *, valid_s: float) -> str:
        """A web address that gives a result to whoever has it, for a while.

        The content, in a format whose files end in `suffix`, is kept with the job.

        Raises:
            UnknownJobError: the tenant has none of that id.
            InputError: results lie in a folder, which has no such addresses.
            OutputError: it cannot be kept.
        """
        ...

    def keep(self, tenant: str, chunks: Iterator[bytes], *, name: str, most_bytes: int) -> Upload:
        """Bytes handed over, kept for a job to come; removed after a day if none takes them.

        Raises:
            FetchLimitError: there are more bytes than allowed; nothing is kept.
            OutputError: they cannot be kept.
        """
        ...

    def depth(self) -> Depth:
        """How much there is to do, over all tenants."""
        ...


SOURCE = "source"
"""File of a workspace with the media, as they came; there before the first stage."""

RESULT = "result.json"
"""File of a workspace with the transcript as JSON of the wire; the last stage leaves it."""

PARTIAL = "partial.json"
"""File of a workspace with what there is of the transcript; any stage may write it anew."""

LOST = "lost"
"""Folder of a workspace: `lost/<stage>.json` says why an optional stage has no findings."""


VOICES = "voices.npz"
"""File of a workspace with the tenant's known voices; there while a stage runs that looks for
them, and kept nowhere: whoever is forgotten must not be left among findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What the service needs to know of a stage; found without loading a model."""

    key: str = ""
    """What its findings depend on besides those that it reads: the options that it heeds and its
    models, as a text. Where all keys are as they were, its findings are used again."""
    reads: tuple[str, ...] | None = None
    """Names of the stages whose findings it reads; null for all before it."""
    share: float = 0.0
    """Its share of the whole job's time, roughly, 0 to 1, in which progress is counted; where
    no stage says any, all count alike. Stages of one `kind` have it together."""
    kind: str = ""
    """What it does, whichever part of the work it is for; empty for a stage of its own kind."""
    quick: bool = False
    """Whether it takes no model and about a second, however long the recording is."""
    hostile: bool = False
    """Whether it reads media: it gets a process of its own, with limits."""
    voices: bool = False
    """Whether it looks for known voices, and finds them in `VOICES`; its findings depend on them
    too."""
    optional: bool = False
    """Whether the result can do without: where it fails, the stages after it find why below
    `LOST`, and the job goes on."""


class Stages(Protocol):
    """The engine, cut into stages whose findings lie in files, so that none is done twice.

    Runs in a child process that holds the models, which are loaded when a stage first needs
    them. A workspace is a folder with the findings of the stages so far; each stage reads those
    it needs and adds its own, whole or not at all. A file that is there is never changed, only
    replaced (`Path.replace`).
    """

    def plan(self, options: Mapping[str, Any], workspace: Path) -> Sequence[str]:
        """Names of the stages, in order, as far as the findings tell.

        It is asked again after each stage. What it named before stays, in the same order; there
        may be more, such as a stage for each chunk once the speech is known.
        """
        ...

    def traits(self, stage: str, options: Mapping[str, Any]) -> Traits:
        """What kind of stage that is."""
        ...

    def duration(self, workspace: Path) -> float | None:
        """Seconds of the recording; null until they are known."""
        ...

    def run(self, stage: str, options: Mapping[str, Any], workspace: Path) -> Iterator[float]:
        """One stage; yields the share done, 0 to 1.

        Raises:
            DiascribeError: the stage fails; the workspace is as it was before.
        """
        ...
