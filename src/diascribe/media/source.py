"""The bytes of a recording: a regular file, standard input or a file object, nothing else."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from diascribe.errors import MediaError, MediaLimitError, SourceError
from diascribe.media.spool import nameless_file, write_at

_COPY_BYTES = 1 << 20

_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

_MISLEADING_SUFFIXES = frozenset({".raw"})
"""FFmpeg takes any file so named for a photograph."""


class Source:
    """Seekable bytes as FFmpeg reads them.

    Never raises: FFmpeg may call twice before it reports an error, and PyAV would print
    the first one. `failed` keeps what went wrong.
    """

    def __init__(self, file: BinaryIO, label: str) -> None:
        self._file = file
        self.label = label
        """The file's name as it may be printed."""
        suffix = Path(label).suffix.lower()
        self.name = "media" + ("" if suffix in _MISLEADING_SUFFIXES else suffix)
        """What FFmpeg takes for the name: a few formats are known by nothing else."""
        self.failed = ""
        """Why reading stopped early; empty where it did not."""
        self.size = file.seek(0, os.SEEK_END)
        """Bytes."""
        file.seek(0)

    def read(self, count: int) -> bytes:
        """The next `count` bytes; fewer at the end, none after a failure."""
        try:
            return self._file.read(count)
        except OSError as error:
            self.failed = error.strerror or str(error)
            return b""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """The new position in bytes, or -1, as FFmpeg wants it, where there is no such."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError):
            return -1

    def tell(self) -> int:
        """The position in bytes."""
        return self._file.tell()


@contextmanager
def opened(source: Path | str | BinaryIO, *, piped_bytes: int) -> Iterator[Source]:
    """The bytes of a path, of standard input ("-") or of a binary file object.

    A pipe is first copied to a nameless file of at most `piped_bytes`, since many
    containers keep their table of contents at the end. A caller's own file object is
    left open.

    Raises:
        SourceError: what is no readable regular file.
        MediaError: nothing in it.
        MediaLimitError: a pipe that sends more than `piped_bytes`.
        SpoolError: no room for what a pipe sends.
    """
    if str(source) == "-":
        source = sys.stdin.buffer
    with ExitStack() as stack:
        if isinstance(source, str | Path):
            label = printable(Path(source).name or str(source))
            file = stack.enter_context(_regular_file(source, label))
        else:
            name = getattr(source, "name", None)
            label = printable(Path(name).name.strip("<>")) if isinstance(name, str) else "stream"
            file = source
            if not (file.seekable() and file.tell() == 0):
                file = stack.enter_context(nameless_file())
                _copy(source, file, label, piped_bytes)
        found = Source(file, label)
        if not found.size:
            raise MediaError(f"{label}: wanted a recording, got an empty file")
        yield found


def printable(name: str) -> str:
    """The name on one line and in valid Unicode, whatever bytes the file system holds.

    >>> printable("two" + chr(10) + "lines").isprintable()
    True
    """
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in name)


def _regular_file(path: Path | str, label: str) -> BinaryIO:
    try:
        # Without O_NONBLOCK, opening a named pipe waits for somebody to write to it.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SourceError(f"{label}: wanted a readable file: {reason}") from error
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    kind = next((name for is_kind, name in _KINDS if is_kind(mode)), "something else")
    raise SourceError(f"{label}: wanted a regular file, got {kind}")


def _copy(pipe: BinaryIO, file: io.FileIO, label: str, most_bytes: int) -> None:
    size = 0
    while block := _received(pipe, label):
        if size + len(block) > most_bytes:
            raise MediaLimitError(f"{label}: wanted at most {most_bytes} bytes, got more")
        write_at(file, block, size)
        size += len(block)


def _received(pipe: BinaryIO, label: str) -> bytes:
    try:
        return pipe.read(_COPY_BYTES)
    except OSError as error:
        raise SourceError(f"{label}: stopped while it was read: {error.strerror}") from error
