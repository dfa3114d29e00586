"""Whose a request is: told by its API key."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Annotated

import anyio.to_thread
from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer

from diascribe.errors import KeyRefusedError
from diascribe.server.service import Service, service_of
from diascribe.store.voices import LOCAL

BEARER = HTTPBearer(
    auto_error=False, scheme_name="bearer", description="A key of `diascribe keys create`."
)
HEADER = APIKeyHeader(
    name="X-API-Key", auto_error=False, scheme_name="header", description="The same key."
)

SCHEMES = frozenset({"Basic", "Digest", "Negotiate", "Ntlm", "Token", "Apikey", "Key"})
"""Schemes of authorization that people try; others are not repeated, since keys may be."""

KNOWN = frozenset({"", "Bearer"})


async def tenant_of(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
    header: Annotated[str | None, Security(HEADER)],
) -> str:
    """Whose the request is, counted.

    Raises:
        KeyRefusedError: a key is wanted, and there is none that counts.
        RateError: the tenant asks too often.
    """
    service = service_of(request)
    key = bearer.credentials if bearer is not None else header
    shown = Shown(key, _scheme(request), _address(request))
    if service.keys.remembers(key):
        tenant = _tenant(service, shown)
    else:
        tenant = await anyio.to_thread.run_sync(_tenant, service, shown)
    service.rates.take(tenant)
    request.scope["diascribe.tenant"] = tenant
    return tenant


Tenant = Annotated[str, Depends(tenant_of)]
"""What a route asks for that is for tenants only."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request shows of whose it is."""

    key: str | None = field(repr=False)
    scheme: str
    """How it says so, where it is not as a bearer; else empty."""
    address: str

    @property
    def lack(self) -> str:
        """What is wrong with it, where it opens nothing."""
        if self.key:
            return "it is not known, or was withdrawn"
        return f"wanted it as Bearer, got {self.scheme}" if self.scheme else "there is none"


def _tenant(service: Service, shown: Shown) -> str:
    if service.keys.open() and service.doors.local and _here(shown.address):
        return LOCAL  # whatever key is shown: some clients cannot go without one
    found = service.keys.tenant(shown.key) if shown.key else None
    if found is None:
        raise KeyRefusedError(
            f"an API key is wanted: {shown.lack}", hint="Authorization: Bearer KEY"
        )
    return found


def _scheme(request: Request) -> str:
    """The scheme of an authorization that is none of ours; only those are repeated that exist."""
    scheme = request.headers.get("authorization", "").partition(" ")[0].title()
    return scheme if scheme in SCHEMES else "another scheme" if scheme not in KNOWN else ""


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _here(address: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
