"""Servers that answer as they are told to, on loopback, with real sockets."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Lock, Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HERE = "127.0.0.1"


@dataclass
class Served:
    """One server: where it is, and what came."""

    port: int
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    over: Event = field(default_factory=Event)
    """Set when the test ends: whoever drips stops."""


Script = Callable[[socket.socket, bytes, Event], None]
"""Answers a request (its head and body) on a connection."""


@contextmanager
def serving(script: Script, *, tls: ssl.SSLContext | None = None) -> Iterator[Served]:
    """A server that answers every connection by a script."""
    with socket.create_server((HERE, 0)) as listening:
        served = Served(listening.getsockname()[1])
        answering = _Answering(served, script, tls)
        accepting = Thread(target=answering.accept, args=(listening,))
        accepting.start()
        try:
            yield served
        finally:
            served.over.set()
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()
            accepting.join()
            for one in answering.threads:
                one.join()


class _Answering:
    def __init__(self, served: Served, script: Script, tls: ssl.SSLContext | None) -> None:
        self.threads: list[Thread] = []
        self._served = served
        self._script = script
        self._tls = tls
        self._lock = Lock()

    def accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                thread = Thread(target=self._answer, args=(connection,))
                self.threads.append(thread)
                thread.start()

    def _answer(self, connection: socket.socket) -> None:
        with self._lock:
            self._served.connections += 1
        with suppress(OSError), connection:
            connection.settimeout(10)
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                request = _read_request(connection)
                with self._lock:
                    self._served.requests.append(request)
                self._script(connection, request, self._served.over)
                _close_politely(connection)


def _close_politely(connection: socket.socket) -> None:
    """Let the other side read what is under way: closing at once would reset."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)


def _read_request(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        more = connection.recv(65536)
        if not more:
            return request
        request += more
    head, _, body = request.partition(b"\r\n\r\n")
    lengths = [
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    while lengths and len(body) < lengths[0]:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def saying(content: bytes) -> Script:
    """The same bytes for everybody."""

    def say(connection: socket.socket, _request: bytes, _over: Event) -> None:
        connection.sendall(content)

    return say


def dripping(start: bytes, drop: bytes, *, every_s: float = 0.01) -> Script:
    """A start, then one drop after another until nobody listens."""

    def drip(connection: socket.socket, _request: bytes, over: Event) -> None:
        connection.sendall(start)
        while not over.wait(every_s):
            connection.sendall(drop)

    return drip


def answer(body: bytes = b"", *headers: str, status: int = 200) -> bytes:
    """An answer as it is on the wire."""
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


@dataclass(frozen=True)
class Trust:
    """A server's certificate, and a client that trusts it."""

    server: ssl.SSLContext
    client: ssl.SSLContext


def certified(name: str, folder: Path) -> Trust:
    """A certificate of its own for a name."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([_alternative(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(certificate.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(public, private)
    return Trust(server, ssl.create_default_context(cafile=str(public)))


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
