"""How addresses are told to people: without anything secret."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from diascribe.errors import printable

DATA = "data:"
QUERY = re.compile(r"(://[^\s?#]*)[?#][^\s)\"']*")
PASSWORD = re.compile(r"[^\[]*:(?!\d*$).*")
"""What stands where the port should: a password with a slash or the like in it."""
USER = re.compile(r"://[^\s/?#@]*@")


def shown(uri: str) -> str:
    """A URI as messages and results show it: without data, queries and passwords.

    >>> shown("https://a:b@example.org/x.wav?Signature=s#ada")
    'https://example.org/x.wav'
    """
    if uri.lower().startswith(DATA):
        return "data URI"
    if "://" not in uri:
        return printable(uri)
    try:
        parts = urlsplit(uri)
    except ValueError:
        return "an address"
    host = parts.netloc.rpartition("@")[2]
    if PASSWORD.fullmatch(host) or (":" in host and "@" in parts.path):
        return "an address"
    return printable(f"{parts.scheme}://{host}{parts.path}")


def without_secrets(message: str) -> str:
    """What another library says, on one line, with the addresses in it made safe.

    >>> without_secrets("GET https://a:b@x.org/y?sig=s: no")
    'GET https://x.org/y no'
    """
    first = message.strip().partition("\n")[0]
    return printable(USER.sub("://", QUERY.sub(r"\1", first)))
