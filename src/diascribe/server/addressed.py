"""Where a request that nothing answers may have been meant to go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from fastapi import APIRouter
from starlette.routing import Route, compile_path

PREFIXES = ("/v1", "/openai/v1", "")
"""What addresses of the service begin with."""

WORN = re.compile(r"(?:/(?:api|openai|diascribe|v\d+))*(?=/|\Z)")
"""Beginnings that people know from other services, or from this one's other half."""

EVERYTHING = "GET /openapi.json lists the addresses"


@dataclass(frozen=True, slots=True)
class Address:
    """Where something answers."""

    format: str
    """Its path, with what differs in braces: `/v1/jobs/{job}`."""
    pattern: re.Pattern[str]
    methods: frozenset[str]


def addresses_of(router: APIRouter, prefix: str = "") -> Iterator[Address]:
    """The addresses of routes below a prefix."""
    for one in router.routes:
        if isinstance(one, Route):
            pattern, shape, _ = compile_path(prefix + one.path)
            yield Address(shape, pattern, frozenset(one.methods or ()))


def hint_at(path: str, known: Sequence[Address]) -> str:
    """What an address that there is not was meant to be, or which methods one takes.

    Only addresses of the service itself are told, nothing of what was asked.
    """
    there = _matching(path, known)
    if there:
        methods = sorted({name for one in there for name in one.methods})
        return f"{there[0].format} takes {' and '.join(methods)}"
    begun = WORN.match(path)
    rest = path[begun.end() if begun else 0 :].rstrip("/")
    meant = [one for prefix in PREFIXES for one in _matching(prefix + rest, known)]
    return f"the address is {meant[0].format}" if rest and meant else _near(path, known)


def _matching(path: str, known: Sequence[Address]) -> list[Address]:
    return [one for one in known if one.pattern.match(path)]


def _near(path: str, known: Sequence[Address]) -> str:
    """The addresses that are spelt much alike, or where all are listed."""
    near = get_close_matches(path, dict.fromkeys(one.format for one in known), n=2, cutoff=0.85)
    return f"near it is {' or '.join(near)}" if near else EVERYTHING
