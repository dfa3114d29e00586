"""Models out of a folder that the user has: copied into the store under a name of the table."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from diascribe.errors import SourceError, WeightsError
from diascribe.weights.entry import Entry
from diascribe.weights.manifest import (
    CHUNK,
    MANIFEST,
    Manifest,
    StoredFile,
    Transfer,
    checked_path,
    lacking_files,
    wanted_files,
)
from diascribe.weights.placing import emptied, place, require_space, reserved, writing
from diascribe.weights.store import Installed, Store

LOCAL = "local"
"""How the revisions of given files begin."""


Check = Callable[[Entry, Path], None]
"""Refuses a folder whose files are no such model, by a WeightsError."""


def unchecked(entry: Entry, folder: Path) -> None:
    """Whatever the folder holds is taken."""


def give(
    store: Store, name: str, folder: Path, check: Check = unchecked
) -> Generator[Transfer, None, Installed]:
    """Install a copy of a folder's files as the model `name`; yields progress.

    Raises:
        UnknownModelError: no model has that name.
        SourceError: the folder is none, or cannot be read.
        WeightsError: a file lacks that such a model needs, the check refuses them, or the copy
            cannot be written.
        StoreFullError: it does not fit.
    """
    entry = store.entry(name)
    names = _files_of(entry, folder)
    total = _size_of([folder / one for one in names])
    check(entry, folder)
    with reserved(store.root, entry.name) as reserve:
        gathered = emptied(reserve / LOCAL)
        require_space(store.root, entry.name, total)
        stored, done = [], 0
        for one in names:
            with writing(str(gathered / one)):
                digest = hashlib.sha256()
                for chunk in _copied(folder / one, gathered / one):
                    digest.update(chunk)
                    done += len(chunk)
                    yield Transfer(done, total)
                stored.append(_stored(gathered, one, digest.hexdigest()))
        manifest = Manifest(entry.name, None, _revision(stored), tuple(stored))
        place(store.root, gathered, manifest)
    return store.find(entry.name)


def _files_of(entry: Entry, folder: Path) -> list[str]:
    """The folder's files that such a model has, as relative paths."""
    if not folder.is_dir():
        raise SourceError(f"{folder}: wanted a model's folder or an archive, found none")
    if not entry.files:
        raise WeightsError(f"{entry.name}: comes {entry.origin}: no folder can take its place")
    paths = [
        (Path(where) / one).relative_to(folder).as_posix()
        for where, _, names in os.walk(folder)
        for one in names
    ]
    names, lacking = wanted_files(paths, entry.files, entry.optional)
    if lacking:
        raise lacking_files(folder, entry.family, lacking, entry.files)
    return [checked_path(one) for one in names if one != MANIFEST]


def _size_of(files: Sequence[Path]) -> int:
    size = 0
    for one in files:
        with _reading(one):
            size += one.stat().st_size
    return size


def _copied(source: Path, target: Path) -> Iterator[bytes]:
    """The bytes of a file, written to another."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as writer:
        for chunk in _read(source):
            writer.write(chunk)
            yield chunk


def _read(source: Path) -> Iterator[bytes]:
    with _reading(source), source.open("rb") as reader:
        while chunk := reader.read(CHUNK):
            yield chunk


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    """Whatever goes wrong with a file of the user's, as our error."""
    try:
        yield
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {error.strerror}") from error


def _stored(gathered: Path, name: str, sha256: str) -> StoredFile:
    found = (gathered / name).stat()
    return StoredFile(name, found.st_size, sha256, int(found.st_mtime))


def _revision(files: list[StoredFile]) -> str:
    """What given files are known by: the start of a digest over all of theirs."""
    whole = hashlib.sha256("".join(f"{one.path} {one.sha256}\n" for one in files).encode())
    return f"{LOCAL}-{whole.hexdigest()[:12]}"
