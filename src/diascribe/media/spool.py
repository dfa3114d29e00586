"""Decoded sound on disk, in a file that has no name and so never outlives the process."""

from __future__ import annotations

import io
import mmap
import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from diascribe.errors import FindingError, SpoolError


def nameless_file() -> io.FileIO:
    """An open file in the temporary directory that is already unlinked.

    Raises:
        SpoolError: when there is no temporary directory to write to.
    """
    try:
        return tempfile.TemporaryFile(buffering=0)
    except OSError as error:
        raise _no_room(error) from error


def write_at(file: io.FileIO, data: bytes | memoryview, offset: int) -> None:
    """Write all of `data` from byte `offset` on.

    Raises:
        SpoolError: when the disk or a quota is full.
    """
    rest = memoryview(data)
    try:
        while rest:  # a nearly full disk takes a part and refuses the next call
            written = os.pwrite(file.fileno(), rest, offset)
            rest, offset = rest[written:], offset + written
    except OSError as error:
        raise _no_room(error, offset) from error


def _no_room(error: OSError, offset: int = 0) -> SpoolError:
    return SpoolError(
        f"no room for the decoded sound in {tempfile.gettempdir()} after "
        f"{offset / 1e6:.0f} MB: {error.strerror}",
        hint="set TMPDIR to a directory with more room: an hour takes 115 MB a channel",
    )


class Spool:
    """A growing int16 (time, channel) array on disk; a context manager that closes it."""

    def __init__(self, channels: int) -> None:
        self.channels = channels
        self.length = 0
        """Samples so far, silence included."""
        self._file = nameless_file()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def append(self, samples: NDArray[np.int16]) -> None:
        """Add int16 (time, channel) samples at the end.

        Raises:
            SpoolError: when the disk or a quota is full.
        """
        data = np.ascontiguousarray(samples).data.cast("B") if samples.size else b""
        write_at(self._file, data, self._bytes)
        self.length += len(samples)

    def silence_until(self, sample: int) -> None:
        """Make the spool at least `sample` samples long; a hole, so it takes no room on disk."""
        self.length = max(self.length, sample)

    def samples(self) -> NDArray[np.int16]:
        """Everything so far as a read-only, memory-mapped int16 (time, channel).

        It outlives the spool: the operating system frees the room with the last view.
        """
        assert self.length, "an empty file cannot be mapped"
        try:
            self._file.truncate(self._bytes)
            mapped = mmap.mmap(self._file.fileno(), self._bytes, access=mmap.ACCESS_READ)
        except OSError as error:
            raise _no_room(error, self._bytes) from error
        return np.frombuffer(mapped, np.int16).reshape(-1, self.channels)

    @property
    def _bytes(self) -> int:
        return self.length * self.channels * 2


def mapped(path: Path, channels: int) -> NDArray[np.int16]:
    """A file of int16 (time, channel) samples, read-only and memory-mapped.

    Raises:
        FindingError: it is not there, or no such file.
    """
    try:
        with path.open("rb") as file:
            held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return np.frombuffer(held, "<i2").reshape(-1, channels)
    except (OSError, ValueError) as error:
        raise FindingError(f"{path.name}: no decoded sound: {error}") from error
