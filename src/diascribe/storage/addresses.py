"""Which machines may be asked for something that a request names: those of the internet only."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from diascribe.errors import AddressRefusedError, FetchError

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
"""The addresses of a host, for connections to a port."""

NAT64 = IPv6Network("64:ff9b::/96")
"""Addresses that stand for IPv4 ones where a network translates (RFC 6052)."""


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


def checked_address(
    host: str, port: int, *, allow_private: bool, resolver: Resolver = resolve
) -> str:
    """The address to connect to; resolved once, so that a later answer cannot be another.

    Raises:
        AddressRefusedError: one of the host's addresses is not on the internet.
        FetchError: the host has none.
    """
    addresses = resolver(host, port)
    if not addresses:
        raise FetchError(f"{host}: the resolver names no address")
    if not allow_private:
        for one in addresses:
            if not is_public(ip_address(one)):
                raise AddressRefusedError(
                    f"{host}: is on a private network, which is not asked for anything",
                    hint="DIASCRIBE_ALLOW_PRIVATE_URLS=1 allows it",
                )
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether an address, and every one that it stands for, is one of the internet.

    >>> is_public(ip_address("8.8.8.8")), is_public(ip_address("::ffff:10.0.0.1"))
    (True, False)
    """
    return all(one.is_global and not one.is_multicast for one in _meant(address))


def _meant(address: Address) -> Iterator[Address]:
    """The address, or the IPv4 addresses that an IPv6 one leads to."""
    if isinstance(address, IPv4Address):
        yield address
        return
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        inner.append(IPv4Address(int(address) & 0xFFFFFFFF))
    led = [one for one in inner if one is not None]
    if not address.ipv4_mapped:  # whose own flags differ between versions of Python
        yield address
    yield from led
