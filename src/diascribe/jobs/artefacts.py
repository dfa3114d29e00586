"""Where findings, results and uploads of jobs lie: by keys, in a folder or a bucket."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from diascribe.errors import OutputError, SourceError
from diascribe.storage.artefacts import no_addresses


class Artefacts(Protocol):
    """Files by keys, such as `tenant/jobs/1f…/spans.json`. A key's file is there whole or not."""

    def put(self, key: str, path: Path) -> None:
        """Keep a file under a key, in place of what was there; the file at `path` stays.

        Raises:
            OutputError: it cannot be kept.
        """
        ...

    def get(self, key: str, path: Path) -> None:
        """Bring a key's file to `path`, which nobody may change there, only replace.

        Raises:
            SourceError: there is none, or it cannot be read.
        """
        ...

    def read(self, key: str) -> bytes:
        """All bytes of a key's file.

        Raises:
            SourceError: there is none, or it cannot be read.
        """
        ...

    def presign(self, key: str, *, valid_s: float) -> str:
        """A web address that gives a key's file to whoever has it, for a while.

        Raises:
            InputError: files lie in a folder, which has no such addresses.
            OutputError: the store gives none.
        """
        ...

    def copy(self, key: str, other: str) -> None:
        """Keep a key's file under another one too.

        Raises:
            SourceError: there is none.
            OutputError: it cannot be kept.
        """
        ...

    def list(self, prefix: str) -> Sequence[str]:
        """The keys that begin with a prefix, sorted."""
        ...

    def delete(self, prefix: str) -> None:
        """Remove every key that begins with a prefix; what is not there is no error.

        Raises:
            OutputError: one cannot be removed.
        """
        ...


@dataclass(frozen=True, slots=True)
class FolderArtefacts:
    """Artefacts in a local folder; files are linked, not copied, where the system can."""

    folder: Path

    def put(self, key: str, path: Path) -> None:
        """Keep a file under a key."""
        place = self._place(key)
        with _told(key, OutputError):
            place.parent.mkdir(parents=True, exist_ok=True)
            _link(path, place)

    def get(self, key: str, path: Path) -> None:
        """Bring a key's file to `path`."""
        with _told(key, SourceError):
            path.parent.mkdir(parents=True, exist_ok=True)
            _link(self._place(key), path)

    def read(self, key: str) -> bytes:
        """All bytes of a key's file."""
        with _told(key, SourceError):
            return self._place(key).read_bytes()

    def presign(self, key: str, *, valid_s: float) -> str:
        """Folders have no addresses."""
        del key, valid_s
        raise no_addresses()

    def copy(self, key: str, other: str) -> None:
        """Keep a key's file under another one too."""
        self.put(other, self._place(key))

    def list(self, prefix: str) -> Sequence[str]:
        """The keys that begin with a prefix, sorted."""
        start = self._place(prefix)
        below = start if prefix.endswith("/") else start.parent
        keys = (str(one.relative_to(self.folder)) for one in below.rglob("*") if one.is_file())
        return sorted(key for key in keys if key.startswith(prefix))

    def delete(self, prefix: str) -> None:
        """Remove every key that begins with a prefix."""
        place = self._place(prefix)
        if prefix.endswith("/"):
            with _told(prefix, OutputError):
                while place.exists():
                    with suppress(FileNotFoundError):  # somebody else removes it too
                        shutil.rmtree(place)
            return
        for key in self.list(prefix):
            with _told(key, OutputError):
                (self.folder / key).unlink(missing_ok=True)

    def _place(self, key: str) -> Path:
        assert key, "a key names something"
        assert not {"", ".", ".."} & set(key.removesuffix("/").split("/")), "keys stay inside"
        return self.folder / key


@contextmanager
def _told(key: str, error: type[OutputError | SourceError]) -> Iterator[None]:
    try:
        yield
    except OSError as failure:
        raise error(f"{key}: {failure.strerror or failure}") from failure


def _link(source: Path, place: Path) -> None:
    """Make `place` the same file as `source`, at once; a copy where the disk is another."""
    beside = place.with_name(f".{uuid4().hex}")
    try:
        try:
            os.link(source, beside)
        except OSError:
            if not source.is_file():
                raise
            shutil.copyfile(source, beside)
        beside.replace(place)
    finally:
        with suppress(FileNotFoundError):  # `replace` of two names of one file leaves both
            beside.unlink()
