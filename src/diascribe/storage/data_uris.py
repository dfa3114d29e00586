"""What data URIs hold (RFC 2397)."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote_to_bytes

from diascribe.errors import FetchError, FetchLimitError
from diascribe.storage.shown import DATA


def content_of(uri: str, *, most_bytes: int) -> bytes:
    """What a data URI holds; blanks in base64 and its alphabet for addresses are fine.

    Raises:
        FetchLimitError: it holds more than allowed.
        FetchError: it is malformed.

    >>> content_of("data:,sound", most_bytes=5)
    b'sound'
    """
    kind, comma, held = uri[len(DATA) :].partition(",")
    if not comma:
        raise FetchError("data URI: wanted a comma before the data, found none")
    if len(held) > 3 * most_bytes:  # three characters are the most that a byte takes: %00
        raise FetchLimitError(f"data URI: wanted at most {most_bytes} bytes, got more")
    content = unquote_to_bytes(held)
    if kind.lower().endswith(";base64"):
        content = _unbase64(content)
    if len(content) > most_bytes:
        raise FetchLimitError(f"data URI: wanted at most {most_bytes} bytes, got more")
    return content


def _unbase64(content: bytes) -> bytes:
    plain = b"".join(content.split()).translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise FetchError(f"data URI: wanted base64: {error}") from error
