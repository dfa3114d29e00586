"""Whether a model's files are what its manifest says: at a glance, and to the last byte."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

from diascribe.errors import WeightsError
from diascribe.weights.manifest import (
    MANIFEST,
    Manifest,
    StoredFile,
    Transfer,
    digest_of,
    read_manifest,
)


def glance(folder: Path) -> Manifest:
    """The manifest of a folder whose files are as they were when they were last proved.

    Sizes and times are compared. A file of another time, as after copying, is read once and
    its new time put down. A full proof would take seconds of every start.

    Raises:
        WeightsError: names all files that are absent, of another size, or of other bytes.
    """
    manifest = read_manifest(folder)
    stale = [one for one in manifest.files if not _unchanged(folder, one)]
    if stale:
        manifest = _proved(folder, manifest, stale)
    return manifest


def looks_whole(folder: Path) -> bool:
    """Whether every file is there at its size; reads the manifest only."""
    try:
        files = read_manifest(folder).files
        return all((folder / one.path).stat().st_size == one.size for one in files)
    except (WeightsError, OSError):
        return False


def prove(folder: Path) -> Generator[Transfer, None, Manifest]:
    """Read every file; yields progress, and returns the manifest.

    Raises:
        WeightsError: names all files that are absent, of another size, or of other bytes.
    """
    manifest = read_manifest(folder)
    problems: list[str] = []
    done = 0
    for one in manifest.files:
        for count in _compare(folder, one, problems):
            done += count
            yield Transfer(done, manifest.size)
    _refuse(manifest, problems)
    return manifest


def _unchanged(folder: Path, file: StoredFile) -> bool:
    try:
        found = (folder / file.path).stat()
    except OSError:
        return False
    return (found.st_size, int(found.st_mtime)) == (file.size, file.modified)


def _proved(folder: Path, manifest: Manifest, stale: list[StoredFile]) -> Manifest:
    """The manifest with the times of files that are only younger or older than they were."""
    problems: list[str] = []
    for one in stale:
        for _ in _compare(folder, one, problems):
            pass
    _refuse(manifest, problems)
    times = {one.path: int((folder / one.path).stat().st_mtime) for one in manifest.files}
    files = tuple(replace(one, modified=times[one.path]) for one in manifest.files)
    current = replace(manifest, files=files)
    with suppress(OSError):  # a folder that cannot be written is proved at each start
        _put_down(folder, current)
    return current


def _put_down(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest, also while other processes that share the store do the same."""
    fresh = folder / f".{MANIFEST}.{token_hex(8)}"
    try:
        fresh.write_text(manifest.text())
        fresh.replace(folder / MANIFEST)
    finally:
        fresh.unlink(missing_ok=True)


def _compare(folder: Path, file: StoredFile, problems: list[str]) -> Iterator[int]:
    """Read a file, adding to `problems` what is wrong with it; yields bytes read."""
    try:
        size = (folder / file.path).stat().st_size
        if size != file.size:
            problems.append(f"{file.path}: wanted {file.size} bytes, got {size}")
            return
        came = yield from digest_of(folder / file.path)
    except OSError as error:
        problems.append(f"{file.path}: cannot be read: {error.strerror}")
        return
    if came != file.sha256:
        problems.append(f"{file.path}: wanted sha256 {file.sha256}, got {came}")


def _refuse(manifest: Manifest, problems: list[str]) -> None:
    if problems:
        raise WeightsError(f"{manifest.name}: damaged: {'; '.join(problems)}", hint=manifest.again)
