"""Which objects of buckets become jobs, and what is asked for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from diascribe.errors import AddressRefusedError, OptionsError
from diascribe.jobs.events.notice import ObjectEvent
from diascribe.jobs.job import BESIDE, Priority, Source, Submission
from diascribe.storage.locations import location, object_within
from diascribe.storage.shown import shown
from diascribe.storage.suffixes import SUFFIXES


def unlike_a_recording(key: str, suffixes: Collection[str] = SUFFIXES) -> str | None:
    """Why an object is not taken for a recording, by its key; null where it is.

    >>> unlike_a_recording("in/"), unlike_a_recording("a.srt"), unlike_a_recording("in/A.WAV")
    ('folder', 'suffix', None)
    """
    if key.endswith("/"):
        return "folder"
    if suffixes and PurePosixPath(key).suffix.lower() not in suffixes:
        return "suffix"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What one tenant wants of its objects."""

    tenant: str
    prefixes: tuple[str, ...]
    """The tenant's own: nothing else is taken."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """For all of them, checked."""
    results: str | None = None
    """Prefix where results are written, or `BESIDE`; what lies there is never taken for a
    recording."""
    formats: tuple[str, ...] = ()
    priority: Priority = "normal"
    webhook: str | None = field(default=None, repr=False)
    suffixes: frozenset[str] = SUFFIXES
    """Objects with others are left; empty takes all."""

    def __post_init__(self) -> None:
        if not self.prefixes:
            raise OptionsError(("prefixes: wanted at least one",))
        problems = tuple(filter(None, map(_problem, (*self.prefixes, self._elsewhere))))
        if problems:
            raise OptionsError(problems)
        if self.results == BESIDE and not self.suffixes:
            raise OptionsError(("suffixes: wanted some, else results beside become jobs",))

    @property
    def _elsewhere(self) -> str | None:
        """The prefix of results; null where they are beside their recordings, or in none."""
        return None if self.results == BESIDE else self.results

    def left(self, event: ObjectEvent) -> str | None:
        """Why an object is no job of this tenant; null where it is one."""
        reason = unlike_a_recording(event.key, self.suffixes)
        if reason is None and not _below(event.uri, self.prefixes):
            reason = "outside"
        if reason is None and self._elsewhere and _below(event.uri, (self._elsewhere,)):
            reason = "result"
        return reason

    def submission(self, event: ObjectEvent) -> Submission:
        """What is asked for an object; the same for every message about one write of it."""
        return Submission(
            tenant=self.tenant,
            source=Source(
                kind="object",
                uri=event.uri,
                shown=shown(event.uri),
                version=event.etag or event.version,
                size=event.size,
            ),
            options=self.options,
            priority=self.priority,
            idempotency_key=event.identity,
            webhook=self.webhook,
            results=self.results,
            formats=self.formats,
        )


def _below(uri: str, prefixes: Sequence[str]) -> bool:
    """Whether an object is below one of the prefixes; one with an odd key is below none."""
    try:
        object_within(uri, prefixes)
    except AddressRefusedError:
        return False
    return True


def _problem(prefix: str | None) -> str | None:
    """What is wrong with a prefix."""
    try:
        if prefix is not None and location(prefix).scheme == "file":
            return f"prefixes: wanted a bucket, got {prefix!r}"
    except AddressRefusedError as error:
        return f"prefixes: {error}"
    return None
