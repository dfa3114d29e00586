"""What a request names by an address, as a local file: guarded, and bounded in bytes and seconds.

Nothing else fetches what a user names. Addresses, redirects included, are checked before
anything is sent, and connected to as they were checked.
"""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import BinaryIO
from urllib.parse import unquote_to_bytes, urlsplit

import httpx2

from diascribe.errors import AddressRefusedError, FetchError, FetchLimitError, printable
from diascribe.storage.addresses import Resolver, checked_address, resolve

DATA = "data:"
WEB = ("http://", "https://")
PORTS = {"http": 80, "https": 443}
NOT_SENT = frozenset({301, 302, 303, 307, 308})
"""Statuses of answers that name another address."""

CHUNK = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """Brings files, web addresses and data URIs as something that can be decoded."""

    allow_private: bool = False
    """Whether machines of private networks may be asked, this one included."""
    allow_files: bool = True
    """Whether paths are taken; servers take none."""
    most_bytes: int = 100 << 20
    """An hour of compressed sound, ten minutes of uncompressed stereo."""
    most_s: float = 60.0
    """Seconds that one fetch may take, redirects included."""
    silent_s: float = 15.0
    """Seconds that a server may say nothing."""
    redirects: int = 5
    resolver: Resolver = field(default=resolve, repr=False)

    @contextmanager
    def opened(self, uri: str) -> Iterator[Path | BinaryIO]:
        """A path, or a file without a name that is gone afterwards.

        Raises:
            FetchError: the address cannot be fetched, or is not taken.
        """
        if uri.startswith(DATA):
            with tempfile.TemporaryFile() as file:
                file.write(self._data(uri))
                file.seek(0)
                yield file
        elif uri.lower().startswith(WEB):
            with tempfile.TemporaryFile() as file:
                self._fetch(uri, file)
                file.seek(0)
                yield file
        elif self.allow_files and "://" not in uri:
            yield Path(uri)
        else:
            kinds = "http://, https:// or data:" + (" or a path" if self.allow_files else "")
            raise FetchError(f"{shown(uri)}: wanted {kinds}")

    def _data(self, uri: str) -> bytes:
        """What a data URI holds (RFC 2397); blanks and the alphabet for addresses are fine."""
        kind, comma, held = uri[len(DATA) :].partition(",")
        if not comma:
            raise FetchError("data URI: wanted a comma before the data, found none")
        if len(held) > 2 * self.most_bytes:
            raise FetchLimitError(f"data URI: wanted at most {self.most_bytes} bytes, got more")
        content = unquote_to_bytes(held)
        if kind.lower().endswith(";base64"):
            content = _unbase64(content)
        if len(content) > self.most_bytes:
            raise FetchLimitError(f"data URI: wanted at most {self.most_bytes} bytes, got more")
        return content

    def _fetch(self, uri: str, file: BinaryIO) -> None:
        """Follow redirects, each checked anew, and write what comes."""
        deadline = monotonic() + self.most_s
        with httpx2.Client(trust_env=False, timeout=self.silent_s) as client:
            for _ in range(self.redirects + 1):
                further = self._ask(client, uri, file, deadline)
                if further is None:
                    return
                uri = further
        raise FetchError(f"{shown(uri)}: more than {self.redirects} redirects")

    def _ask(self, client: httpx2.Client, uri: str, file: BinaryIO, deadline: float) -> str | None:
        """Write what an address answers; or where it sends us."""
        try:
            request = self._request(client, uri)
            answer = client.send(request, stream=True)
            try:
                if answer.status_code in NOT_SENT:
                    return _redirected(uri, answer.headers.get("location", ""))
                if answer.status_code != httpx2.codes.OK:
                    raise FetchError(f"{shown(uri)}: answers with status {answer.status_code}")
                self._write(uri, answer, file, deadline)
            finally:
                answer.close()
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            reason = printable(str(error)) or type(error).__name__
            raise FetchError(f"{shown(uri)}: cannot be fetched: {reason}") from error
        return None

    def _request(self, client: httpx2.Client, uri: str) -> httpx2.Request:
        """A request to the checked address, which names the host as the address did."""
        url = httpx2.URL(uri)
        if url.scheme not in PORTS or not url.host:
            raise FetchError(f"{shown(uri)}: wanted http:// or https:// and a host")
        if url.userinfo:
            raise AddressRefusedError(f"{shown(uri)}: wanted no name and password in the address")
        address = checked_address(
            url.host,
            url.port or PORTS[url.scheme],
            allow_private=self.allow_private,
            resolver=self.resolver,
        )
        return client.build_request(
            "GET",
            url.copy_with(host=address, fragment=None),
            headers={
                "Host": url.netloc.decode("ascii"),
                "Accept-Encoding": "identity",
                "User-Agent": "diascribe",
            },
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        )

    def _write(self, uri: str, answer: httpx2.Response, file: BinaryIO, deadline: float) -> None:
        said = answer.headers.get("content-length", "")
        came = int(said) if said.isdigit() else 0
        if came <= self.most_bytes:
            came = 0
            for chunk in answer.iter_raw(CHUNK):
                came += len(chunk)
                if came > self.most_bytes:
                    break
                if monotonic() > deadline:
                    raise FetchLimitError(f"{shown(uri)}: took longer than {self.most_s:g} s")
                file.write(chunk)
        if came > self.most_bytes:
            raise FetchLimitError(
                f"{shown(uri)}: wanted at most {self.most_bytes} bytes, it has more"
            )


def shown(uri: str) -> str:
    """A URI as messages and results show it: without data, queries and passwords.

    >>> shown("https://a:b@example.org/x.wav?Signature=s#ada")
    'https://example.org/x.wav'
    """
    if uri.startswith(DATA):
        return "data URI"
    if "://" not in uri:
        return printable(uri)
    try:
        parts = urlsplit(uri)
    except ValueError:
        return "an address"
    return printable(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}")


def _unbase64(content: bytes) -> bytes:
    plain = b"".join(content.split()).translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise FetchError(f"data URI: wanted base64: {error}") from error


def _redirected(uri: str, location: str) -> str:
    """Where an answer sends us; never from an encrypted connection to a plain one."""
    if not location:
        raise FetchError(f"{shown(uri)}: redirects to nowhere")
    further = httpx2.URL(uri).join(location)
    if uri.lower().startswith("https:") and further.scheme != "https":
        raise AddressRefusedError(f"{shown(uri)}: redirects from https to {further.scheme}")
    return str(further)
