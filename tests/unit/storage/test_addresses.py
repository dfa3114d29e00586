"""Which addresses are of the internet, and how hosts may be written."""

# ruff: noqa: RUF001 - digits that look alike are what is tested

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.errors import AddressRefusedError, FetchError
from diascribe.storage.addresses import (
    check_port,
    checked_addresses,
    checked_host,
    is_public,
    resolve,
)

METADATA = (
    *("169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
    *("fd00:ec2::254", "fe80::a9fe:a9fe", "fd20:ce::254"),
    *("::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"),
)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.255.254", "10.1.2.3", "192.168.0.1", "172.16.5.4", "100.64.0.1"),
        *("0.0.0.0", "0.1.2.3", "255.255.255.255", "224.0.0.1", "240.0.0.1"),  # noqa: S104
        *("192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1"),
        *("::1", "::", "fe80::1", "fc00::1", "fd00::1", "fec0::1", "ff02::1", "ff0e::1"),
        *("2001:db8::1", "3fff::1", "100::1", "5f00::1", "2001::1"),
        *("::ffff:127.0.0.1", "::ffff:0:127.0.0.1", "::127.0.0.1", "64:ff9b::a00:1"),
        *("64:ff9b:1::a00:1", "2002:7f00:1::", "2002:0a00:0001::1"),
        *METADATA,
    ],
)
def test_addresses_that_are_not_of_the_internet(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_of_the_internet(address: str) -> None:
    assert is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_address_within_another_is_judged_as_itself(inner: IPv4Address) -> None:
    number = int(inner)

    judged = is_public(inner)

    assert is_public(ip_address(f"::ffff:{inner}")) == judged
    assert is_public(ip_address((0x64FF9B << 96) + number)) == judged
    assert is_public(ip_address((0x2002 << 112) + (number << 80) + 1)) <= judged


@pytest.mark.parametrize(
    "host",
    [
        *("8.8.8.8", "example.org", "example.org.", "a-b.example", "x_y.example", "localhost"),
        *("xn--bcher-kva.example", "0x7f.example", "127.0.0.1.nip.io"),
        *("2606:4700::1111", "2606:4700:0:0:0:0:0:1111"),
    ],
)
def test_names_and_plain_addresses_are_taken(host: str) -> None:
    assert checked_host(host) == host


@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0x7f000001", "017700000001", "0x7f.1", "127.1", "127.0.1", "0177.0.0.1"),
        *("127.0.0.01", "127.0.0.1.", "127.0.0.0x1", "8.8.8.256", "1.2.3.4.5", "0x", "example.0x"),
        *("fe80::1%eth0", "fe80::1%25eth0", "::1%lo", "127.0.0.1%00", "%31%32%37.0.0.1"),
        *("", ".", "a..b", "-a.example", "a b", "a" * 64 + ".example", "a." * 127 + "example"),
        *("１２７.0.0.1", "b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example", "a\n.example"),
    ],
)  # fmt: skip
def test_unusual_spellings_are_not(host: str) -> None:
    with pytest.raises(AddressRefusedError, match="wanted a host's name"):
        checked_host(host)


@pytest.mark.parametrize("port", [0, 1, 22, 25, 53, 110, 143, 445, 1023, 65536, -1])
def test_ports_of_other_services_are_refused(port: int) -> None:
    with pytest.raises(AddressRefusedError, match="wanted 80, 443"):
        check_port(port)


@pytest.mark.parametrize("port", [80, 443, 1024, 8443, 65535])
def test_ports_of_the_web_are_taken(port: int) -> None:
    check_port(port)


def named(*addresses: str) -> Sequence[str]:
    return checked_addresses(
        "host.example", 443, allow_private=False, resolver=lambda *_: addresses
    )


def test_every_address_of_a_host_is_checked() -> None:
    assert named("8.8.8.8", "2606:4700::1111") == ("8.8.8.8", "2606:4700::1111")
    with pytest.raises(AddressRefusedError, match="private network"):
        named("8.8.8.8", "10.0.0.1")


def test_a_host_without_an_address_is_told() -> None:
    with pytest.raises(FetchError, match="names no address"):
        named()


@pytest.mark.parametrize("address", METADATA)
def test_what_hands_out_credentials_is_refused_even_where_private_networks_are_allowed(
    address: str,
) -> None:
    with pytest.raises(AddressRefusedError, match="own surroundings"):
        checked_addresses("metadata.example", 80, allow_private=True, resolver=lambda *_: [address])


def test_the_resolver_of_this_machine_knows_it() -> None:
    assert "127.0.0.1" in resolve("127.0.0.1", 80)
    with pytest.raises(FetchError, match="no such host"):
        resolve("a" * 70 + ".example", 80)
