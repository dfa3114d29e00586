"""Models from the hub: fetched beside their place, proved, then moved there."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from diascribe.errors import (
    DiascribeError,
    DownloadError,
    GatedModelError,
    OptionsError,
    WeightsError,
)
from diascribe.weights.entry import Entry
from diascribe.weights.hub import Hub, RemoteFile, Snapshot
from diascribe.weights.manifest import (
    CHUNK,
    Manifest,
    StoredFile,
    Transfer,
    checked_path,
    wanted_files,
)
from diascribe.weights.placing import place, require_space, reserved, writing
from diascribe.weights.store import Installed, Store


@dataclass(frozen=True, slots=True)
class Puller:
    """What pulls models from a hub into a store."""

    store: Store
    hub: Hub
    token: str | None = field(default=None, repr=False)
    """Sent for models whose makers want one, and where the hub refuses without."""
    offline: bool = False
    """The network must not be used."""

    def pull(self, name: str) -> Generator[Transfer, None, Installed]:
        """Install a model, or its newest revision; yields progress.

        Nothing is there before everything is; what a broken pull fetched is kept for the next.

        Raises:
            UnknownModelError: no model has that name.
            OptionsError: it cannot be pulled: it comes with a package, or is to be exported.
            GatedModelError: its terms want accepting, or a token; names the page.
            DownloadError: no network, or none allowed; says what is installed and works.
            StoreFullError: it does not fit.
            WeightsError: other bytes came than were announced, or they cannot be written.
        """
        entry = self.store.entry(name)
        hub, repo = self._source(entry)
        with self._helped(entry):
            snapshot = hub.snapshot(repo)
        if snapshot.revision == self._revision_of(entry):
            found = self.store.find(entry.name)
            yield Transfer(found.size, found.size)
            return found
        wanted = _wanted(entry, snapshot)
        with self._helped(entry), reserved(self.store.root, entry.name) as folder:
            gathered = _gathering(folder, snapshot.revision)
            missing = sum(one.size - _there(gathered, one) for one in wanted)
            require_space(self.store.root, entry.name, missing)
            files = yield from _fetch(hub, snapshot, wanted, gathered)
            manifest = Manifest(entry.name, repo, snapshot.revision, files)
            place(self.store.root, gathered, manifest)
        return self.store.find(entry.name)

    def _source(self, entry: Entry) -> tuple[Hub, str]:
        """The hub, with a token for whoever wants one, and the repository there."""
        if entry.repo is None:
            raise _unpublished(entry)
        if self.offline:
            raise DownloadError(
                f"{entry.name}: DIASCRIBE_OFFLINE forbids the network; {self._working()}",
                hint=_from(entry),
            )
        if entry.gated and self.token is None:
            page = self.hub.page(entry.repo)
            raise GatedModelError(
                f"{entry.name}: its makers want their terms accepted, and a token",
                hint=f"accept them on {page}, then set HF_TOKEN to a token of your account",
            )
        if entry.gated:
            return replace(self.hub, token=self.token), entry.repo
        return replace(self.hub, token=None, reserve=self.token), entry.repo

    @contextmanager
    def _helped(self, entry: Entry) -> Iterator[None]:
        """Where the network fails, tell what works without it."""
        try:
            yield
        except DownloadError as error:
            hint = error.hint or _from(entry)
            raise DownloadError(f"{error}; {self._working()}", hint=hint) from error

    def _working(self) -> str:
        return f"what is installed works without a network: {self.store.usable()}"

    def _revision_of(self, entry: Entry) -> str | None:
        """The revision that is installed whole; null where none is."""
        with suppress(DiascribeError):
            return self.store.find(entry.name).revision
        return None


def _from(entry: Entry) -> str:
    """How to have a model without the network."""
    return f"diascribe models pull {entry.name} --from FOLDER takes the files from a folder"


def _unpublished(entry: Entry) -> OptionsError:
    if entry.family == "embedded":
        return OptionsError((f"{entry.name}: comes {entry.origin}: there is nothing to pull",))
    return OptionsError(
        (f"{entry.name}: is not published in a form that can be pulled: it takes {entry.origin}",),
        hint=f"diascribe models pull {entry.name} --from FOLDER",
    )


def _wanted(entry: Entry, snapshot: Snapshot) -> list[RemoteFile]:
    """The files of a repository that the model needs.

    Raises:
        DownloadError: it lacks one.
        WeightsError: one has a name that leads elsewhere.
    """
    known = {one.path: one for one in snapshot.files}
    names, lacking = wanted_files(known, entry.files, entry.optional)
    if lacking:
        raise DownloadError(f"{snapshot.repo}: lacks {', '.join(lacking)}")
    return [known[checked_path(name)] for name in names]


def _gathering(folder: Path, revision: str) -> Path:
    """Where the files of a revision gather; what there is of others is removed."""
    with writing(str(folder)):
        for other in folder.iterdir():
            if other.name != revision:
                shutil.rmtree(other)
        gathered = folder / revision
        gathered.mkdir(exist_ok=True)
    return gathered


def _there(gathered: Path, file: RemoteFile) -> int:
    """Bytes of a file that an earlier pull fetched."""
    with suppress(OSError):
        return min((gathered / file.path).stat().st_size, file.size)
    return 0


def _fetch(
    hub: Hub, snapshot: Snapshot, wanted: list[RemoteFile], gathered: Path
) -> Generator[Transfer, None, tuple[StoredFile, ...]]:
    """Every file, whole and proved."""
    done, total = 0, sum(one.size for one in wanted)
    yield Transfer(done, total)
    stored = []
    for file in wanted:
        path, proof = gathered / file.path, _Proof(file)
        with writing(str(path)):
            for count in _fetch_file(hub, snapshot, path, proof):
                done += count
                yield Transfer(done, total)
            stored.append(proof.stored(path))
    return tuple(stored)


def _fetch_file(hub: Hub, snapshot: Snapshot, path: Path, proof: _Proof) -> Iterator[int]:
    """One file, on from where it broke off; yields bytes read or written since the last time."""
    file = proof.file
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as kept:
        if kept.tell() > file.size:
            kept.truncate(0)
        kept.seek(0)
        yield from proof.take(iter(lambda: kept.read(CHUNK), b""))
        yield from proof.take(_written(kept, hub.read(snapshot, file, proof.size)))


def _written(kept: BinaryIO, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks, written."""
    for chunk in chunks:
        kept.write(chunk)
        yield chunk


class _Proof:
    """Digests of a file's bytes, taken as they pass."""

    def __init__(self, file: RemoteFile) -> None:
        self.file = file
        self.size = 0
        self._sha256 = hashlib.sha256()
        self._git = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)

    def take(self, chunks: Iterable[bytes]) -> Iterator[int]:
        """Read the chunks; yields the length of each."""
        for chunk in chunks:
            self.size += len(chunk)
            self._sha256.update(chunk)
            self._git.update(chunk)
            yield len(chunk)

    def stored(self, path: Path) -> StoredFile:
        """The file as the manifest has it.

        Raises:
            WeightsError: its bytes are others than the hub announced; they are removed.
        """
        sha256, file = self._sha256.hexdigest(), self.file
        wanted = file.sha256 or file.blob
        came = sha256 if file.sha256 else self._git.hexdigest()
        if came != wanted:
            path.unlink()
            raise WeightsError(
                f"{file.path}: wanted digest {wanted}, got {came}", hint="pull again"
            )
        return StoredFile(file.path, file.size, sha256, int(path.stat().st_mtime))
