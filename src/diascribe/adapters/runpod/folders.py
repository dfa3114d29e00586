"""A folder for each job, gone when the job is: at once, or after a crash at the next start.

A folder is locked while its job runs. Several workers may share a volume: a folder that nobody
holds is removed by a worker of the same machine, or by any once it is old.
"""

from __future__ import annotations

import fcntl
import re
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from diascribe.errors import SpoolError

OWNER = ".owner"
"""The file that is locked; it says whose the folder is."""

ABANDONED_S = 24 * 3600.0
"""After which a folder is anybody's to remove, since locks may not reach across machines."""

FOLDER = re.compile(r"\.?job-[A-Za-z0-9_-]*-[0-9a-f]{32}")
"""Ours; whatever else is there is left alone."""


@contextmanager
def job_folder(root: Path, job: str) -> Iterator[Path]:
    """An empty folder for a job, of which nothing is left afterwards.

    Raises:
        SpoolError: it cannot be made.
    """
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", job)[:80]
    name = f"job-{plain}-{uuid4().hex}"
    folder, making = root / name, root / f".{name}"
    try:
        making.mkdir(mode=0o700, parents=True)
        owner = (making / OWNER).open("w")
    except OSError as error:
        raise SpoolError(f"{root}: no folder for a job: {error.strerror}") from error
    with owner:
        try:
            with suppress(OSError):  # file systems without locks: the age counts
                fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
            owner.write(socket.gethostname())
            owner.flush()
            making.rename(folder)  # from here on others see it, and it is locked
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(making, ignore_errors=True)


def sweep(root: Path, *, now: float | None = None) -> int:
    """Remove what jobs of crashed workers left; how many folders that were."""
    moment = time.time() if now is None else now
    found = [one for one in root.glob("*") if FOLDER.fullmatch(one.name)] if root.is_dir() else ()
    return sum(_removed(one, moment) for one in found)


def _removed(folder: Path, now: float) -> bool:
    try:
        old = now - folder.stat().st_mtime > ABANDONED_S
        with (folder / OWNER).open() as owner:
            fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
            ours = owner.read() == socket.gethostname() and not folder.name.startswith(".")
            if ours or old:
                shutil.rmtree(folder, ignore_errors=True)
            return ours or old
    except OSError:  # held by its job, or removed meanwhile
        return False
