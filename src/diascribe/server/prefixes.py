"""Which objects a tenant may name: those below its own prefixes."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote

from diascribe.errors import AddressRefusedError
from diascribe.storage.shown import shown

SCHEMES = ("s3://", "gs://", "az://")
"""Object stores; where they are is a setting, never a request's to say."""


def is_object(uri: str) -> bool:
    """Whether an address is of an object store.

    >>> is_object("s3://bucket/key.wav"), is_object("https://example.org/key.wav")
    (True, False)
    """
    return uri.startswith(SCHEMES)


def check_object(uri: str, allowed: Sequence[str]) -> str:
    """The address of an object, or a prefix, that a tenant may name.

    Raises:
        AddressRefusedError: it is below none of the prefixes, or not plainly so.
    """
    if not is_object(uri) or not is_plain(uri):
        raise AddressRefusedError(
            f"{shown(uri)}: wanted {', '.join(SCHEMES)} with a bucket and a plain key"
        )
    if not any(uri.startswith(one) and one.endswith("/") for one in allowed):
        raise AddressRefusedError(
            f"{shown(uri)}: is below none of the tenant's prefixes",
            hint="diascribe keys allow TENANT PREFIX",
        )
    return uri


def is_plain(uri: str) -> bool:
    """Whether an address means what it says, however it is read: no dots, no queries, no escapes.

    >>> is_plain("s3://bucket/ada/talk 1.wav"), is_plain("s3://bucket/ada/%2e%2e/bob/x.wav")
    (True, False)
    """
    _, _, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if not bucket or not uri.isprintable() or any(one in bucket for one in "@:?#%\\"):
        return False
    if any(one in key for one in "?#\\"):
        return False
    segments = [*key.split("/"), *unquote(key).split("/")]
    return not {".", ".."} & set(segments) and "" not in key.split("/")[:-1]
