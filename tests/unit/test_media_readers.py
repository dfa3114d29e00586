"""Sound that comes through a file object or standard input, and what is none of these."""

import io
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import pytest
from media_files import recording, tone, write

from diascribe.errors import MediaLimitError, SourceError
from diascribe.media import Limits, probe


def refusal(source: object) -> SourceError:
    """The error that both ways of reading give."""
    with pytest.raises(SourceError) as probed:
        probe(cast("Path", source))
    with pytest.raises(SourceError) as decoded:
        recording(cast("Path", source))
    assert str(decoded.value) == str(probed.value)
    return decoded.value


class Pipe(io.BytesIO):
    """A file object that, like a pipe, gives its bytes once and in small portions."""

    def seekable(self) -> bool:
        return False

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or -1, 1000))


def test_a_pipe_gives_the_same_sound_as_a_file(tmp_path: Path) -> None:
    path = tmp_path / "table_at_end.mp4"
    write(path, *np.split(tone(440, 1.024), 16), codec="aac")

    piped = recording(Pipe(path.read_bytes()))

    np.testing.assert_array_equal(piped.samples, recording(path).samples)


def test_a_pipe_that_sends_too_much_is_refused() -> None:
    content = bytes(5_000)

    with pytest.raises(MediaLimitError, match="stream: wanted at most 4000 bytes, got more"):
        recording(Pipe(content), Limits(piped_bytes=4_000))


class BrokenPipe(Pipe):
    """A pipe whose other end went away."""

    def read(self, size: int | None = -1) -> bytes:  # noqa: ARG002 - file objects have it
        raise OSError(32, "Broken pipe")


def test_a_pipe_that_breaks_is_named() -> None:
    pipe = BrokenPipe(b"")

    with pytest.raises(SourceError, match="stream: stopped while it was read: Broken pipe"):
        recording(pipe)


class FailingDisk(io.BytesIO):
    """A file whose disk fails after `good` bytes."""

    def __init__(self, content: bytes, good: int) -> None:
        super().__init__(content)
        self._good = good

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= self._good:
            raise OSError(5, "Input/output error")
        return super().read(size)


def test_a_disk_that_fails_midway_leaves_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    write(path, tone(440, 20.0))

    found = recording(FailingDisk(path.read_bytes(), 400_000))

    assert 10.0 < found.duration < 15.0
    assert [remark.code for remark in found.remarks] == ["media_cut_off"]
    assert "Input/output error" in found.remarks[0].message


def test_a_disk_that_fails_at_once_is_named(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    write(path, tone(440, 1.0))

    with pytest.raises(SourceError, match="stopped while it was read: Input/output error"):
        recording(FailingDisk(path.read_bytes(), 0))


class Raising(io.BytesIO):
    """A reader that meets what nobody foresaw."""

    def read(self, size: int | None = -1) -> bytes:  # noqa: ARG002 - file objects have it
        raise KeyError("two\nlines")


class Endless(io.BytesIO):
    """A file object that has no end."""

    def seek(self, offset: int, whence: int = 0) -> int:  # noqa: ARG002 - file objects have it
        raise io.UnsupportedOperation("no such position")


class Generous(io.BytesIO):
    """A reader that gives more than it is asked for."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(-1 if size is None else size) + bytes(1_000_000)


class NoMore(Pipe):
    """A pipe that has nothing yet and does not wait."""

    def read(self, size: int | None = -1) -> bytes:  # noqa: ARG002 - file objects have it
        return cast("bytes", None)


class Closed(io.BytesIO):
    """A file object that says that it was closed."""

    def read(self, size: int | None = -1) -> bytes:  # noqa: ARG002 - file objects have it
        raise ValueError("I/O operation on closed file")

    def seekable(self) -> bool:
        raise ValueError("I/O operation on closed file")


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (Raising(b"RIFF"), "stopped while it was read: 'two\\nlines'"),
        (io.StringIO("RIFF"), "stopped while it was read: wanted bytes, got str"),
        (Closed(b"RIFF"), "stopped while it was read: I/O operation on closed file"),
        (NoMore(b"RIFF"), "stopped while it was read: wanted bytes, got NoneType"),
        (Endless(b"RIFF"), "wanted a file with a beginning and an end: no such position"),
    ],
)
def test_a_file_object_that_cannot_be_read_says_why(file: BinaryIO, reason: str) -> None:
    with pytest.raises(SourceError) as refused:
        recording(file)

    assert str(refused.value) == f"stream: {reason}"


def test_a_file_that_was_opened_as_text_says_so(tmp_path: Path) -> None:
    path = tmp_path / "talk.wav"
    path.write_text("RIFF")

    with path.open(encoding="utf-8") as file, pytest.raises(SourceError) as refused:
        recording(cast("BinaryIO", file))

    assert str(refused.value) == "talk.wav: stopped while it was read: wanted bytes, got str"


def test_a_reader_that_gives_too_much_is_named() -> None:
    with pytest.raises(SourceError, match=r"stream: .* wanted at most \d+ bytes, got 1\d{6}"):
        recording(Generous(b"RIFF"))


@pytest.mark.parametrize(
    ("source", "kind"), [(None, "NoneType"), (5, "int"), (b"talk.wav", "bytes"), ([], "list")]
)
def test_what_is_neither_a_path_nor_a_file_object_says_so(source: object, kind: str) -> None:
    error = refusal(source)

    wanted = 'wanted a path, "-" for standard input or a binary file object'
    assert str(error) == f"{wanted}, got {kind}"


def test_a_file_of_the_system_that_has_no_end_says_so() -> None:
    error = refusal(Path("/proc/self/status"))

    assert str(error) == "status: wanted a file with a beginning and an end: Invalid argument"


@pytest.mark.parametrize("closed", [None, io.StringIO("text")])
def test_standard_input_that_is_closed_or_text_says_so(
    closed: io.StringIO | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", closed)

    error = refusal("-")

    assert str(error) == "standard input: wanted a recording, but it is closed or only text"


def test_standard_input_is_read_through_a_minus(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    write(path, tone(440, 0.5))
    program = "from diascribe.media import probe; print(probe('-').duration)"

    piped = subprocess.run(
        [sys.executable, "-c", program],
        input=path.read_bytes(),
        capture_output=True,
        check=True,
    )
    with path.open("rb") as file:
        redirected = subprocess.run(
            [sys.executable, "-c", program], stdin=file, capture_output=True, check=True
        )

    assert float(piped.stdout) == 0.5
    assert float(redirected.stdout) == 0.5
