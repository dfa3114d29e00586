"""Whose a request is: told by its API key."""

from __future__ import annotations

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
    address = _address(request)
    if service.keys.remembers(key):
        tenant = _tenant(service, key, address)
    else:
        tenant = await anyio.to_thread.run_sync(_tenant, service, key, address)
    service.rates.take(tenant)
    request.scope["diascribe.tenant"] = tenant
    return tenant


Tenant = Annotated[str, Depends(tenant_of)]
"""What a route asks for that is for tenants only."""


def _tenant(service: Service, key: str | None, address: str) -> str:
    if service.keys.open() and service.doors.local and _here(address):
        return LOCAL  # whatever key is shown: some clients cannot go without one
    found = service.keys.tenant(key) if key else None
    if found is None:
        said = "it is not known, or was withdrawn" if key else "there is none"
        raise KeyRefusedError(f"an API key is wanted: {said}", hint="Authorization: Bearer KEY")
    return found


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _here(address: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
