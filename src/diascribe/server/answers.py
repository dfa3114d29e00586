"""Which answers a route may give, for its documentation: every one that is no success."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from diascribe.server.parts import ErrorBody

MEANINGS: Mapping[int, str] = MappingProxyType(
    {
        401: "An API key is wanted, and there is none that counts.",
        403: "The request names a host that is not this service's, or another page sent it.",
        404: "The tenant has nothing of that name.",
        408: "The body did not come in time.",
        409: "The request does not go with how things are now.",
        413: "More bytes came than allowed.",
        415: "The body is of a type that is not taken.",
        422: "Something in the request does not fit; all problems are named.",
        429: "The tenant asks too often, or has as much unfinished work as it may.",
        500: "The service failed.",
        503: "The database cannot be reached, or the service does as much as it can.",
        504: "The job takes longer than a caller may wait; it goes on.",
        507: "There is no room to keep it.",
    }
)
"""What each status says."""

ALWAYS = (403, 500)
"""Answers of every route."""

ASKED = (401, 429, 503)
"""Further ones of every route that is for tenants."""

RECEIVING = (408, 413, 415, 422)
"""Further ones of every route that takes a body."""


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that needs no key."""
    return {
        status: {"model": ErrorBody, "description": MEANINGS[status]}
        for status in sorted({*ALWAYS, *statuses})
    }


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that is for tenants."""
    return answers(*ASKED, *statuses)
