"""What the service measures of itself, as Prometheus reads it. No names, no addresses, no ids."""

from __future__ import annotations

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0

from diascribe.jobs.job import Depth

CONTENT_TYPE = CONTENT_TYPE_PLAIN_1_0_0

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600)
"""From a status to an upload."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Others are counted as one: they are the caller's words."""


@dataclass(frozen=True)
class Metrics:
    """The measures of one application."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        parts = {
            "_requests": Counter(
                "diascribe_http_requests",
                "Requests answered.",
                ("method", "route", "status"),
                registry=self.registry,
            ),
            "_seconds": Histogram(
                "diascribe_http_request_seconds",
                "Seconds from a request to the end of its answer.",
                ("method", "route"),
                registry=self.registry,
                buckets=BUCKETS_S,
            ),
            "_uploaded": Counter(
                "diascribe_uploaded_bytes", "Bytes of recordings received.", registry=self.registry
            ),
            "_queue": Gauge(
                "diascribe_jobs", "Jobs of all tenants.", ("state",), registry=self.registry
            ),
            "_slots": Gauge(
                "diascribe_slots", "Slots of workers that are alive.", registry=self.registry
            ),
            "_oldest": Gauge(
                "diascribe_oldest_queued_job_seconds",
                "How long the oldest queued job has waited; 0 without one.",
                registry=self.registry,
            ),
            "_database": Gauge(
                "diascribe_database_up",
                "Whether the queue could be read: else its figures are old.",
                registry=self.registry,
            ),
        }
        for name, part in parts.items():
            object.__setattr__(self, name, part)  # frozen: set once, here

    _requests: Counter = field(init=False, repr=False)
    _seconds: Histogram = field(init=False, repr=False)
    _uploaded: Counter = field(init=False, repr=False)
    _queue: Gauge = field(init=False, repr=False)
    _slots: Gauge = field(init=False, repr=False)
    _oldest: Gauge = field(init=False, repr=False)
    _database: Gauge = field(init=False, repr=False)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request that was answered."""
        known = method if method in METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def count_upload(self, size: int) -> None:
        """A recording that was received."""
        self._uploaded.inc(size)

    def read_queue(self, depth: Depth | None) -> None:
        """How much there is to do; null where nobody could tell."""
        self._database.set(depth is not None)
        if depth is not None:
            self._queue.labels("queued").set(depth.queued)
            self._queue.labels("running").set(depth.running)
            self._slots.set(depth.slots)
            self._oldest.set(depth.oldest_s or 0)

    def text(self) -> bytes:
        """All of it."""
        return generate_latest(self.registry)
