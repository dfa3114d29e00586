"""Which machines may be asked for something that a request names: those of the internet only."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from diascribe.errors import AddressRefusedError, FetchError, printable

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
"""The addresses of a host, for connections to a port."""

NAT64 = IPv6Network("64:ff9b::/96")
"""Addresses that stand for IPv4 ones where a network translates (RFC 6052)."""

UNICAST = IPv6Network("2000::/3")
"""All that is assigned to the internet (RFC 4291, 2.4). Python calls much else global: old
site-local addresses, IPv4-compatible ones, those of networks that translate by themselves."""

NOT_PUBLIC = (
    IPv4Network("192.0.0.0/24"),  # protocols, and Oracle's metadata; Python calls parts global
    IPv4Network("192.88.99.0/24"),  # relays of 6to4, withdrawn (RFC 7526)
    IPv6Network("3fff::/20"),  # documentation (RFC 9637), newer than some Pythons
)

MACHINERY = (
    IPv4Network("169.254.0.0/16"),  # link-local: metadata of most clouds
    IPv4Network("100.100.100.200/32"),  # Alibaba's metadata
    IPv4Network("168.63.129.16/32"),  # Azure's wire server, an address of the internet
    IPv4Network("192.0.0.192/32"),  # Oracle's metadata
    IPv6Network("fe80::/10"),  # link-local
    IPv6Network("fd00:ec2::/32"),  # Amazon's metadata, name server and clock
    IPv6Network("fd20:ce::/32"),  # Google's metadata
)
"""What hands out a machine's credentials: never asked, private networks allowed or not."""

LOCALHOST = "localhost"

LAST_PRIVILEGED = 1023
WEB_PORTS = frozenset({80, 443})

NAME = re.compile(
    r"(?=.{1,253}\.?\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*?"
    r"(?P<last>[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)\.?",
    re.ASCII,
)
"""A host's name, in small letters."""

NUMBER = re.compile(r"\d+|0x[0-9a-f]*")


def checked_host(host: str) -> str:
    """A host as it is, when it is a name, or an address written in the one usual way.

    Resolvers take `2130706433`, `0x7f.1` and `0177.0.0.1` for 127.0.0.1, and a filter on the way
    may take them for something else; a `%` names an interface of this machine.

    Raises:
        AddressRefusedError: it is neither.
    """
    try:
        usual = "%" not in host and str(ip_address(host)) == host.lower()
    except ValueError:
        usual = False
    name = NAME.fullmatch(host)
    if usual or (name and not NUMBER.fullmatch(name["last"])) or _is_ipv6(host):
        return host
    raise AddressRefusedError(
        f"{printable(host)}: wanted a host's name, or an address such as 192.0.2.1"
    )


def _is_ipv6(host: str) -> bool:
    """Whether it is an IPv6 address, which may be shortened in several ways."""
    try:
        return "%" not in host and isinstance(ip_address(host), IPv6Address)
    except ValueError:
        return False


def check_port(port: int) -> None:
    """Let no request speak to mail servers and the like.

    Raises:
        AddressRefusedError: web servers do not listen there.
    """
    if port not in WEB_PORTS and not LAST_PRIVILEGED < port < 1 << 16:
        raise AddressRefusedError(f"port {port}: wanted 80, 443, or one from 1024 to 65535")


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses that this machine's resolver names.

    Raises:
        FetchError: it names none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(f"{host}: no such host: {error}") from error
    return [str(one[4][0]).partition("%")[0] for one in found]


def check_spelling(host: str, port: int, *, allow_private: bool) -> None:
    """Refuse what its spelling alone shows to be refused: nobody is asked where a name leads.

    Raises:
        AddressRefusedError: the host or the port is not taken, or the host is an address that is
            not on the internet, or this machine's name for itself.
    """
    check_port(port)
    try:
        address: Address = ip_address(checked_host(host))
    except ValueError:
        plain = host.lower().rstrip(".")
        if plain != LOCALHOST and not plain.endswith(f".{LOCALHOST}"):
            return
        address = IPv4Address("127.0.0.1")  # RFC 6761, 6.3
    _check_address(host, address, allow_private=allow_private)


def checked_addresses(
    host: str, port: int, *, allow_private: bool, resolver: Resolver = resolve
) -> Sequence[str]:
    """The addresses to connect to; resolved once, so that a later answer cannot be another.

    Raises:
        AddressRefusedError: the host or the port is not taken, or one of the host's addresses
            is not on the internet.
        FetchError: the host has none.
    """
    check_port(port)
    addresses = resolver(checked_host(host), port)
    if not addresses:
        raise FetchError(f"{host}: the resolver names no address")
    for one in addresses:
        _check_address(host, ip_address(one), allow_private=allow_private)
    return addresses


def _check_address(host: str, address: Address, *, allow_private: bool) -> None:
    if any(one in network for one in _meant(address) for network in MACHINERY):
        raise AddressRefusedError(f"{host}: is part of this machine's own surroundings")
    if not allow_private and not is_public(address):
        raise AddressRefusedError(
            f"{host}: is on a private network, which is not asked for anything",
            hint="DIASCRIBE_ALLOW_PRIVATE_URLS=1 allows it",
        )


def is_public(address: Address) -> bool:
    """Whether an address, and every one that it stands for, is one of the internet.

    >>> is_public(ip_address("8.8.8.8")), is_public(ip_address("::ffff:10.0.0.1"))
    (True, False)
    """
    return all(_is_public(one) for one in _meant(address))


def _is_public(one: Address) -> bool:
    known = (*NOT_PUBLIC, *MACHINERY)
    if not one.is_global or one.is_multicast or any(one in network for network in known):
        return False
    return isinstance(one, IPv4Address) or one in UNICAST


def _meant(address: Address) -> Iterator[Address]:
    """The address, or the IPv4 addresses that an IPv6 one leads to."""
    if isinstance(address, IPv4Address):
        yield address
        return
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        inner.append(IPv4Address(int(address) & 0xFFFFFFFF))
    if not address.ipv4_mapped and address not in NAT64:
        yield address  # the flags of mapped ones differ between versions of Python
    yield from (one for one in inner if one is not None)
