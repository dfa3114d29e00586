"""Addresses that lead somewhere else than they seem to: tried on servers that really listen."""

# ruff: noqa: RUF001 - letters that look alike are what is tested

from __future__ import annotations

import ssl
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hostile_servers import HERE, Served, answer, certified, saying, serving

from diascribe.errors import AddressRefusedError, FetchError
from diascribe.storage.addresses import resolve
from diascribe.storage.asking import Guard, Question, asked
from diascribe.storage.fetching import Fetcher, media_fetcher
from diascribe.storage.pace import Limits, Pace
from diascribe.storage.shown import shown

LIMITS = Limits(most_bytes=1000, most_s=10)


@pytest.fixture(scope="module")
def bait() -> Iterator[Served]:
    """Listens on this machine; whoever is let through gets its secret."""
    with serving(saying(answer(b"secret"))) as served:
        yield served


def told(uri: str, fetcher: Fetcher) -> bytes:
    with fetcher.opened(uri) as found:
        assert not isinstance(found, Path)
        return found.read()


@pytest.mark.parametrize(
    "uri",
    [
        # spellings of 127.0.0.1
        *("http://127.0.0.1:{}/", "http://2130706433:{}/", "http://0x7f000001:{}/"),
        *("http://0x7f.0x0.0x0.0x1:{}/", "http://017700000001:{}/", "http://0177.0.0.01:{}/"),
        *("http://127.1:{}/", "http://127.0.1:{}/", "http://0:{}/", "http://0.0.0.0:{}/"),
        *("http://127.0.0.1.:{}/", "http://127.000.000.001:{}/", "http://127.127.127.127:{}/"),
        *("http://%31%32%37.0.0.1:{}/", "http://127.0.0.1%00.example.org:{}/"),
        *("http://localhost:{}/", "http://LOCALHOST:{}/", "http://localhost.:{}/"),
        # the same in IPv6
        *("http://[::1]:{}/", "http://[::]:{}/", "http://[::ffff:127.0.0.1]:{}/"),
        *("http://[::ffff:7f00:1]:{}/", "http://[0:0:0:0:0:ffff:7f00:1]:{}/"),
        *("http://[::127.0.0.1]:{}/", "http://[64:ff9b::7f00:1]:{}/", "http://[2002:7f00:1::]:{}/"),
        *("http://[64:ff9b:1::7f00:1]:{}/", "http://[fe80::1%25lo]:{}/", "http://[::1%25lo]:{}/"),
        *("http://[fe80::1%lo]:{}/", "http://[::1:{}/", "http://[127.0.0.1]:{}/", "http://[]:{}/"),
        # digits and dots of other scripts
        *("http://１２７.０.０.１:{}/", "http://127。0。0。1:{}/", "http://127．0．0．1:{}/"),
        *("http://①②⑦.⓪.⓪.①:{}/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{}/", "http://l\u00adocalhost:{}/"),
        *("http://٠x7f.1:{}/", "http://127\u200b.0.0.1:{}/"),
        # users and passwords that look like hosts, and the other way round
        *("http://example.org@127.0.0.1:{}/", "http://example.org:80@127.0.0.1:{}/"),
        *("http://@127.0.0.1:{}/", "http://example.org%40127.0.0.1:{}/", "http://a@b@127.0.0.1:{}/"),
        *("http://127.0.0.1:{}@example.org/", "http://example.org\\@127.0.0.1:{}/"),
        *("http://127.0.0.1:{}\\@example.org/", "http:\\\\127.0.0.1:{}/", "http:/\\127.0.0.1:{}/"),
        *("http://127.0.0.1:{}\\.example.org/", "http://127.0.0.1\\:{}/"),
        # blanks and control characters
        *("http://127.0.0.1\t:{}/", "http://127.0.0.1:{}/\r\nX: y", "http://127.0.0.1:{}/ x"),
        *(" http://127.0.0.1:{}/", "http://127.0.0.1:{}/\x00", "http://\n127.0.0.1:{}/"),
        # schemes
        *("http:127.0.0.1:{}/", "http:///127.0.0.1:{}/", "//127.0.0.1:{}/", "https:/127.0.0.1:{}"),
        *("gopher://127.0.0.1:{}/", "ftp://127.0.0.1:{}/", "dict://127.0.0.1:{}/"),
        *("file:///etc/passwd?{}", "FILE:///etc/passwd?{}", "jar:http://127.0.0.1:{}/!/"),
        *("s3://127.0.0.1:{}/", "unix:///var/run/docker.sock?{}", "/etc/passwd{}", "etc/passwd{}"),
    ],
)  # fmt: skip
def test_no_spelling_of_this_machine_is_asked(bait: Served, uri: str) -> None:
    with pytest.raises(FetchError):
        told(uri.format(bait.port), media_fetcher(allow_private=False))

    assert bait.connections == 0


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "metadata.example", "[fd00:ec2::254]", "100.100.100.200", "168.63.129.16",
     "192.0.0.192", "[::ffff:169.254.169.254]", "[fe80::a9fe:a9fe]", "0xA9FEA9FE", "2852039166"],
)  # fmt: skip
def test_a_machine_s_metadata_is_never_asked(host: str) -> None:
    def resolver(name: str, port: int) -> Sequence[str]:
        return ["169.254.169.254"] if name == "metadata.example" else resolve(name, port)

    fetcher = media_fetcher(allow_private=True, resolver=resolver)

    with pytest.raises(AddressRefusedError):
        told(f"http://{host}/latest/meta-data/", fetcher)


@pytest.mark.parametrize("port", [0, 22, 25, 111, 1023, 65536, 99999999])
def test_only_ports_of_web_servers_are_asked(port: int) -> None:
    with pytest.raises(FetchError, match=r"wanted 80, 443|no address"):
        told(f"http://{HERE}:{port}/", media_fetcher(allow_private=True))


def test_an_address_is_not_endless() -> None:
    with pytest.raises(FetchError, match="at most 8192 characters"):
        told("http://example.org/" + "a" * 9000, media_fetcher(allow_private=False))


class Rebinding:
    """A name server that says something else every time."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    def __call__(self, _host: str, _port: int) -> Sequence[str]:
        return [self.answers.pop(0)]


def test_a_name_that_changes_is_connected_to_as_it_was_checked(bait: Served) -> None:
    changing = Rebinding(HERE, "169.254.169.254")

    content = told(
        f"http://changing.example:{bait.port}/",
        media_fetcher(allow_private=True, resolver=changing),
    )

    assert content == b"secret"
    assert changing.answers == ["169.254.169.254"]
    assert b"Host: changing.example" in bait.requests[-1]
    bait.connections = 0


def test_a_name_that_changes_between_redirects_is_checked_again() -> None:
    with serving(saying(answer(b"", "Location: /again", status=302))) as served:
        changing = Rebinding(HERE, "169.254.169.254")
        fetcher = media_fetcher(allow_private=True, resolver=changing)

        with pytest.raises(AddressRefusedError, match="own surroundings"):
            told(f"http://changing.example:{served.port}/", fetcher)

    assert served.connections == 1


@pytest.mark.parametrize(
    "location",
    [
        *("http://169.254.169.254/latest/", "http://[fd00:ec2::254]/", "//168.63.129.16/machine"),
        *("http://2852039166/", "http://0xa9fea9fe/", "http://[fe80::1%25lo]/"),
        *("file:///etc/passwd", "FILE:/etc/passwd", "ftp://example.org/", "gopher://example.org/_x"),
        *("data:,sound", "javascript:1", "s3://bucket/key", "http:///etc/passwd", "http://"),
        *("http://user:pa55@example.org/", "//user@example.org/", "http://example.org\\@evil/"),
        *("http://example.org:25/", "http://example.org:0/", "\\\\example.org\\x", "http://[::1"),
        *("http://１２７.0.0.1/", "http://exa mple.org/", "http://a..b/", "http://a:b/", ""),
    ],
)  # fmt: skip
def test_redirects_lead_nowhere_that_may_not_be_asked(location: str) -> None:
    said = location.encode().decode("latin-1")
    with (
        serving(saying(answer(b"", f"Location: {said}", status=302))) as served,
        pytest.raises(FetchError) as refused,
    ):
        told(f"http://{HERE}:{served.port}/", media_fetcher(allow_private=True))

    assert "pa55" not in str(refused.value)
    assert served.connections == 1


def test_a_redirect_from_the_internet_into_a_private_network_is_refused(bait: Served) -> None:
    inward = answer(b"", f"Location: http://127.0.0.1:{bait.port}/", status=307)
    seen = []

    def resolver(name: str, port: int) -> Sequence[str]:
        seen.append(name)
        return resolve(name, port)

    with serving(saying(inward)) as served:
        uri = f"http://{HERE}:{served.port}/"
        outside = Guard(allow_private=True, resolver=resolver)
        with asked(Question(uri=uri), outside, Pace(LIMITS, "it")) as found:
            further = found.headers["location"]
    with pytest.raises(AddressRefusedError, match="private network"):
        told(further, media_fetcher(allow_private=False, resolver=resolver))

    assert seen == [HERE, HERE]
    assert bait.connections == 0


def test_a_chain_of_redirects_has_an_end() -> None:
    with (
        serving(saying(answer(b"", "Location: /further", status=301))) as served,
        pytest.raises(FetchError, match="more than 5 redirects"),
    ):
        told(f"http://{HERE}:{served.port}/", media_fetcher(allow_private=True))

    assert served.connections == 6


def here(*_: object) -> Sequence[str]:
    return [HERE]


def asked_by_tls(port: int, name: str, client: ssl.SSLContext) -> int:
    guard = Guard(allow_private=True, resolver=here, tls=client)
    with asked(Question(uri=f"https://{name}:{port}/"), guard, Pace(LIMITS, "it")) as found:
        return found.status


def test_a_certificate_is_checked_for_the_name_and_not_for_the_address(tmp_path: Path) -> None:
    trust = certified("voices.example", tmp_path)
    with serving(saying(answer(b"sound")), tls=trust.server) as served:
        assert asked_by_tls(served.port, "voices.example", trust.client) == 200

        with pytest.raises(FetchError, match="certificate"):
            asked_by_tls(served.port, "other.example", trust.client)
        with pytest.raises(FetchError, match="certificate"):
            asked_by_tls(served.port, "voices.example", ssl.create_default_context())


@pytest.mark.parametrize(
    ("uri", "safe"),
    [
        ("https://a:b@x.org/y.wav?X-Signature=s#z", "https://x.org/y.wav"),
        ("https://a@x.org:8443/y", "https://x.org:8443/y"),
        ("https://a:s/s@x.org/y", "an address"),
        ("https://a:s#s@x.org/y", "an address"),
        ("https://a:1/s@x.org/y", "an address"),
        ("https://a:s?s@x.org/y", "an address"),
        ("https://[::1]:80/y", "https://[::1]:80/y"),
        ("https://[::1/y", "an address"),
        ("s3://calls/a@b.wav", "s3://calls/a@b.wav"),
        ("DATA:audio/wav;base64,AAAA", "data URI"),
        ("https://x.org/two\nlines", "https://x.org/twolines"),
    ],
)
def test_secrets_are_not_shown(uri: str, safe: str) -> None:
    assert shown(uri) == safe
