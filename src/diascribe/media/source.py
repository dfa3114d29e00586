"""The bytes of a recording: a regular file, standard input or a file object, nothing else."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from diascribe.errors import MediaError, MediaLimitError, SourceError, printable
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
        self.size = _size(file, label)
        """Bytes."""

    def read(self, count: int) -> bytes:
        """The next `count` bytes; fewer at the end, none after a failure."""
        try:
            return _checked(self._file.read(count), count)
        except Exception as error:  # noqa: BLE001 - a caller's reader may raise anything
            self.failed = _reason(error)
            return b""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """The new position in bytes, or -1, as FFmpeg wants it, where there is no such."""
        try:
            return self._file.seek(offset, whence)
        except Exception:  # noqa: BLE001 - a caller's reader may raise anything
            return -1

    def tell(self) -> int:
        """The position in bytes, or -1."""
        return self.seek(0, os.SEEK_CUR)


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
    with ExitStack() as stack:
        if isinstance(source, str | Path) and str(source) != "-":
            label = printable(Path(source).name or str(source))
            file = stack.enter_context(_regular_file(source, label))
        else:
            file = _standard_input() if isinstance(source, str | Path) else _reader(source)
            label = _label_of(file)
            if not _at_its_start(file):
                pipe, file = file, stack.enter_context(nameless_file())
                _copy(pipe, file, label, piped_bytes)
        found = Source(file, label)
        if not found.size:
            raise MediaError(f"{label}: wanted a recording, got an empty file")
        yield found


def _standard_input() -> BinaryIO:
    file: BinaryIO | None = getattr(sys.stdin, "buffer", None)  # no stdin at all where closed
    if file is None:
        raise SourceError("standard input: wanted a recording, but it is closed or only text")
    return file


def _reader(source: object) -> BinaryIO:
    if not callable(getattr(source, "read", None)):
        wanted = 'a path, "-" for standard input or a binary file object'
        raise SourceError(f"wanted {wanted}, got {type(source).__name__}")
    return cast("BinaryIO", source)


def _label_of(file: BinaryIO) -> str:
    name = getattr(file, "name", None)
    return printable(Path(name).name.strip("<>")) if isinstance(name, str) else "stream"


def _at_its_start(file: BinaryIO) -> bool:
    """Whether it is seekable and unread; else it is read like a pipe, and errors tell."""
    try:
        return file.seekable() and file.tell() == 0
    except Exception:  # noqa: BLE001 - a caller's reader may raise anything
        return False


def _size(file: BinaryIO, label: str) -> int:
    """Bytes from start to end; leaves the file at its start."""
    try:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
    except Exception as error:
        raise SourceError(
            f"{label}: wanted a file with a beginning and an end: {_reason(error)}"
        ) from error
    return size


def _checked(block: object, count: int) -> bytes:
    """What a reader gave, if FFmpeg may have it: it would write more than `count` past its end."""
    if not isinstance(block, bytes):
        raise TypeError(f"wanted bytes, got {type(block).__name__}")
    if len(block) > count:
        raise ValueError(f"wanted at most {count} bytes, got {len(block)}")
    return block


def _reason(error: Exception) -> str:
    """What went wrong, in one line."""
    strerror = error.strerror if isinstance(error, OSError) else None
    return printable(strerror or str(error) or type(error).__name__)


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
        return _checked(pipe.read(_COPY_BYTES), _COPY_BYTES)
    except Exception as error:
        raise SourceError(f"{label}: stopped while it was read: {_reason(error)}") from error
