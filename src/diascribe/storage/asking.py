"""One request to an address that somebody else named: guarded, and bounded whatever comes back.

Names are resolved once, every address they have is checked, and the connection goes to an
address that was checked. No proxy, no cookie, no password and no redirect is taken by itself.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import httpcore2
import httpx2

from diascribe.errors import AddressRefusedError, FetchError, FetchLimitError
from diascribe.storage.addresses import (
    Resolver,
    check_port,
    checked_addresses,
    checked_host,
    resolve,
)
from diascribe.storage.pace import Pace
from diascribe.storage.shown import shown, without_secrets

PORTS = {"http": 80, "https": 443}
AUTHORITY = re.compile(r"https?://(?P<said>[^/?#]*)", re.IGNORECASE)
NOT_TAKEN = re.compile(r"[\x00-\x20\x7f\\]")
"""What parsers of addresses read in different ways: blanks, control characters, backslashes."""

HOSTLESS = re.compile(r"https?:(?!//[^/?#])", re.IGNORECASE)
"""What some take for a path on the same host, and others for a host."""

LONGEST_URI = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Who may be asked."""

    allow_private: bool = False
    """Whether machines of private networks may be, this one included."""
    resolver: Resolver = field(default=resolve, repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    """Whom to trust; null trusts whom this machine trusts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of an address."""

    uri: str = field(repr=False)
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None


class Answer:
    """What came back: its status and headers; the body as it is read."""

    def __init__(self, response: httpcore2.Response, uri: str, pace: Pace) -> None:
        self.status = response.status
        self._response = response
        self._uri = uri
        self._pace = pace

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """By name in small letters; of several the last."""
        return {
            name.decode("latin-1").lower(): said.decode("latin-1")
            for name, said in self._response.headers
        }

    def chunks(self) -> Iterator[bytes]:
        """The body, never more than the limit.

        Raises:
            FetchLimitError: there is more, or it takes too long.
        """
        most = self._pace.limits.most_bytes
        said = self.headers.get("content-length", "")
        came = int(said) if said.isdecimal() and len(said) < 20 else 0
        body = iter(self._response.iter_stream()) if came <= most else iter(())
        came = came if came > most else 0
        for chunk in body:
            came += len(chunk)
            if came > most:
                break
            yield chunk
        if came > most:
            raise FetchLimitError(f"{shown(self._uri)}: wanted at most {most} bytes, it has more")


@contextmanager
def asked(question: Question, guard: Guard, pace: Pace) -> Iterator[Answer]:
    """Ask, and close the connection afterwards.

    Raises:
        AddressRefusedError: it leads to where nothing may be asked.
        FetchLimitError: it takes too long.
        FetchError: nobody answers, or not as the protocol wants it.
    """
    said = shown(question.uri)
    url = checked_url(question.uri)
    tls = guard.tls or httpx2.create_ssl_context(trust_env=False)
    backend = _Checked(guard, pace)
    try:
        with (
            httpcore2.ConnectionPool(ssl_context=tls, network_backend=backend) as pool,
            pool.stream(
                question.method,
                _target(url),
                headers=_headers(url, question.headers),
                content=question.content,
            ) as response,
        ):
            yield Answer(response, question.uri, pace)
    except (httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.TimeoutException) as error:
        pace.patience_s()  # says so if it was the time that ended
        reason = without_secrets(str(error)) or type(error).__name__
        raise FetchError(f"{said}: cannot be fetched: {reason}") from error


def checked_url(uri: str) -> httpx2.URL:
    """An address that is read in one way only.

    Raises:
        AddressRefusedError: it holds what is not taken.
        FetchError: it is none of the web.
    """
    said = shown(uri)
    if len(uri) > LONGEST_URI:
        raise FetchError(f"address: wanted at most {LONGEST_URI} characters, got {len(uri)}")
    if NOT_TAKEN.search(uri):
        raise AddressRefusedError(f"{said}: wanted no blanks, backslashes or control characters")
    authority = AUTHORITY.match(uri)
    if authority and "@" in authority["said"]:
        raise AddressRefusedError(f"{said}: wanted no name and password in the address")
    try:
        url = httpx2.URL(uri)
    except httpx2.InvalidURL as error:
        raise FetchError(f"{said}: is no address: {without_secrets(str(error))}") from error
    if url.scheme not in PORTS or not url.raw_host:
        raise FetchError(f"{said}: wanted http:// or https:// and a host")
    checked_host(url.raw_host.decode("ascii"))
    check_port(PORTS[url.scheme] if url.port is None else url.port)
    return url


def redirected(uri: str, location: str) -> str:
    """Where an answer sends us; never from an encrypted connection to a plain one.

    Raises:
        AddressRefusedError: it sends us from https to something else.
        FetchError: it sends us nowhere.
    """
    said = shown(uri)
    if not location:
        raise FetchError(f"{said}: redirects to nowhere")
    if NOT_TAKEN.search(location) or HOSTLESS.match(location):
        raise AddressRefusedError(f"{said}: redirects to what is no address")
    try:
        further = httpx2.URL(uri).join(location)
    except httpx2.InvalidURL as error:
        raise FetchError(f"{said}: redirects to what is no address") from error
    if uri.lower().startswith("https:") and further.scheme != "https":
        raise AddressRefusedError(f"{said}: redirects from https to {further.scheme}")
    return str(further)


def _target(url: httpx2.URL) -> httpcore2.URL:
    return httpcore2.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _headers(url: httpx2.URL, further: Mapping[str, str]) -> list[tuple[str, str]]:
    own = {"Accept-Encoding": "identity", "User-Agent": "diascribe", "Connection": "close"}
    return [("Host", url.netloc.decode("ascii")), *own.items(), *further.items()]


class _Checked(httpcore2.NetworkBackend):
    """Connects to checked addresses only, and to none of them for too long."""

    def __init__(self, guard: Guard, pace: Pace) -> None:
        self._guard = guard
        self._pace = pace
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the pace knows
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to the first of the host's addresses that takes one."""
        guard = self._guard
        addresses = checked_addresses(
            host, port, allow_private=guard.allow_private, resolver=guard.resolver
        )
        failure: Exception | None = None
        for one in addresses:
            try:
                stream = self._sockets.connect_tcp(
                    one, port, self._pace.patience_s(), local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _Watched(stream, self._pace)
        assert failure is not None
        raise failure


class _Watched(httpcore2.NetworkStream):
    """A connection whose every byte counts: so even headers cannot be dripped for ever."""

    def __init__(self, stream: httpcore2.NetworkStream, pace: Pace) -> None:
        self._stream = stream
        self._pace = pace

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        content = self._stream.read(max_bytes, self._pace.patience_s())
        self._pace.came(len(content))
        return content

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._pace.patience_s())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._pace.patience_s())
        return _Watched(secured, self._pace)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
