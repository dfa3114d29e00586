"""Where recordings come from and where results go besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from diascribe.errors import InputError, SourceError
from diascribe.jobs.artefacts import Artefacts
from diascribe.jobs.job import Failure, Source, Submission
from diascribe.storage.fetching import Fetcher

FORGOTTEN = "the recording is gone: its address held a secret, forgotten a day after the end"
"""Why what was named by a signed address cannot be fetched any more."""

ANEW = "ask for it anew, with a fresh address: POST /v1/jobs"


class Buckets(Protocol):
    """Object stores of tenants, as `diascribe.storage` has them."""

    def fetch(self, tenant: str, uri: str, path: Path) -> None:
        """Bring an object to `path`.

        Raises:
            SourceError: there is none, or the tenant may not read it.
        """
        ...

    def give(self, submission: Submission, job: str, result: bytes) -> Sequence[str]:
        """Write a result below the prefix that was asked for, in each format; where they are now.

        Raises:
            OutputError: it cannot be written there.
        """
        ...

    def give_failure(self, submission: Submission, job: str, failure: Failure) -> str:
        """Write why there is no result; where that is.

        Raises:
            OutputError: it cannot be written there.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Brings sources and gives results away."""

    artefacts: Artefacts
    fetcher: Fetcher
    buckets: Buckets | None = None
    """Null where no object store is set up."""

    def bring(
        self,
        tenant: str,
        source: Source,
        path: Path,
        *,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """Bring the media to `path`; from the web no longer than until `stopped`.

        Raises:
            InputError: they cannot be had.
            SpoolError: there is no room for them.
        """
        if not source.uri:
            raise SourceError(f"{source.shown}: {FORGOTTEN}", hint=ANEW)
        path.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        if source.kind == "upload":
            self.artefacts.get(source.uri, path)
        elif source.kind == "web":
            self.fetcher.save(source.uri, path, stopped=stopped)
        else:
            self._buckets().fetch(tenant, source.uri, path)

    def give(self, submission: Submission, job: str, result: bytes) -> Sequence[str]:
        """Write a result where the request wants it besides; nowhere is no error.

        Raises:
            InputError: no object store is set up.
            OutputError: it cannot be written there.
        """
        if submission.results is None:
            return ()
        return self._buckets().give(submission, job, result)

    def give_failure(self, submission: Submission, job: str, failure: Failure) -> None:
        """Write why there is no result, where the request wants results; nowhere is no error.

        Raises:
            OutputError: it cannot be written there.
        """
        if submission.results is not None and self.buckets is not None:
            self.buckets.give_failure(submission, job, failure)

    def _buckets(self) -> Buckets:
        if self.buckets is None:
            raise InputError("no object store is set up here")
        return self.buckets
