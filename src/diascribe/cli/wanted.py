"""Which recordings a command line wants to have submitted: files, addresses, objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from diascribe.cli.inputs import STDIN, find_inputs
from diascribe.errors import SourceError
from diascribe.jobs.events.intake import unlike_a_recording
from diascribe.jobs.events.notice import ObjectEvent
from diascribe.storage.locations import Location, location
from diascribe.storage.objects import Held
from diascribe.storage.shown import shown

WEB = ("http://", "https://")
BUCKETS = ("s3://", "gs://", "az://")

Listing = Callable[[Location], Iterable[Held]]
"""The objects below a prefix."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One recording."""

    place: Path | str
    """A file, or an address."""
    key: str
    """The same for what is the same job: one version of an object, or this very command."""

    def __str__(self) -> str:
        return shown(str(self.place))


def is_prefix(argument: str) -> bool:
    """Whether an argument names a part of a bucket, not an object.

    >>> is_prefix("s3://talks/in/"), is_prefix("s3://talks"), is_prefix("s3://talks/a.wav")
    (True, True, False)
    """
    if not argument.startswith(BUCKETS):
        return False
    rest = argument.partition("://")[2]
    return argument.endswith("/") or "/" not in rest


def find_wanted(arguments: Iterable[str], listing: Listing) -> Iterator[Wanted]:
    """The recordings that the arguments name, in order.

    Raises:
        SourceError: an argument names nothing that can be submitted.
    """
    for argument in arguments:
        if is_prefix(argument):
            yield from below(argument, listing)
        elif argument.startswith((*BUCKETS, *WEB)):
            yield Wanted(argument, uuid4().hex)
        elif argument == STDIN:
            raise SourceError("-: standard input cannot be submitted: name a file")
        else:
            yield from (Wanted(Path(one.source), uuid4().hex) for one in find_inputs([argument]))


def below(prefix: str, listing: Listing) -> Iterator[Wanted]:
    """The recordings below a prefix; other objects, results for example, are left."""
    for one in listing(location(prefix)):
        if unlike_a_recording(one.place.key) is None:
            yield Wanted(one.place.uri, _version(one).identity)


def _version(one: Held) -> ObjectEvent:
    """An object as an event would tell of it, so that each version of it is one job."""
    return ObjectEvent(
        bucket=one.place.bucket,
        key=one.place.key,
        etag=(one.etag or "").strip('"') or None,
        version=one.version,
    )
