"""Fetching what a request names: from the internet only, and never too much."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest

from diascribe.errors import AddressRefusedError, FetchError, FetchLimitError
from diascribe.storage.addresses import is_public
from diascribe.storage.fetching import Fetcher
from diascribe.storage.shown import shown

HERE = "127.0.0.1"


class Answers(BaseHTTPRequestHandler):
    """Says what its path asks for."""

    def do_GET(self) -> None:
        asked, _, rest = self.path.lstrip("/").partition("/")
        if asked == "to":
            self.send_response(302)
            self.send_header("Location", rest)
            self.end_headers()
        elif asked == "round":
            self.send_response(302)
            self.send_header("Location", self.path)
            self.end_headers()
        elif asked == "endless":
            self.send_response(200)
            self.end_headers()
            for _ in range(1000):
                self.wfile.write(b"x" * 1000)
        elif asked == "host":
            self._say(self.headers["Host"].encode())
        elif asked == "large":
            self.send_response(200)
            self.send_header("Content-Length", str(1 << 40))
            self.end_headers()
        else:
            self._say(b"sound", 200 if asked == "sound" else 404)

    def _say(self, content: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Whoever breaks off is no news."""

    with Quiet((HERE, 0), Answers) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def fetched(fetcher: Fetcher, uri: str) -> bytes:
    with fetcher.opened(uri) as found:
        return found.read_bytes() if isinstance(found, Path) else found.read()


LOCAL = Fetcher(allow_private=True, most_bytes=100_000)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.5.4", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "255.255.255.255", "224.0.0.1", "::1", "::", "fe80::1", "fc00::1"),  # noqa: S104
        *("::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "ff02::1"),
    ],
)
def test_addresses_that_are_not_of_the_internet(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_private_address_is_refused_before_anything_is_sent(port: int) -> None:
    with pytest.raises(AddressRefusedError, match="private network"):
        fetched(Fetcher(), f"http://{HERE}:{port}/sound")


def test_a_host_with_one_private_address_is_refused() -> None:
    def resolver(*_: object) -> Sequence[str]:
        return ["8.8.8.8", "10.0.0.1"]

    with pytest.raises(AddressRefusedError):
        fetched(Fetcher(resolver=resolver), "http://rebinding.example/sound")


def test_a_host_is_resolved_once_and_asked_by_its_name(port: int) -> None:
    asked = []

    def resolver(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return [HERE]

    fetcher = Fetcher(allow_private=True, resolver=resolver)

    assert (
        fetched(fetcher, f"http://voices.example:{port}/host") == f"voices.example:{port}".encode()
    )
    assert asked == ["voices.example"]


def test_what_is_allowed_is_fetched(port: int) -> None:
    assert fetched(LOCAL, f"http://{HERE}:{port}/sound") == b"sound"
    assert fetched(LOCAL, f"http://{HERE}:{port}/to//sound") == b"sound"


def test_redirects_are_checked_as_addresses_are(port: int) -> None:
    seen = []

    def resolver(host: str, _port: int) -> Sequence[str]:
        seen.append(host)
        if host != "outside.example":
            raise AddressRefusedError(host)
        return [HERE]

    fetcher = Fetcher(allow_private=True, resolver=resolver)
    with pytest.raises(AddressRefusedError):
        fetched(fetcher, f"http://outside.example:{port}/to/http://169.254.169.254/secret")

    assert seen == ["outside.example", "169.254.169.254"]


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("absent", FetchError, "answers with status 404"),
        ("round", FetchError, "more than 5 redirects"),
        ("endless", FetchLimitError, "wanted at most 100000 bytes"),
        ("large", FetchLimitError, "wanted at most 100000 bytes"),
        ("to/ftp://127.0.0.1/x", FetchError, "wanted http:// or https://"),
        ("to/", FetchError, "redirects to nowhere"),
    ],
)
def test_other_answers_are_refused(
    port: int, path: str, error: type[FetchError], message: str
) -> None:
    with pytest.raises(error, match=message):
        fetched(LOCAL, f"http://{HERE}:{port}/{path}")


def test_a_server_that_is_slow_is_given_up(port: int) -> None:
    with pytest.raises(FetchLimitError, match="took longer than 0 s"):
        fetched(Fetcher(allow_private=True, most_s=0), f"http://{HERE}:{port}/sound")


def test_a_machine_that_does_not_answer_is_told() -> None:
    with socket.socket() as closed:
        closed.bind((HERE, 0))
        port = closed.getsockname()[1]

    with pytest.raises(FetchError, match="cannot be fetched"):
        fetched(LOCAL, f"http://{HERE}:{port}/sound?X-Signature=s3cret")


@pytest.mark.parametrize(
    "uri",
    [
        "data:audio/wav;base64," + base64.b64encode(b"\xfb\xff sound").decode(),
        "data:audio/wav;base64," + base64.urlsafe_b64encode(b"\xfb\xff sound").decode().strip("="),
        "data:audio/wav;base64,-_8g\nc291bmQ",
        "data:,%FB%FF%20sound",
    ],
)
def test_data_uris_hold_what_they_say(uri: str) -> None:
    assert fetched(Fetcher(), uri) == b"\xfb\xff sound"


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("data:audio/wav;base64", "wanted a comma"),
        ("data:audio/wav;base64,!!!!", "wanted base64"),
        ("file:///etc/passwd", "wanted http"),
        ("ftp://example.org/x", "wanted http"),
        ("http://user:pw@example.org/x", "no name and password"),
        ("http:///x", "wanted http"),
    ],
)
def test_what_is_not_taken(uri: str, message: str) -> None:
    with pytest.raises(FetchError, match=message) as refused:
        fetched(Fetcher(), uri)

    assert "pw" not in str(refused.value)


def test_too_much_data_is_refused() -> None:
    with pytest.raises(FetchLimitError):
        fetched(Fetcher(most_bytes=3), "data:,sound")


def test_paths_are_taken_where_they_may_be(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"sound")

    assert fetched(Fetcher(), str(path)) == b"sound"
    with pytest.raises(FetchError, match=r"or data:$"):
        fetched(Fetcher(allow_files=False), str(path))


def test_secrets_are_not_shown() -> None:
    assert shown("https://a:b@x.org/y.wav?X-Signature=s#z") == "https://x.org/y.wav"
    assert shown("data:audio/wav;base64,AAAA") == "data URI"
