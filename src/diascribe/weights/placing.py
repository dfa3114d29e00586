"""A model's folder is whole or not there: files gather beside it, and are moved at the end."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from diascribe.errors import StoreFullError, WeightsError
from diascribe.weights.manifest import MANIFEST, Manifest

PARTIAL = ".partial"
"""Folder of the store for what is on its way. It may be deleted whenever nothing is."""

OLD = "old"
"""Folder beside a gathered model for the one whose place it takes."""

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_there(folder: Path) -> bool:
    """Whether a folder is there; one that may not be looked at counts as not there."""
    try:
        return folder.is_dir()
    except OSError:  # of another user, as `HOME` may be in a container
        return False


def names_in(folder: Path) -> list[str]:
    """What lies in a folder; nothing where it is absent, or may not be looked at."""
    try:
        return [one.name for one in folder.iterdir()]
    except OSError:
        return []


@contextmanager
def writing(what: str) -> Iterator[None]:
    """Whatever goes wrong with the disk, as one of our errors.

    Raises:
        StoreFullError: the disk or the quota is full.
        WeightsError: anything else.
    """
    try:
        yield
    except OSError as error:
        kind = StoreFullError if error.errno in FULL else WeightsError
        raise kind(f"{what}: cannot be written: {error.strerror or error}") from error


@contextmanager
def reserved(root: Path, name: str) -> Iterator[Path]:
    """The folder where a model's files gather, for one process at a time.

    What gathered there stays when the work breaks off, to go on with.

    Raises:
        WeightsError: another process is at it, or the folder cannot be made.
    """
    folder = root / PARTIAL / name
    with writing(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        lock = (root / PARTIAL / f"{name}.lock").open("w")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise WeightsError(
                f"{name}: another process is installing it", hint="wait until that is done"
            ) from error
        with writing(str(folder)):
            _put_back(folder / OLD, root / name)  # of a process that died between two renames
        yield folder


def emptied(folder: Path) -> Path:
    """The folder without whatever an earlier work left there, which nobody has proved.

    Raises:
        WeightsError: it cannot be emptied or made.
    """
    with writing(str(folder)):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    return folder


def require_space(root: Path, name: str, size: int) -> None:
    """Refuse what does not fit before any of it is written.

    Raises:
        StoreFullError: the disk has less than `size` bytes free.
    """
    free = shutil.disk_usage(root).free
    if size > free:
        raise StoreFullError(
            f"{name}: needs {size / 1e6:.0f} MB more, {root} has {free / 1e6:.0f} MB free",
            hint="diascribe models remove NAME, or set DIASCRIBE_MODELS to a folder elsewhere",
        )


def place(root: Path, gathered: Path, manifest: Manifest) -> None:
    """Move a whole folder to the model's place, where an older one may be."""
    target, old = root / manifest.name, gathered.parent / OLD
    with writing(str(target)):
        (gathered / MANIFEST).write_text(manifest.text())
        _keep(gathered)
        shutil.rmtree(old, ignore_errors=True)
        if target.exists():
            target.replace(old)
        try:
            gathered.replace(target)
        except OSError:
            _put_back(old, target)
            raise
        _flush(root)
        shutil.rmtree(gathered.parent, ignore_errors=True)


def _keep(folder: Path) -> None:
    """Have all of a folder on the disk itself: a rename may else outlive the files it names."""
    for where, _, names in os.walk(folder):
        for name in names:
            _flush(Path(where) / name)
        _flush(Path(where))


def _flush(path: Path) -> None:
    """Wait until a file's bytes, or the names in a folder, are on the disk."""
    reader = os.open(path, os.O_RDONLY)
    try:
        os.fsync(reader)
    finally:
        os.close(reader)


def _put_back(old: Path, target: Path) -> None:
    """The older model in its place, where it was moved away and nothing took it."""
    if old.exists() and not target.exists():
        old.replace(target)


def discard(root: Path, name: str) -> bool:
    """Remove a model, and what there is of it on its way; whether there was anything.

    Raises:
        WeightsError: another process is installing it, or it cannot be removed.
    """
    target = root / name
    there = is_there(target) or is_there(root / PARTIAL / name)
    if not there:
        return False
    with reserved(root, name) as folder, writing(str(target)):
        if target.is_dir():
            target.replace(folder / "removed")
        shutil.rmtree(folder)
    return True
