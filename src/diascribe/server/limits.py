"""How much anybody may ask of the service, and how often."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from diascribe.errors import BusyError, RateError

MOST_TENANTS = 10_000
"""Whose last requests are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one service takes."""

    upload_bytes: int = 4 << 30
    """Most bytes of a recording: a day of uncompressed mono at 16 kHz is 2.8 GB."""
    short_bytes: int = 25 << 20
    """Most bytes of a recording that is transcribed while its caller waits."""
    body_bytes: int = 8 << 20
    """Most bytes of a request beside its recording: samples of voices may be data URIs."""
    silent_s: float = 30.0
    """Seconds that nothing may come of a body."""
    upload_s: float = 3600.0
    """Seconds that a body may take."""
    uploads: int = 32
    """Bodies that are received at once; each takes a thread."""
    uploads_each: int = 8
    """Of those, most of one tenant."""
    streams_each: int = 100
    """Streams of events that one tenant may follow at once."""
    streams: int = 1000
    """Streams of all tenants."""
    hearings: int = 2
    """Samples of voices that are heard at once; each takes a process."""
    requests_per_s: float = 500.0
    """Requests of one tenant."""
    wait_s: float = 60.0
    """Seconds that a caller waits for a short recording."""

    @property
    def most_short_bytes(self) -> int:
        """Most bytes of a short recording or a sample: never more than of any recording."""
        return min(self.short_bytes, self.upload_bytes)


@dataclass(slots=True)
class Bucket:
    """Tokens that drip in; each request takes one."""

    tokens: float
    filled: float
    """When the tokens were counted, on the clock that is passed in."""


@dataclass(frozen=True)
class Rates:
    """Who asked how often, as buckets of tokens. Serves all threads of one process."""

    per_s: float
    clock: Callable[[], float]
    _buckets: OrderedDict[str, Bucket] = field(default_factory=OrderedDict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def take(self, tenant: str) -> None:
        """Count a request; a tenant that was quiet may ask for two seconds' worth at once.

        Raises:
            RateError: it asks too often; says when it may again.
        """
        most, now = 2 * self.per_s, self.clock()
        with self._lock:
            bucket = self._buckets.setdefault(tenant, Bucket(most, now))
            self._buckets.move_to_end(tenant)
            if len(self._buckets) > MOST_TENANTS:
                self._buckets.popitem(last=False)
            bucket.tokens = min(most, bucket.tokens + (now - bucket.filled) * self.per_s)
            bucket.filled = now
            if bucket.tokens < 1:
                wait_s = math.ceil((1 - bucket.tokens) / self.per_s)
                raise RateError(f"more than {self.per_s:g} requests a second", retry_after_s=wait_s)
            bucket.tokens -= 1


@dataclass(frozen=True)
class Places:
    """Things that only so many may do at once. Serves all threads of one process."""

    what: str
    each: int
    """Most of one tenant."""
    all: int
    """Most of all tenants."""
    _taken: dict[str, int] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    @contextmanager
    def one(self, tenant: str) -> Iterator[None]:
        """One of the places.

        Raises:
            RateError: the tenant has all that it may have.
            BusyError: everybody together has.
        """
        with self._lock:
            mine = self._taken.get(tenant, 0)
            if mine >= self.each:
                raise RateError(f"more than {self.each} {self.what} at once", retry_after_s=5)
            if sum(self._taken.values()) >= self.all:
                raise BusyError(f"more than {self.all} {self.what} at once: try again later")
            self._taken[tenant] = mine + 1
        try:
            yield
        finally:
            with self._lock:
                left = self._taken[tenant] - 1
                if left:
                    self._taken[tenant] = left
                else:
                    del self._taken[tenant]
