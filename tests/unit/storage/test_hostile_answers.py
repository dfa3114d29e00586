"""Servers that answer too much, too slowly, or not as they should: on real sockets."""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
from hostile_servers import HERE, Script, answer, dripping, saying, serving

from diascribe.errors import FetchError, FetchLimitError, SpoolError
from diascribe.storage.fetching import Fetched, Fetcher, media_fetcher

PATIENT = replace(media_fetcher(allow_private=True), most_bytes=100_000, most_s=60.0)
IMPATIENT = replace(PATIENT, most_s=20.0, silent_s=0.3, least_bytes_per_s=10_000.0, stretch_s=0.3)
"""Waits as little as a test of slowness has to."""

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
WITHIN_S = 15.0
"""Below `most_s`, so what ends within it was not ended by that."""


@contextmanager
def refused(error: type[FetchError], message: str) -> Iterator[None]:
    began_s = monotonic()
    with pytest.raises(error, match=message):
        yield
    assert monotonic() - began_s < WITHIN_S


def save(script: Script, path: Path, fetcher: Fetcher = PATIENT) -> Fetched:
    with serving(script) as served:
        return fetcher.save(f"http://{HERE}:{served.port}/talk.wav?key=secret", path)


def endless(start: bytes, piece: bytes) -> Script:
    """As fast as it is read."""

    def send(connection: socket.socket, _request: bytes, over: Event) -> None:
        connection.sendall(start)
        for one in repeat(piece):
            if over.is_set():
                return
            connection.sendall(one)

    return send


def quiet(connection: socket.socket, _request: bytes, over: Event) -> None:
    """Says nothing, and stays."""
    del connection
    over.wait(10)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (saying(OK + b"Content-Length: 1099511627776\r\n\r\n"), "at most 100000 bytes"),
        (saying(OK + b"Content-Length: " + b"9" * 4000 + b"\r\n\r\n"), "cannot be fetched|at most"),
        (endless(OK + b"\r\n", b"x" * 65536), "at most 100000 bytes"),
        (
            endless(CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"),
            "at most 100000 bytes",
        ),
        (
            endless(CHUNKED, b"1;" + b"e" * 60000 + b"\r\nx\r\n"),
            "at most 100000 bytes",
        ),
        (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), "at most 100000 bytes"),
    ],
    ids=["declared", "declared-absurd", "body", "chunks", "chunk-extensions", "continue"],
)
def test_what_never_ends_is_cut_off(script: Script, message: str, tmp_path: Path) -> None:
    with refused(FetchError, message):
        save(script, tmp_path / "talk")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "script",
    [
        endless(OK, b"X-More: " + b"y" * 1000 + b"\r\n"),
        endless(OK, b"X: y\r\n"),
        endless(OK + b"X-Long: ", b"y" * 65536),
        endless(b"HTTP/1.1 200 ", b"y" * 65536),
        endless(b"", b"\0" * 65536),
        endless(CHUNKED + b"0\r\n", b"Trailer: x\r\n"),
        endless(CHUNKED, b"f"),
    ],
    ids=["many-headers", "small-headers", "long-header", "reason", "zeros", "trailers", "size"],
)
def test_headers_have_an_end(script: Script, tmp_path: Path) -> None:
    with refused(FetchError, "cannot be fetched|at most 100000 bytes"):
        save(script, tmp_path / "talk")


@pytest.mark.parametrize(
    "script",
    [
        dripping(b"", b"H"),
        dripping(OK, b"X: y\r\n"),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        dripping(OK + b"Content-Length: 90000\r\n\r\n", b"x"),
        dripping(OK + b"\r\n", b"x"),
        dripping(CHUNKED, b"1\r\nx\r\n"),
        dripping(CHUNKED + b"1;", b"e"),
    ],
    ids=["status", "headers", "continue", "declared", "body", "chunks", "chunk-extension"],
)
def test_dripping_is_given_up(script: Script, tmp_path: Path) -> None:
    with refused(FetchError, "slower than 10000 bytes/s|cannot be fetched"):
        save(script, tmp_path / "talk", IMPATIENT)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "script",
    [quiet, dripping(OK + b"Content-Length: 9\r\n\r\n", b"", every_s=0.1)],
    ids=["no-answer", "no-body"],
)
def test_silence_is_given_up(script: Script, tmp_path: Path) -> None:
    with refused(FetchError, "cannot be fetched"):
        save(script, tmp_path / "talk", IMPATIENT)


def test_a_body_that_is_fast_enough_for_too_long_is_given_up(tmp_path: Path) -> None:
    brief = replace(PATIENT, most_s=0.2, least_bytes_per_s=0, most_bytes=1 << 30)

    with serving(dripping(OK + b"\r\n", b"x" * 1000)) as served, refused(
        FetchLimitError, r"took longer than 0.2 s"
    ):  # fmt: skip
        brief.save(f"http://{HERE}:{served.port}/", tmp_path / "talk")


@pytest.mark.parametrize("packing", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x-unknown"])
def test_packed_bodies_are_not_unpacked(packing: str, tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < PATIENT.most_bytes

    with refused(FetchError, "wanted the file as it is, got it packed"):
        save(saying(answer(bomb, f"Content-Encoding: {packing}")), tmp_path / "talk")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 99999 x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nsound",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nsound",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 204 No\r\n\r\n",
        b"HTTP/1.1 206 Partial\r\nContent-Length: 1\r\n\r\ns",
        b"HTTP/1.1 304 Not\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\n\r\n",
        b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_what_is_no_whole_answer_is_refused_and_leaves_nothing(
    content: bytes, tmp_path: Path
) -> None:
    with refused(FetchError, "talk.wav: (cannot be fetched|answers with status)") as _:
        save(saying(content), tmp_path / "talk")

    assert list(tmp_path.iterdir()) == []


def test_the_address_s_secrets_are_in_no_error(tmp_path: Path) -> None:
    with pytest.raises(FetchError) as told:
        save(saying(b""), tmp_path / "talk")

    assert "secret" not in f"{told.value} {told.value.hint} {told.value.__cause__}"


def test_a_recording_is_written_as_it_is(tmp_path: Path) -> None:
    content = bytes(range(256)) * 300

    found = save(saying(answer(content, 'ETag: "one"')), tmp_path / "talk")

    assert (tmp_path / "talk").read_bytes() == content
    assert found == Fetched(size=len(content), version='"one"')


def test_a_weak_tag_is_no_version(tmp_path: Path) -> None:
    assert save(saying(answer(b"x", 'ETag: W/"one"')), tmp_path / "talk").version is None


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "talk").write_bytes(b"mine")

    with pytest.raises(FileExistsError):
        save(saying(answer(b"other")), tmp_path / "talk")

    assert (tmp_path / "talk").read_bytes() == b"mine"


def test_a_full_disk_is_told() -> None:
    with (
        serving(saying(answer(b"x" * 70_000))) as served,
        Path("/dev/full").open("wb", buffering=0) as full,
        pytest.raises(SpoolError, match="no room"),
    ):
        PATIENT._write_to(full, f"http://{HERE}:{served.port}/")


@pytest.mark.slow
def test_memory_does_not_grow_with_the_recording(tmp_path: Path) -> None:
    """Half a gigabyte, by a child whose memory may grow by 64 MB."""
    size = 512 << 20

    def send(connection: socket.socket, _request: bytes, _over: Event) -> None:
        connection.sendall(OK + b"Content-Length: %d\r\n\r\n" % size)
        for _ in range(size >> 20):
            connection.sendall(bytes(1 << 20))

    with serving(send) as served:
        grown_kb = grown_by(f"http://{HERE}:{served.port}/", tmp_path / "talk")

    assert (tmp_path / "talk").stat().st_size == size
    assert grown_kb < 64_000


PROGRAM = """
import sys
from pathlib import Path
from diascribe.storage.fetching import media_fetcher
def most_kb():  # not ru_maxrss, which begins with the parent's
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(one.split()[1]) for one in lines if one.startswith("VmHWM"))
before = most_kb()
media_fetcher(allow_private=True).save(sys.argv[1], Path(sys.argv[2]))
print(most_kb() - before)
"""


def grown_by(uri: str, path: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, uri, str(path)], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_a_fetch_that_is_stopped_ends_and_takes_no_other_s_file(tmp_path: Path) -> None:
    path = tmp_path / "source"
    script = dripping(OK + b"\r\n", b"x")

    def stopped() -> bool:  # cancelled, and begun anew by the same slot
        path.unlink(missing_ok=True)
        path.write_bytes(b"another's")
        return True

    with serving(script) as served, refused(FetchLimitError, "was stopped"):
        PATIENT.save(f"http://{HERE}:{served.port}/a", path, stopped=stopped)

    assert path.read_bytes() == b"another's"
