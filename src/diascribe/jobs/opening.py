"""Puts jobs together from the settings: what the API asks, and what a slot works with."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from diascribe.engine.given import parse_options
from diascribe.errors import DatabaseError
from diascribe.jobs.artefacts import Artefacts
from diascribe.jobs.children import Child
from diascribe.jobs.durable import DurableJobs
from diascribe.jobs.engine_child import open_stages
from diascribe.jobs.erasing import Retention
from diascribe.jobs.giving import open_artefacts, open_buckets
from diascribe.jobs.known_files import KnownFiles
from diascribe.jobs.limits import Limits
from diascribe.jobs.places import Buckets, Places
from diascribe.jobs.queue import Queue
from diascribe.jobs.settling import Settling
from diascribe.jobs.sweeper import Sweeper
from diascribe.jobs.vault import Vault, open_vault
from diascribe.jobs.webhooks.signing import parse_secrets
from diascribe.jobs.working import Bench
from diascribe.settings import Settings, child_environment
from diascribe.storage.fetching import Fetcher
from diascribe.store.database import Database
from diascribe.store.keys import Keys

ENGINE_STAGES = "diascribe.jobs.engine_stages:open_stages"
"""What gives the real engine's stages."""

BEATS = 6
"""A worker says so many times that it lives before it counts as dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What every process of the service has. Close it."""

    settings: Settings
    limits: Limits
    database: Database
    queue: Queue
    vault: Vault
    artefacts: Artefacts
    buckets: Buckets | None = None
    stages: str = ENGINE_STAGES
    check: Callable[[Mapping[str, Any]], object] = field(default=parse_options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back the connections."""
        self.queue.close()
        self.database.close()

    def jobs(self) -> DurableJobs:
        """What the API asks.

        Raises:
            OptionsError: the secret of webhooks is none.
        """
        secret = self.settings.webhook_secret
        return DurableJobs(
            database=self.database,
            queue=self.queue,
            vault=self.vault,
            artefacts=self.artefacts,
            stages=open_stages(self.stages),
            scratch=asked_of(self.settings),
            limits=self.limits,
            signs=secret is not None and bool(parse_secrets(secret)),
            check=self.check,
        )

    def places(self) -> Places:
        """Where recordings come from and where results and failures go besides."""
        fetcher = Fetcher(
            allow_private=self.settings.allow_private_urls,
            allow_files=False,
            most_bytes=self.limits.source_bytes,
            most_s=self.limits.fetch_s,
        )
        return Places(artefacts=self.artefacts, fetcher=fetcher, buckets=self.buckets)

    def bench(self, me: str, scratch: Path) -> Bench:
        """What a slot works with."""
        return Bench(
            me=me,
            database=self.database,
            queue=self.queue,
            vault=self.vault,
            artefacts=self.artefacts,
            places=self.places(),
            limits=self.limits,
            known=KnownFiles(self.database),
            scratch=scratch,
            engine=Child(self.stages, child_environment()),
        )

    def settling(self) -> Settling:
        """What settles jobs that somebody died over between two writes."""
        return Settling(
            database=self.database, queue=self.queue, vault=self.vault, places=self.places()
        )

    def sweeper(self, me: str, role: str) -> Sweeper:
        """What says that a process lives, and hands on the work of dead ones."""
        retention = Retention(self.database, self.queue, self.artefacts, self.limits)
        return Sweeper(
            database=self.database,
            queue=self.queue,
            me=me,
            role=role,
            beat_s=self.limits.beat_s,
            dead_s=self.limits.dead_s,
            chores=(self.settling().settle, retention.chore),
        )


def open_service(settings: Settings, *, stages: str = ENGINE_STAGES) -> Service:
    """The service that settings describe.

    Raises:
        DatabaseError: the database cannot be opened, or is in memory.
        MissingExtraError: an extra is not installed.
        OptionsError: a setting is none.
        AddressRefusedError: a setting names no prefix of an object store.
    """
    if settings.database.endswith((":memory:", "sqlite://")):
        raise DatabaseError(
            "DIASCRIBE_DATABASE: jobs want a file or PostgreSQL, got a database in memory"
        )
    database = Database(settings.database)
    return Service(
        settings=settings,
        limits=limits_of(settings),
        database=database,
        queue=Queue(database),
        vault=open_vault(settings.data, settings.secret_key),
        artefacts=open_artefacts(settings),
        buckets=open_buckets(settings, Keys(database).prefixes),
        stages=stages,
    )


def limits_of(settings: Settings) -> Limits:
    """The limits that settings say."""
    return Limits(
        tenant_jobs=settings.tenant_jobs,
        keep_days=settings.keep_days,
        most_deaths=settings.most_deaths,
        dead_s=settings.dead_s,
        beat_s=settings.dead_s / BEATS,
        poll_s=min(0.5, settings.dead_s / BEATS),
        stage_s=settings.stage_s,
        media_memory_bytes=settings.media_memory_mb << 20,
    )


def scratch_of(settings: Settings) -> Path:
    """Folder of what is only needed while somebody works."""
    return settings.data / "work"


def asked_of(settings: Settings) -> Path:
    """Folder of uploads that come, and of what is run at once."""
    return scratch_of(settings) / "asked"


def executor_name(role: str) -> str:
    """A name that no other process has or had."""
    return f"{socket.gethostname()}-{role}-{uuid4().hex[:8]}"
