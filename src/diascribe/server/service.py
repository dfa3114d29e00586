"""What the service is made of: handed in once, found again by every route."""

from __future__ import annotations

import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import anyio
from fastapi import APIRouter, Request

from diascribe.engine.shelf import NOTHING
from diascribe.jobs.seam import Jobs
from diascribe.server.ears import Ear
from diascribe.server.limits import Limits, Places, Rates
from diascribe.server.problems import Shape, plain
from diascribe.storage.fetching import Fetcher
from diascribe.storage.locations import Location
from diascribe.storage.objects import Held
from diascribe.store.voices import Voices
from diascribe.weights.store import Store

HEADS = 16
"""Questions to object stores at once."""


class Keyring(Protocol):
    """Who may use the service."""

    def remembers(self, key: str | None) -> bool:
        """Whether `open` and `tenant` answer at once; null is no key. Else they wait for others."""
        ...

    def open(self) -> bool:
        """Whether nobody needs a key, since there are none."""
        ...

    def tenant(self, key: str) -> str | None:
        """Whose key it is; null for none that counts."""
        ...


@dataclass(frozen=True, slots=True)
class NoKeys:
    """A service without keys, open to whoever reaches it: on this machine only."""

    def remembers(self, key: str | None) -> bool:
        """There is nothing to ask."""
        del key
        return True

    def open(self) -> bool:
        """It is."""
        return True

    def tenant(self, key: str) -> None:
        """Nobody's."""
        del key


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """From where the service may be asked."""

    hosts: frozenset[str] = frozenset({"localhost", "127.0.0.1", "[::1]"})
    """Names, without ports, that requests may call this machine by; none allows all."""
    origins: frozenset[str] = frozenset()
    """Origins of other pages that may write, such as `https://example.org`."""
    local: bool = True
    """Whether only this machine reaches it: else nobody is let in without a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time, as far as the service has to do with it; tests bring their own."""

    now: Callable[[], float] = time.monotonic
    """Seconds from any start."""
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Routes that follow somebody else's contract."""

    prefix: str
    """Where their paths begin: `/openai/v1`."""
    router: APIRouter
    """Without the prefix."""
    shape: Shape = plain
    """How they word failures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speakers:
    """What known voices take."""

    voices: Callable[[str], Voices]
    """Those of a tenant."""
    ear: Ear
    fetcher: Fetcher
    """Brings samples that are named by addresses; takes no paths."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """The parts of one service; `app.state.service` of the application made of it."""

    jobs: Jobs
    keys: Keyring = field(default_factory=NoKeys)
    doors: Doors = field(default_factory=Doors)
    limits: Limits = field(default_factory=Limits)
    store: Store = NOTHING
    """The models of this machine."""
    models_here: bool = False
    """Whether all jobs are worked on with these: what none of them can do is refused at once."""
    allow_private_urls: bool = False
    """Whether addresses of private networks may be named."""
    prefixes: Callable[[str], Sequence[str]] = lambda _: ()
    """Prefixes of object stores that a tenant may read and write below, each ending in `/`."""
    head: Callable[[Location], Held] | None = None
    """What an object store knows of an object; null where none is set up."""
    clock: Clock = field(default_factory=Clock)
    closing: threading.Event = field(default_factory=threading.Event)
    """Set when the service is to end: streams end then."""
    surfaces: Sequence[Surface] = ()
    speakers: Speakers | None = None
    """Null leaves their routes out."""
    rates: Rates = field(init=False)
    uploads: Places = field(init=False)
    streams: Places = field(init=False)
    hearings: Places = field(init=False)
    threads: anyio.CapacityLimiter = field(init=False)
    """Of uploads: slow ones take no thread that answers others."""
    heads: anyio.CapacityLimiter = field(init=False)
    """Of questions to object stores, which may be slow or away."""

    def __post_init__(self) -> None:
        limits = self.limits
        parts = {
            "rates": Rates(limits.requests_per_s, self.clock.now),
            "uploads": Places("uploads", limits.uploads_each, limits.uploads),
            "streams": Places("streams", limits.streams_each, limits.streams),
            "hearings": Places("samples", limits.hearings, limits.hearings),
            "threads": anyio.CapacityLimiter(limits.uploads),
            "heads": anyio.CapacityLimiter(HEADS),
        }
        for name, part in parts.items():
            object.__setattr__(self, name, part)  # frozen: set once, here


def service_of(request: Request) -> Service:
    """The service that was asked."""
    service = request.app.state.service
    assert isinstance(service, Service), "create_app put it there"
    return service
