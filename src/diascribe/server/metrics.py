"""What the service measures of itself, as Prometheus reads it. No names, no addresses, no ids."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0

from diascribe.jobs.job import Depth

CONTENT_TYPE = CONTENT_TYPE_PLAIN_1_0_0

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600)
"""From a status to an upload."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Others are counted as one: they are the caller's words."""


class Metrics:
    """The measures of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "diascribe_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "diascribe_http_request_seconds",
            "Seconds from a request to the end of its answer.",
            ("method", "route"),
            registry=self._registry,
            buckets=BUCKETS_S,
        )
        self._uploaded = Counter(
            "diascribe_uploaded_bytes", "Bytes of recordings received.", registry=self._registry
        )
        self._jobs = Gauge(
            "diascribe_jobs", "Jobs of all tenants.", ("state",), registry=self._registry
        )
        self._slots = self._gauge("slots", "Slots of workers that are alive.")
        self._oldest = self._gauge(
            "oldest_queued_job_seconds",
            "How long the oldest queued job has waited; 0 without one.",
        )
        self._database = self._gauge(
            "database_up", "Whether the queue could be read: else its figures are old."
        )

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
            self._jobs.labels("queued").set(depth.queued)
            self._jobs.labels("running").set(depth.running)
            self._slots.set(depth.slots)
            self._oldest.set(depth.oldest_s or 0)

    def text(self) -> bytes:
        """All of it."""
        return generate_latest(self._registry)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(f"diascribe_{name}", text, registry=self._registry)
