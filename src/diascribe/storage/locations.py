"""Where an object is: a store, a bucket and a key, said in one way only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote

from diascribe.errors import AddressRefusedError
from diascribe.storage.shown import shown

STORES = {"s3": "S3", "gs": "Google Cloud Storage", "az": "Azure Blob Storage", "file": "a folder"}
"""The stores by the scheme of their URIs."""

URI = re.compile(r"(?P<scheme>s3|gs|az|file)://(?P<bucket>[^/]*)/?(?P<key>.*)", re.DOTALL)
BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,221}", re.ASCII)
"""What buckets and containers are called; Google's with dots have up to 222 characters."""

MOST_KEY_BYTES = 1024
"""S3's and Google's limit; Azure counts characters."""


@dataclass(frozen=True, slots=True)
class Location:
    """An object, or with an empty key or one that ends in `/`, all objects below."""

    scheme: str
    bucket: str
    """Empty for local folders."""
    key: str
    """Without a slash at its start; for local folders the path below `/`."""

    @property
    def uri(self) -> str:
        """As people write it.

        >>> Location("s3", "calls", "2026/a.mp3").uri
        's3://calls/2026/a.mp3'
        """
        return f"{self.scheme}://{self.bucket}/{self.key}"

    def below(self, key: str) -> Location:
        """An object below this prefix.

        >>> Location("s3", "out", "results").below("a.json").uri
        's3://out/results/a.json'
        """
        start = f"{self.key.rstrip('/')}/" if self.key else ""
        return replace(self, key=f"{start}{key}")


def location(uri: str) -> Location:
    """Where a URI leads; a prefix may end in `/`.

    Nothing is decoded, shortened or changed in case: the key is what stands there, and a URI
    that another reader might take for another place is refused.

    Raises:
        AddressRefusedError: it is of no known store, or not plain.

    >>> location("s3://calls/2026/a b.mp3")
    Location(scheme='s3', bucket='calls', key='2026/a b.mp3')
    """
    found = URI.fullmatch(uri)
    if not found:
        raise AddressRefusedError(f"{shown(uri)}: wanted {'://, '.join(STORES)}:// and a bucket")
    scheme, bucket, key = found["scheme"], found["bucket"], found["key"]
    if (scheme == "file") != (bucket == "") or (bucket and not BUCKET.fullmatch(bucket)):
        raise AddressRefusedError(f"{shown(uri)}: wanted a bucket's name after {scheme}://")
    problem = _problem(key.removesuffix("/"))
    if problem:
        raise AddressRefusedError(f"{shown(uri)}: {problem}")
    return Location(scheme, bucket, key)


def folder_location(path: Path) -> Location:
    """Where a local folder is.

    >>> folder_location(Path("/var/lib/diascribe")).uri
    'file:///var/lib/diascribe/'
    """
    return location(f"file://{path.absolute()}/")


def _problem(key: str) -> str:
    """Why a key is not taken; empty where it is."""
    if not key:
        return ""
    if not key.isprintable() or "\\" in key:
        return "wanted a key without backslashes and control characters"
    if len(key.encode()) > MOST_KEY_BYTES:
        return f"wanted a key of at most {MOST_KEY_BYTES} bytes"
    for one in (key, _decoded(key)):
        if {"", ".", ".."} & set(one.replace("\\", "/").split("/")):
            return "wanted a key without empty parts, `.` and `..`, however they are written"
    return ""


def _decoded(key: str) -> str:
    """A key with its escapes read until none is left; a `%` alone stays."""
    while (further := unquote(key)) != key:
        key = further
    return key


def is_below(place: Location, prefix: Location) -> bool:
    """Whether an object is below a prefix, which is taken for a folder.

    >>> is_below(location("s3://calls/ada2/x"), location("s3://calls/ada"))
    False
    """
    same = (place.scheme, place.bucket) == (prefix.scheme, prefix.bucket)
    return same and place.key.startswith(prefix.below("").key)


def object_within(uri: str, prefixes: Sequence[str]) -> Location:
    """Where a tenant's object is, if the tenant may read and write there.

    Local folders are nobody's.

    Raises:
        AddressRefusedError: it is below none of the tenant's prefixes, no object, or not plain.
    """
    place = location(uri)
    if not place.key or place.key.endswith("/"):
        raise AddressRefusedError(f"{shown(uri)}: wanted an object, got a folder")
    return _within(place, place, prefixes)


def prefix_within(uri: str, prefixes: Sequence[str]) -> Location:
    """Where a tenant's folder is, if the tenant may read and write there.

    Raises:
        AddressRefusedError: it is below none of the tenant's prefixes, or not plain.
    """
    place = location(uri)
    return _within(place, place.below(""), prefixes)


def _within(place: Location, judged: Location, prefixes: Sequence[str]) -> Location:
    if place.scheme == "file" or not any(is_below(judged, location(one)) for one in prefixes):
        raise AddressRefusedError(f"{place.uri}: is below none of the tenant's prefixes")
    return place
