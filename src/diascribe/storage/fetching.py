"""What a request names by an address, as a local file: guarded, and bounded in bytes and seconds.

Nothing else fetches what a user names. Addresses, redirects included, are checked before
anything is sent, and connected to as they were checked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from os import fstat
from os.path import samestat
from pathlib import Path
from typing import BinaryIO

from diascribe.errors import FetchError, SpoolError
from diascribe.storage.addresses import Resolver, resolve
from diascribe.storage.asking import Answer, Guard, Question, asked, redirected
from diascribe.storage.data_uris import content_of
from diascribe.storage.pace import Limits, Pace
from diascribe.storage.shown import DATA, shown

WEB = ("http://", "https://")
OK = 200
ELSEWHERE = frozenset({301, 302, 303, 307, 308})
"""Statuses of answers that name another address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What was written to a file."""

    size: int
    """Bytes."""
    version: str | None = None
    """What changes with the bytes, as the other side says it: its strong ETag; null without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """Brings files, web addresses and data URIs as something that can be decoded."""

    allow_private: bool = False
    """Whether machines of private networks may be asked, this one included."""
    allow_files: bool = True
    """Whether paths are taken; servers take none."""
    most_bytes: int = 100 << 20
    """An hour of compressed sound, ten minutes of uncompressed stereo."""
    most_s: float = 60.0
    """Seconds that one fetch may take, redirects included."""
    silent_s: float = 15.0
    """Seconds that a server may say nothing."""
    least_bytes_per_s: float = 1000.0
    """How slow it may be, over each half minute: speech itself has more, however compressed."""
    stretch_s: float = 30.0
    """Seconds over which that is measured."""
    redirects: int = 5
    resolver: Resolver = field(default=resolve, repr=False)

    @contextmanager
    def opened(self, uri: str) -> Iterator[Path | BinaryIO]:
        """A path, or a file without a name that is gone afterwards.

        Raises:
            FetchError: the address cannot be fetched, or is not taken.
            SpoolError: there is no room for it.
        """
        if self.allow_files and "://" not in uri and not uri.lower().startswith(DATA):
            yield Path(uri)
            return
        with tempfile.TemporaryFile() as file:
            self._write_to(file, uri)
            file.seek(0)
            yield file

    def save(self, uri: str, path: Path, *, stopped: Callable[[], bool] = lambda: False) -> Fetched:
        """Write what an address holds to a new file; nothing is left of it when that fails.

        Memory does not grow with the file. Once it is `stopped` it fails at the next byte, or
        after `silent_s`.

        Raises:
            FetchError: the address cannot be fetched, or is not taken.
            SpoolError: there is no room for it.
        """
        with path.open("xb") as file:
            try:
                return self._write_to(file, uri, stopped)
            except BaseException:
                with suppress(FileNotFoundError):  # another's file may be there by now
                    if samestat(path.stat(), fstat(file.fileno())):
                        path.unlink()
                raise

    def _write_to(
        self, file: BinaryIO, uri: str, stopped: Callable[[], bool] = lambda: False
    ) -> Fetched:
        try:
            if uri.lower().startswith(DATA):
                return Fetched(size=file.write(content_of(uri, most_bytes=self.most_bytes)))
            if uri.lower().startswith(WEB):
                return self._fetch(uri, file, stopped)
        except OSError as error:
            raise SpoolError(f"{shown(uri)}: no room: {error.strerror}") from error
        kinds = "http://, https:// or data:" + (" or a path" if self.allow_files else "")
        raise FetchError(f"{shown(uri)}: wanted {kinds}")

    def _fetch(self, uri: str, file: BinaryIO, stopped: Callable[[], bool]) -> Fetched:
        """Follow redirects, each checked anew, and write what comes."""
        pace = Pace(self._limits(), shown(uri), stopped=stopped)
        guard = Guard(allow_private=self.allow_private, resolver=self.resolver)
        asked_for = uri
        for _ in range(self.redirects + 1):
            with asked(Question(uri=uri), guard, pace) as answer:
                if answer.status not in ELSEWHERE:
                    return _written(uri, answer, file)
                uri = redirected(uri, answer.headers.get("location", ""))
        raise FetchError(f"{shown(asked_for)}: more than {self.redirects} redirects")

    def _limits(self) -> Limits:
        return Limits(
            most_bytes=self.most_bytes,
            most_s=self.most_s,
            silent_s=self.silent_s,
            least_bytes_per_s=self.least_bytes_per_s,
            stretch_s=self.stretch_s,
        )


def media_fetcher(*, allow_private: bool, resolver: Resolver = resolve) -> Fetcher:
    """A fetcher for whole recordings: 20 GiB at most, six hours long; it takes no paths."""
    return Fetcher(
        allow_private=allow_private,
        allow_files=False,
        most_bytes=20 << 30,
        most_s=6 * 3600.0,
        least_bytes_per_s=8000.0,
        resolver=resolver,
    )


def _written(uri: str, answer: Answer, file: BinaryIO) -> Fetched:
    """Write the body as it is on the wire: nothing is unpacked, so nothing can burst."""
    if answer.status != OK:
        raise FetchError(f"{shown(uri)}: answers with status {answer.status}")
    packed = answer.headers.get("content-encoding", "identity").strip().lower()
    if packed not in {"", "identity"}:
        raise FetchError(f"{shown(uri)}: wanted the file as it is, got it packed with {packed}")
    size = sum(file.write(chunk) for chunk in answer.chunks())
    etag = answer.headers.get("etag", "").strip()
    return Fetched(size=size, version=etag if etag.startswith('"') else None)
