"""The files that workers hand known voices over in, held while nothing changes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from diascribe.jobs.known import filed
from diascribe.store.database import Database
from diascribe.store.voices import Voices

HELD_BYTES = 64 << 20
"""Most that a worker holds; 10,000 voices have 11 MB."""


@dataclass(frozen=True, slots=True)
class KnownFiles:
    """Tenants' known voices as files, in memory only. One instance serves all threads.

    Every tenant has a file of its own. A file is made anew where anything of its tenant has
    changed since, by whichever process: who was removed is not shown once more.
    """

    database: Database
    held_bytes: int = HELD_BYTES
    """Of the tenants who were asked for last."""
    _held: OrderedDict[str, tuple[int, bytes]] = field(default_factory=OrderedDict, init=False)
    """By tenant: after how many changes it was made, and the file."""
    _lock: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    def of(self, tenant: str) -> bytes:
        """A tenant's known voices as they are now.

        Raises:
            DatabaseError: they cannot be read.
        """
        voices = Voices(self.database, tenant)
        changes = voices.changes()  # first: what changes while they are read is read again
        with self._lock:
            held = self._held.pop(tenant, None)
        if held is None or held[0] != changes:
            held = changes, filed(voices.copied())
        self._hold(tenant, held)
        return held[1]

    def _hold(self, tenant: str, held: tuple[int, bytes]) -> None:
        """Keep a file, and let go of those that were not asked for the longest."""
        with self._lock:
            self._held[tenant] = held
            while sum(len(file) for _, file in self._held.values()) > self.held_bytes:
                self._held.popitem(last=False)
