"""Object stores of tenants: recordings from them, results and failures into them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from diascribe.formats.table import write
from diascribe.jobs.artefacts import Artefacts, FolderArtefacts
from diascribe.jobs.job import BESIDE, Failure, Submission
from diascribe.settings import Settings
from diascribe.storage.artefacts import BucketArtefacts
from diascribe.storage.locations import location, object_within, prefix_within
from diascribe.storage.objects import Objects, open_objects
from diascribe.storage.results import JSON, Recorded, ResultWriter
from diascribe.wire.decode import from_json

Prefixes = Callable[[str], Sequence[str]]
"""Where a tenant may read and write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantBuckets:
    """Reads and writes for tenants, each below its own prefixes only."""

    objects: Objects
    prefixes: Prefixes
    failures: str | None = None
    """Prefix of failures, of no tenant's choosing; null is with the results."""

    def fetch(self, tenant: str, uri: str, path: Path) -> None:
        """Bring an object to a new file at `path`.

        Raises:
            SourceError: there is none, or the tenant may not read it.
        """
        self.objects.fetch(object_within(uri, self.prefixes(tenant)), path)

    def give(self, submission: Submission, job: str, result: bytes) -> Sequence[str]:
        """Write a result in each format that was asked for, JSON without any; where they are.

        Raises:
            AddressRefusedError: the tenant may not write there.
            OutputError: it cannot be written there.
        """
        texts = _texts(submission, result)
        places = self._writer(submission).write(self._recorded(submission, job), texts)
        return tuple(one.uri for one in places)

    def give_failure(self, submission: Submission, job: str, failure: Failure) -> str:
        """Write why there is no result; where that is.

        Raises:
            AddressRefusedError: the tenant may not write there.
            OutputError: it cannot be written there.
        """
        error = {"code": failure.code, "message": failure.message, "stage": failure.stage}
        recorded = self._recorded(submission, job)
        return self._writer(submission).write_failure(recorded, error).uri

    def _writer(self, submission: Submission) -> ResultWriter:
        said = submission.results
        assert said is not None, "only asked for where results are wanted"
        allowed = self.prefixes(submission.tenant)
        return ResultWriter(
            objects=self.objects,
            results=None if said == BESIDE else prefix_within(said, allowed),
            failures=None if self.failures is None else location(self.failures),
        )

    def _recorded(self, submission: Submission, job: str) -> Recorded:
        source = submission.source
        kept = source.kind == "object"
        allowed = self.prefixes(submission.tenant)
        return Recorded(
            job=job,
            name=source.shown,
            source=object_within(source.uri, allowed) if kept else None,
        )


def _texts(submission: Submission, result: bytes) -> Mapping[str, str]:
    text = result.decode()
    wanted = submission.formats or (JSON,)
    transcript = from_json(text)
    name = submission.source.shown
    return {one: text if one == JSON else write(one, transcript, name=name) for one in wanted}


def open_buckets(settings: Settings, prefixes: Prefixes) -> TenantBuckets:
    """The object stores that settings describe; none is asked yet.

    Raises:
        AddressRefusedError: the prefix of failures is none.
        MissingExtraError: the extra `server` is not installed.
    """
    if settings.failures is not None:
        location(settings.failures)
    return TenantBuckets(
        objects=open_objects(settings.access), prefixes=prefixes, failures=settings.failures
    )


def open_artefacts(settings: Settings) -> Artefacts:
    """Where jobs keep what they find: in the data folder, or where the settings say.

    Raises:
        AddressRefusedError: that is no prefix of an object store.
        MissingExtraError: the extra `server` is not installed.
    """
    if settings.artefacts is None:
        return FolderArtefacts(settings.data / "artefacts")
    return BucketArtefacts(open_objects(settings.access), location(settings.artefacts))
