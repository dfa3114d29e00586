"""Models in one archive, for machines without a network and for platforms that unpack one.

In it each model is a folder, its manifest first: unpacked anywhere, that place is a store.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tarfile import BLOCKSIZE, GNU_FORMAT, TarInfo

from diascribe.errors import OptionsError, WeightsError
from diascribe.weights.manifest import (
    CHUNK,
    MANIFEST,
    Manifest,
    StoredFile,
    Transfer,
    read_manifest,
)
from diascribe.weights.placing import writing
from diascribe.weights.store import Store

Write = Callable[[bytes], object]

SUFFIXES = (".tar.gz", ".tgz", ".tar")


def bundle(store: Store, names: Sequence[str], path: Path) -> Generator[Transfer, None, None]:
    """Write installed models into one archive, reading and proving every byte; yields progress.

    The same models give the same bytes. A broken bundle leaves no file.

    Raises:
        OptionsError: the archive's name does not say how it is to be packed.
        UnknownModelError: one is not installed.
        WeightsError: one is damaged or cannot be read, or the archive cannot be written.
        StoreFullError: there is no room for it.
    """
    if not path.name.endswith(SUFFIXES):
        raise OptionsError((f"{path.name}: wanted a name that ends in {', '.join(SUFFIXES)}",))
    found = [store.find(name) for name in names]
    folders = sorted({one.path for one in found})
    manifests = {folder: read_manifest(folder) for folder in folders}
    done, total = 0, sum(one.size for one in manifests.values())
    with writing(str(path)), _whole(path) as write:
        for folder, manifest in manifests.items():
            for count in _packed(folder, manifest, write):
                done += count
                yield Transfer(done, total)
        write(bytes(2 * BLOCKSIZE))  # the end of an archive


@contextmanager
def _whole(path: Path) -> Iterator[Write]:
    """What writes to a file that is there when all of it is written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    growing = path.with_name(f".{path.name}.partial")
    try:
        with growing.open("wb") as file:
            if path.name.endswith(".tar"):
                yield file.write
            else:  # weights hardly shrink: the fastest level; no time, so that bytes repeat
                with gzip.GzipFile("", "wb", 1, file, mtime=0) as packed:
                    yield packed.write
        growing.replace(path)
    finally:
        growing.unlink(missing_ok=True)


def _packed(folder: Path, manifest: Manifest, write: Write) -> Iterator[int]:
    """Write one model; yields bytes of its files since the last time.

    Raises:
        WeightsError: a file cannot be read, or has other bytes than the manifest says.
    """
    text = manifest.text().encode()
    write(_header(f"{folder.name}/{MANIFEST}", len(text), 0))
    write(_padded(text))
    for one in manifest.files:
        write(_header(f"{folder.name}/{one.path}", one.size, one.modified))
        digest = hashlib.sha256()
        for chunk in _read(folder, one):
            digest.update(chunk)
            write(chunk)
            yield len(chunk)
        write(bytes(-one.size % BLOCKSIZE))
        if digest.hexdigest() != one.sha256:
            raise WeightsError(
                f"{folder.name}: damaged: {one.path}: wanted sha256 {one.sha256},"
                f" got {digest.hexdigest()}",
                hint=manifest.again,
            )


def _read(folder: Path, file: StoredFile) -> Iterator[bytes]:
    try:
        with (folder / file.path).open("rb") as reader:
            while chunk := reader.read(CHUNK):
                yield chunk
    except OSError as error:
        raise WeightsError(
            f"{folder.name}: {file.path}: cannot be read: {error.strerror}"
        ) from error


def _header(name: str, size: int, modified: int) -> bytes:
    """What stands before a file in an archive, the same whoever makes it."""
    info = TarInfo(name)
    info.size, info.mtime = size, modified
    return info.tobuf(GNU_FORMAT)


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % BLOCKSIZE)
