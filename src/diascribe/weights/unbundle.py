"""Models out of an archive. Whoever made it may mean harm: nothing leaves the store's folders.

Each model's manifest comes first, and only the files that it names are taken, at the sizes that
it states, with the bytes that it states. Links, devices and other names are refused.
"""

from __future__ import annotations

import gzip
import hashlib
import tarfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from diascribe.errors import SourceError, WeightsError, printable
from diascribe.weights.manifest import (
    CHUNK,
    LONGEST,
    MANIFEST,
    Manifest,
    StoredFile,
    Transfer,
    parse_manifest,
    wanted_files,
)
from diascribe.weights.placing import emptied, is_there, place, require_space, reserved, writing
from diascribe.weights.store import Installed, Store

MOST_MEMBERS = 10_000
"""Files and folders of an archive; a model has about five."""

GZIP_MAGIC = b"\x1f\x8b"

UNREADABLE = (
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    EOFError,
    ValueError,
    OverflowError,
    RecursionError,  # of thousands of long names in a row, each of which announces the next
)
"""What reading a broken archive raises."""

UNPACKED = "unpacked"
"""Where a model's files gather."""


def unbundle(store: Store, path: Path) -> Generator[Transfer, None, tuple[Installed, ...]]:
    """Install every model of an archive; yields progress in bytes of the archive.

    A model is there when all of it is there and proved. Those before a failure stay.

    Raises:
        SourceError: the archive cannot be opened.
        WeightsError: it is none, or not such as `bundle` makes; says why.
        UnknownModelError: it holds a model of another name than the table has.
        StoreFullError: a model does not fit.
    """
    with _opened(path) as (file, members):
        total = path.stat().st_size
        found: list[Installed] = []
        for member in members:
            name = _model_of(member)
            manifest = _manifest(store, members, member, name)
            for _ in _unpack(store, members, manifest):
                yield Transfer(file.tell(), total)
            found.append(store.find(name))
        yield Transfer(total, total)
    if not found:
        raise WeightsError(f"{path.name}: holds no model")
    return tuple(found)


class _Members:
    """The files of an archive in their order; folders are skipped, all else refused."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._count = 0

    def __iter__(self) -> Iterator[tarfile.TarInfo]:
        return iter(self._next, None)

    def _next(self) -> tarfile.TarInfo | None:
        """The next file; null at the end."""
        while (member := self._archive.next()) is not None:
            self._count += 1
            shown = printable(member.name)[:80]
            if self._count > MOST_MEMBERS:
                raise WeightsError(f"more than {MOST_MEMBERS} files in one archive")
            if member.type in {tarfile.REGTYPE, tarfile.AREGTYPE}:
                return member
            if not member.isdir():
                raise WeightsError(f"{shown}: wanted files and folders only, got a link or device")
        return None

    def read(self, member: tarfile.TarInfo) -> Iterator[bytes]:
        """The bytes of a file."""
        file = self._archive.extractfile(member)
        assert file is not None, "a regular file"
        try:
            while chunk := file.read(CHUNK):
                yield chunk
        except UNREADABLE as error:
            raise WeightsError(f"cannot be read as an archive: {error}") from error


class _Careful:
    """A file that reads little at once: names and remarks in archives may claim any size."""

    def __init__(self, file: BinaryIO | gzip.GzipFile) -> None:
        self._file = file
        self.tell = file.tell
        self.seek = file.seek

    def read(self, size: int) -> bytes:
        if not 0 <= size <= 2 * CHUNK:
            raise WeightsError(f"a name or remark of {size} bytes")
        return self._file.read(size)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, _Members]]:
    """The archive's file and what it holds; whatever is wrong with it, as our error."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            packed = file.read(2) == GZIP_MAGIC
            file.seek(0)
        except OSError as error:
            raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
        try:
            plain = stack.enter_context(gzip.GzipFile(fileobj=file)) if packed else file
            archive = stack.enter_context(
                tarfile.open(fileobj=_Careful(plain), mode="r:")  # type: ignore[call-overload]  # has all that is called
            )
            yield file, _Members(archive)
        except UNREADABLE as error:
            raise WeightsError(f"{path.name}: cannot be read as an archive: {error}") from error
        except WeightsError as error:
            raise type(error)(f"{path.name}: {error}", hint=error.hint) from error


def _model_of(member: tarfile.TarInfo) -> str:
    """The model whose manifest this is.

    Raises:
        WeightsError: it is something else.
    """
    parts = member.name.removeprefix("./").split("/")
    if len(parts) != 2 or parts[1] != MANIFEST or member.size > LONGEST:
        raise WeightsError(
            f"{printable(member.name)[:80]}: wanted NAME/{MANIFEST} before a model's files",
            hint="such archives are made by diascribe models bundle",
        )
    return parts[0]


def _manifest(store: Store, members: _Members, member: tarfile.TarInfo, name: str) -> Manifest:
    """The manifest of a model that the table knows by that very name, with all that it needs."""
    entry = store.entry(printable(name))
    if entry.name != name:
        raise WeightsError(f"{name}: wanted {entry.name}")
    if not entry.files:
        raise WeightsError(f"{name}: comes {entry.origin}: no archive can take its place")
    try:
        text = b"".join(members.read(member)).decode()
    except UnicodeDecodeError as error:
        raise WeightsError(f"{name}: {MANIFEST}: not UTF-8") from error
    manifest = parse_manifest(text, name)
    _, lacking = wanted_files((one.path for one in manifest.files), entry.files, entry.optional)
    if lacking:
        raise WeightsError(f"{name}: it lacks {', '.join(lacking)}")
    return manifest


def _unpack(store: Store, members: _Members, manifest: Manifest) -> Iterator[int]:
    """Put one model into its place; yields bytes written since the last time."""
    lacking = {f"{manifest.name}/{one.path}": one for one in manifest.files}
    require_space(_parent(store.root), manifest.name, manifest.size)
    with reserved(store.root, manifest.name) as reserve:
        gathered = emptied(reserve / UNPACKED)
        stored = []
        for member in members if lacking else ():
            file = lacking.pop(member.name.removeprefix("./"), None)
            if file is None or member.size != file.size:
                shown = printable(member.name)[:80]
                raise WeightsError(f"{shown}: {member.size} bytes, not as {MANIFEST} says")
            with writing(str(gathered / file.path)):
                stored.append((yield from _written(members.read(member), gathered, file)))
            if not lacking:
                break
        if lacking:
            raise WeightsError(f"ends before {', '.join(sorted(lacking))}")
        place(
            store.root,
            gathered,
            Manifest(manifest.name, manifest.repo, manifest.revision, tuple(stored)),
        )


def _written(
    chunks: Iterator[bytes], gathered: Path, file: StoredFile
) -> Generator[int, None, StoredFile]:
    """Write one file; yields bytes.

    Raises:
        WeightsError: it has other bytes than the manifest says.
    """
    path, digest = gathered / file.path, hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as writer:
        for chunk in chunks:
            digest.update(chunk)
            writer.write(chunk)
            yield len(chunk)
    if digest.hexdigest() != file.sha256:
        raise WeightsError(f"{file.path}: wanted sha256 {file.sha256}, got {digest.hexdigest()}")
    return StoredFile(file.path, file.size, file.sha256, int(path.stat().st_mtime))


def _parent(root: Path) -> Path:
    """The root, or the folder that it will be made in."""
    return next(one for one in (root, *root.absolute().parents) if is_there(one))
