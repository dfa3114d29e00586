"""Gives recordings to a service as jobs, and waits for them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typer

from diascribe.adapters.service import SUCCEEDED, RefusedError, RemoteJob, Service
from diascribe.cli.progress import Bars
from diascribe.cli.terminal import put, say, say_error
from diascribe.cli.wanted import Listing, Wanted, below
from diascribe.engine.beside import Progress
from diascribe.errors import DiascribeError

POLL_S = 1.0
"""Between questions about jobs that are waited for."""


@dataclass(frozen=True, slots=True)
class Given:
    """A recording and its job."""

    wanted: Wanted
    job: RemoteJob


@dataclass
class Submitter:
    """Submits one recording after the other; one that fails does not stop the others."""

    service: Service
    fields: Mapping[str, Any]
    as_lines: bool = False
    quiet: bool = False
    """Whether jobs are told when they have ended, not when they are submitted."""
    sleep: Callable[[float], object] = time.sleep
    failures: list[int] = field(default_factory=list)
    """The exit statuses of what failed."""

    def submit_all(self, wanted: Iterable[Wanted]) -> list[Given]:
        """The jobs of what could be submitted."""
        tried = ((one, self._try(one)) for one in wanted)
        return [Given(one, job) for one, job in tried if job is not None]

    def wait_for(self, given: Iterable[Given]) -> None:
        """Wait until all have ended, each told when it has."""
        left = list(given)
        with Bars("job") as bars:
            while left:
                left = [now for one in left if (now := self._look(one, bars.report)) is not None]
                if left:
                    self.sleep(POLL_S)

    def watch(self, prefixes: Iterable[str], listing: Listing, interval_s: float) -> None:
        """Submit what is new below the prefixes, until interrupted."""
        known: set[str] = set()
        prefixes = list(prefixes)
        while True:
            for prefix in prefixes:
                self._look_below(prefix, listing, known)
            self.sleep(interval_s)

    def leave(self) -> None:
        """End the command.

        Raises:
            typer.Exit: something failed; with the exit status of the first.
        """
        if self.failures:
            raise typer.Exit(self.failures[0])

    def _look_below(self, prefix: str, listing: Listing, known: set[str]) -> None:
        try:
            new = [one for one in below(prefix, listing) if one.key not in known]
        except DiascribeError as error:  # a bucket may be away for a while
            say_error(error, about=prefix)
            return
        known |= {one.key for one in new if self._try(one, known) is not None}

    def _try(self, one: Wanted, refused: set[str] | None = None) -> RemoteJob | None:
        """The job of a recording; what the service refuses is added to `refused`."""
        try:
            job = self._submit(one)
        except DiascribeError as error:
            say_error(error, about=str(one))
            self.failures.append(error.exit_status)
            if refused is not None and isinstance(error, RefusedError):
                refused.add(one.key)
            return None
        if not self.quiet:
            self._tell(one, job, job.id)
        return job

    def _submit(self, one: Wanted) -> RemoteJob:
        if isinstance(one.place, Path):
            return self.service.submit_file(one.place, self.fields, key=one.key)
        return self.service.submit_address(one.place, self.fields, key=one.key)

    def _look(self, one: Given, report: Callable[[Progress], None]) -> Given | None:
        """A job as it is now; null where it has ended."""
        job = self.service.job(one.job.id)
        report(Progress(str(one.wanted), job.progress, 1.0))
        if not job.over:
            return Given(one.wanted, job)
        if job.state != SUCCEEDED:
            say(f"error: {one.wanted}: job {job.id}: {job.failure or job.state}")
            self.failures.append(DiascribeError.exit_status)
        self._tell(one.wanted, job, f"{job.id} {job.state}")
        return None

    def _tell(self, one: Wanted, job: RemoteJob, text: str) -> None:
        if self.as_lines:
            told = {"source": str(one), "job": dict(job.told)}
            put(json.dumps(told, ensure_ascii=False) + "\n")
        else:
            put(f"{text}\n")
