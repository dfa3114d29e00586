"""The file systems of this machine and how full they are, as `df` tells."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")


@dataclass(frozen=True, slots=True)
class Mount:
    """A file system with room in it."""

    place: str
    kind: str
    size_mb: int
    free_mb: int


def mounts(table: Path = MOUNTS) -> Iterator[Mount]:
    """The file systems that have any room; none where the kernel does not tell."""
    with suppress(OSError):
        for line in table.read_text().splitlines():
            _, place, kind, *_ = line.split()
            with suppress(OSError):
                facts = os.statvfs(place)
                if facts.f_blocks:
                    unit = facts.f_frsize
                    size, free = facts.f_blocks * unit, facts.f_bavail * unit
                    yield Mount(place, kind, size >> 20, free >> 20)
