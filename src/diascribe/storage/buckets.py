"""Object stores and local folders through obstore, which nothing else imports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, TypeAlias

import obstore
from obstore.exceptions import (
    BaseError,
    InvalidPathError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import AzureStore, GCSStore, LocalStore, MemoryStore, S3Store

from diascribe.errors import (
    DiascribeError,
    FetchError,
    FetchLimitError,
    OutputError,
    SourceError,
    SpoolError,
)
from diascribe.storage.locations import Location
from diascribe.storage.objects import BYTES, MOST_BYTES, MOST_S, Access, Held
from diascribe.storage.pace import Clock
from diascribe.storage.shown import without_secrets

Store: TypeAlias = S3Store | GCSStore | AzureStore | LocalStore | MemoryStore

PART_BYTES = 8 << 20
"""One request's share of an object: small enough to come within `PATIENCE` on a slow line."""
PARTS_AT_ONCE = 4
"""Parts of one object that are written side by side, so 32 MB of memory."""
PATIENCE = timedelta(seconds=60)
"""How long one request may take; 8 MB in a minute is 140 kB/s."""
RETRIES: Any = {"max_retries": 4, "retry_timeout": timedelta(seconds=90)}

REFUSED = (PermissionDeniedError, UnauthenticatedError)
FAILED = (BaseError, OSError, ValueError, NotImplementedError)
"""What obstore raises."""


class Buckets:
    """Objects in S3, Google Cloud Storage, Azure Blob Storage and local folders."""

    def __init__(self, access: Access, *, clock: Clock = monotonic) -> None:
        self._access = access
        self._clock = clock
        self._stores: dict[tuple[str, str], Store] = {}
        self._lock = Lock()

    def head(self, place: Location) -> Held:
        """What is known of an object."""
        with _told(place, SourceError):
            return _held(place, obstore.head(self._store(place), place.key))

    def fetch(
        self, place: Location, path: Path, *, most_bytes: int = MOST_BYTES, most_s: float = MOST_S
    ) -> Held:
        """Write an object to a new file, part by part."""
        ends_s = self._clock() + most_s
        held = self.head(place)
        _check_size(held, most_bytes)
        with path.open("xb") as file:
            try:
                for part in self._parts(held):
                    self._check_time(place, ends_s, most_s)
                    file.write(part)
            except OSError as error:
                path.unlink()
                raise SpoolError(f"{place.uri}: no room: {error.strerror}") from error
            except BaseException:
                path.unlink()
                raise
        return held

    def read(self, place: Location, *, most_bytes: int) -> bytes:
        """All bytes of a small object."""
        held = self.head(place)
        _check_size(held, most_bytes)
        return b"".join(self._parts(held))

    def put(self, place: Location, content: bytes | Path, *, kind: str = BYTES) -> None:
        """Write an object; it is there when all of it is."""
        attributes = None if place.scheme == "file" else {"Content-Type": kind}
        with _told(place, OutputError):
            store = self._store(place)
            obstore.put(
                store,
                place.key,
                content,
                attributes=attributes,
                chunk_size=PART_BYTES,
                max_concurrency=PARTS_AT_ONCE,
            )

    def list(self, prefix: Location) -> Iterator[Held]:
        """Objects below a prefix, as the store pages them."""
        with _told(prefix, FetchError):
            pages = obstore.list(self._store(prefix), prefix.key.rstrip("/") or None)
            for page in pages:
                for meta in page:
                    yield _held(Location(prefix.scheme, prefix.bucket, meta["path"]), meta)

    def delete(self, place: Location) -> None:
        """Remove an object."""
        with _told(place, OutputError):
            try:
                obstore.delete(self._store(place), place.key)
            except FileNotFoundError:
                return

    def copy(self, place: Location, other: Location) -> None:
        """Write an object to another place too: within a bucket by the store itself."""
        if (place.scheme, place.bucket) != (other.scheme, other.bucket):
            raise OutputError(f"{other.uri}: wanted a copy within {place.scheme}://{place.bucket}")
        with _told(place, SourceError):
            obstore.copy(self._store(place), place.key, other.key)

    def presign(self, place: Location, *, valid_s: float) -> str:
        """A web address for an object."""
        store = self._store(place)
        if isinstance(store, (LocalStore, MemoryStore)):
            raise OutputError(f"{place.uri}: folders have no addresses of the web")
        with _told(place, OutputError):
            return obstore.sign(store, "GET", place.key, timedelta(seconds=valid_s))

    def _parts(self, held: Held) -> Iterator[bytes]:
        """The bytes of one version: another that is written meanwhile is refused, not mixed in."""
        place = held.place
        with _told(place, FetchError):
            store = self._store(place)
            for start in range(0, held.size, PART_BYTES):
                end = min(start + PART_BYTES, held.size)
                wanted = obstore.get(
                    store, place.key, options={"range": (start, end), "if_match": held.etag}
                )
                part = bytes(wanted.bytes())
                if len(part) != end - start:
                    raise FetchError(f"{place.uri}: changed while it was read")
                yield part

    def _check_time(self, place: Location, ends_s: float, most_s: float) -> None:
        if self._clock() > ends_s:
            raise FetchLimitError(f"{place.uri}: took longer than {most_s:g} s")

    def _store(self, place: Location) -> Store:
        """The bucket's store, with the connections that it keeps."""
        with self._lock:
            name = (place.scheme, place.bucket)
            if name not in self._stores:
                self._stores[name] = OPEN[place.scheme](place.bucket, self._access)
            return self._stores[name]


def _s3(bucket: str, access: Access) -> Store:
    config = {
        "endpoint": access.s3_endpoint,
        "region": access.s3_region,
        "access_key_id": access.s3_key_id,
        "secret_access_key": access.s3_secret,
        "session_token": access.s3_session_token,
    }
    return S3Store(
        bucket,
        config=_said(config),
        client_options=_client(access.s3_endpoint),
        retry_config=RETRIES,
    )


def _google(bucket: str, access: Access) -> Store:
    config = {
        "service_account": access.google_credentials,
        "base_url": access.google_endpoint,
    }
    return GCSStore(
        bucket,
        config=_said(config),
        client_options=_client(access.google_endpoint),
        retry_config=RETRIES,
    )


def _azure(container: str, access: Access) -> Store:
    config = {
        "account_name": access.azure_account,
        "account_key": access.azure_key,
        "endpoint": access.azure_endpoint,
    }
    return AzureStore(
        container,
        config=_said(config),
        client_options=_client(access.azure_endpoint),
        retry_config=RETRIES,
    )


def _folder(_bucket: str, _access: Access) -> Store:
    return LocalStore("/")


OPEN: dict[str, Callable[[str, Access], Store]] = {
    "s3": _s3,
    "gs": _google,
    "az": _azure,
    "file": _folder,
}


def _said(config: dict[str, str | None]) -> Any:  # noqa: ANN401 - each store has a type of its own
    return {name: said for name, said in config.items() if said is not None}


def _client(endpoint: str | None) -> Any:  # noqa: ANN401 - a type that only type checkers see
    """Unencrypted connections only where the settings name such an endpoint."""
    plain = endpoint is not None and endpoint.lower().startswith("http://")
    return {"allow_http": plain, "timeout": PATIENCE, "user_agent": "diascribe"}


def _held(place: Location, meta: obstore.ObjectMeta) -> Held:
    return Held(
        place=place,
        size=meta["size"],
        etag=meta["e_tag"],
        version=meta["version"],
        changed=meta["last_modified"],
    )


def _check_size(held: Held, most_bytes: int) -> None:
    if held.size > most_bytes:
        raise FetchLimitError(
            f"{held.place.uri}: wanted at most {most_bytes} bytes, it has {held.size}"
        )


@contextmanager
def _told(place: Location, error: type[DiascribeError]) -> Iterator[None]:
    """Failures in our words; not chained, for theirs hold signed addresses."""
    try:
        yield
    except DiascribeError:
        raise
    except FileNotFoundError:
        missing = OutputError if error is OutputError else SourceError
        raise missing(f"{place.uri}: there is no such object, or no such bucket") from None
    except PreconditionError:
        raise FetchError(f"{place.uri}: changed while it was read") from None
    except REFUSED:
        raise error(
            f"{place.uri}: the store does not permit it", hint="the settings name its credentials"
        ) from None
    except InvalidPathError as failure:
        reason = without_secrets(str(failure))
        raise error(f"{place.uri}: a key there is not plain: {reason}") from None
    except FAILED as failure:
        raise error(f"{place.uri}: {without_secrets(str(failure))}") from None
