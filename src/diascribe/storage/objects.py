"""What is asked of object stores, whoever runs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from diascribe.errors import MissingExtraError
from diascribe.storage.locations import Location

BYTES = "application/octet-stream"
MOST_BYTES = 20 << 30
MOST_S = 6 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How object stores are reached; settings say it, requests never do.

    What is null is looked for by the stores' own rules: the role of the machine or the pod.
    """

    s3_endpoint: str | None = None
    """Address of an S3-compatible store; null for Amazon's."""
    s3_region: str | None = None
    s3_key_id: str | None = None
    s3_secret: str | None = field(default=None, repr=False)
    s3_session_token: str | None = field(default=None, repr=False)
    google_credentials: str | None = None
    """Path of a service account's file."""
    google_endpoint: str | None = None
    """Address of a store that speaks Google's protocol; null for Google's."""
    azure_account: str | None = None
    azure_key: str | None = field(default=None, repr=False)
    azure_endpoint: str | None = None
    """Address of the account's blobs, where it is not the usual one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An object that is there."""

    place: Location
    size: int
    """Bytes."""
    etag: str | None
    """Changes with the bytes; null where the store has none."""
    version: str | None = None
    """The store's own number for it; null without versioning."""
    changed: datetime


class Objects(Protocol):
    """Objects by where they are. One instance serves all threads."""

    def head(self, place: Location) -> Held:
        """What is known of an object.

        Raises:
            SourceError: there is none, or it cannot be asked for.
        """
        ...

    def fetch(
        self, place: Location, path: Path, *, most_bytes: int = MOST_BYTES, most_s: float = MOST_S
    ) -> Held:
        """Write an object to a new file; all of it one version of it, or nothing.

        Memory does not grow with the object.

        Raises:
            SourceError: there is none.
            FetchLimitError: it is too large, or takes too long.
            FetchError: the store does not give it, or it changed meanwhile.
            SpoolError: there is no room for it.
        """
        ...

    def read(self, place: Location, *, most_bytes: int) -> bytes:
        """All bytes of a small object.

        Raises:
            SourceError: there is none, or it cannot be had.
            FetchLimitError: it is larger than allowed.
        """
        ...

    def put(self, place: Location, content: bytes | Path, *, kind: str = BYTES) -> None:
        """Write an object: whoever reads sees all of the old one or all of the new one.

        Raises:
            OutputError: it cannot be written.
        """
        ...

    def list(self, prefix: Location) -> Iterator[Held]:
        """Objects below a prefix, which is taken for a folder, in no order.

        Raises:
            FetchError: the store does not tell, or one of the keys is not plain.
        """
        ...

    def delete(self, place: Location) -> None:
        """Remove an object; one that is not there is no error.

        Raises:
            OutputError: it cannot be removed.
        """
        ...

    def copy(self, place: Location, other: Location) -> None:
        """Write an object to another place too.

        Raises:
            SourceError: there is none.
            OutputError: it cannot be written.
        """
        ...

    def presign(self, place: Location, *, valid_s: float) -> str:
        """A web address that gives an object to whoever has it, for a while.

        Raises:
            OutputError: the store has no such addresses; local folders have none.
        """
        ...


def open_objects(access: Access) -> Objects:
    """The object stores that are set up; none is asked yet.

    Raises:
        MissingExtraError: the extra `server` is not installed.
    """
    try:
        from diascribe.storage.buckets import Buckets  # noqa: PLC0415 - opens obstore
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"object stores need the package {error.name}",
            hint="pip install 'diascribe[server]'",
        ) from error
    return Buckets(access)
