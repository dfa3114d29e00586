"""Addresses in requests: refused at once where they alone show that nothing would come of them."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from diascribe.errors import AddressRefusedError, OptionsError
from diascribe.storage.addresses import check_spelling

WEB = ("http://", "https://")

SCHEME = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]{1,15}):(?P<slashes>//)?", re.ASCII | re.IGNORECASE
)
"""Where a URI says what it is; one letter is a drive of Windows."""


def check_web(
    uri: str, field: str, *, allow_private: bool, wanted: str = "http:// or https://"
) -> None:
    """Refuse what is no address of the web, holds a password, or names a private machine.

    Names are not looked up: whoever fetches looks at what they lead to. No message repeats the
    address, which may hold a secret.

    Raises:
        OptionsError: it is none; says that `wanted` was.
        AddressRefusedError: it leads to where nothing may be asked.
    """
    if not uri.lower().startswith(WEB):
        raise OptionsError((f"{field}: wanted {wanted}, got {got(uri)}",))
    parts, port = _parts(uri)
    if parts is None or not parts.hostname or port == 0:
        raise OptionsError((f"{field}: wanted a host after {uri.partition('//')[0]}//",))
    if parts.username is not None or parts.password is not None or not uri.isprintable():
        raise OptionsError((f"{field}: wanted an address without a name and a password",))
    try:
        usual = 443 if parts.scheme == "https" else 80
        check_spelling(parts.hostname, port or usual, allow_private=allow_private)
    except AddressRefusedError as error:
        raise AddressRefusedError(f"{field}: {error}", hint=error.hint) from error


def check_webhook(uri: str, *, allow_private: bool) -> None:
    """Refuse a webhook that could never be sent: over the internet, secrets go encrypted only.

    Raises:
        OptionsError: it is no address.
        AddressRefusedError: it leads to where nothing may be asked.
    """
    check_web(uri, "webhook", allow_private=allow_private, wanted="https://")
    if not allow_private and not uri.lower().startswith("https://"):
        raise OptionsError(("webhook: wanted https://, got http://",))


def got(uri: str) -> str:
    """What something is that is no address of the web, without repeating it.

    >>> got("ftp://example.org/x"), got("mailto:ada"), got("/tmp/x.wav"), got("x.wav")
    ('ftp://', 'mailto:', 'a path', 'a path')
    """
    said = SCHEME.match(uri)
    return f"{said['scheme'].lower()}:{said['slashes'] or ''}" if said else "a path"


def _parts(uri: str) -> tuple[SplitResult | None, int | None]:
    """An address taken apart, and its port where it says one; null where it cannot be."""
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:
        return None, None
    return parts, port
