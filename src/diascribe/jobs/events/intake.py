"""Which objects of buckets become jobs, and what is asked for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from diascribe.errors import OptionsError
from diascribe.jobs.events.notice import ObjectEvent
from diascribe.jobs.job import Priority, Source, Submission
from diascribe.storage.suffixes import SUFFIXES

BUCKETS = ("s3://", "gs://", "az://")
"""How addresses of object stores begin."""


def below(uri: str, prefix: str) -> bool:
    """Whether an object lies under a prefix, which ends where a folder does.

    >>> below("s3://b/in/a.wav", "s3://b/in"), below("s3://b/input/a.wav", "s3://b/in")
    (True, False)
    """
    folder = prefix if prefix.endswith("/") else f"{prefix}/"
    steps = uri.removeprefix(folder).split("/")
    return uri.startswith(folder) and not {".", ".."} & set(steps)


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
    """Prefix where results are written; what lies there is never taken for a recording."""
    formats: tuple[str, ...] = ()
    priority: Priority = "normal"
    webhook: str | None = field(default=None, repr=False)
    suffixes: frozenset[str] = SUFFIXES
    """Objects with others are left; empty takes all."""

    def __post_init__(self) -> None:
        if not self.prefixes:
            raise OptionsError(("prefixes: wanted at least one",))
        wrong = [one for one in self.prefixes if not one.startswith(BUCKETS)]
        if wrong:
            wanted = ", ".join(BUCKETS)
            raise OptionsError(tuple(f"prefixes: wanted {wanted}…, got {one!r}" for one in wrong))

    def left(self, event: ObjectEvent) -> str | None:
        """Why an object is no job of this tenant; null where it is one."""
        if not any(below(event.uri, one) for one in self.prefixes):
            return "outside"
        if self.results is not None and below(event.uri, self.results):
            return "result"
        return unlike_a_recording(event.key, self.suffixes)

    def submission(self, event: ObjectEvent) -> Submission:
        """What is asked for an object; the same for every message about one write of it."""
        return Submission(
            tenant=self.tenant,
            source=Source(
                kind="object",
                uri=event.uri,
                shown=event.uri,
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
