"""Files that one process of a machine has at a time, until it ends however it ends."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from diascribe.errors import DatabaseError

WORKERS = "workers.lock"


def locked(path: Path, refusal: str, *, hint: str = "") -> TextIO:
    """A file that only we have now; close it to let it go. Its content stays as it was.

    Raises:
        DatabaseError: another process has it, which is said as `refusal`, or it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+")
    except OSError as error:
        raise DatabaseError(f"{path}: cannot be made: {error.strerror}") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise DatabaseError(refusal, hint=hint) from error
    except OSError as error:  # some network file systems have no locks
        file.close()
        raise DatabaseError(f"{path}: cannot be locked: {error.strerror}") from error
    return file


@contextmanager
def sole_workers(scratch: Path) -> Iterator[None]:
    """Slots of a data folder are this process's alone.

    Slots that it starts may still find theirs taken for a moment, where those before them are
    about to leave; whoever started those is gone by then.

    Raises:
        DatabaseError: another process has slots there.
    """
    refusal = f"{scratch.parent}: another diascribe worker or diascribe serve works there"
    hint = "give more --slots, or a DIASCRIBE_DATA of its own"
    with locked(scratch / WORKERS, refusal, hint=hint):
        yield
