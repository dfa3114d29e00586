"""Decoded sound lies on disk under no name, and goes with the process."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from media_files import recording, tone, write

from diascribe.errors import MediaError, SpoolError
from diascribe.media import decode
from diascribe.media.spool import Spool

FILL_A_SMALL_DISK = """
import resource, sys
from diascribe.errors import DiascribeError
from diascribe.media import decode
resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))
try:
    for _ in decode(sys.argv[1]):
        pass
except DiascribeError as error:
    print(type(error).__name__, error)
"""

DECODE_AND_WAIT = """
import sys, time
from diascribe.media import decode
steps = decode(sys.argv[1])
next(steps)
print("decoding", flush=True)
time.sleep(60)
"""

PEAK_MEMORY = """
import resource, sys
from diascribe.media import decode
for _ in decode(sys.argv[1]):
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.fixture
def spool_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "spool"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def python(program: str, path: Path, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, path],
        env={"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_recording_reads_what_was_spooled_and_cannot_be_written(spool_folder: Path) -> None:
    first = np.arange(6, dtype=np.int16).reshape(3, 2)

    with Spool(2) as spool:
        spool.append(first)
        spool.silence_until(5)
        spool.append(first[:1])
        samples = spool.samples()

    assert samples.tolist() == [[0, 1], [2, 3], [4, 5], [0, 0], [0, 0], [0, 1]]
    assert not samples.flags.writeable
    assert not list(spool_folder.iterdir())


def test_silence_takes_no_room_on_disk(spool_folder: Path) -> None:
    with Spool(1) as spool:
        spool.silence_until(1_000_000_000)
        before = os.statvfs(spool_folder).f_bavail
        length = len(spool.samples())
        after = os.statvfs(spool_folder).f_bavail

    assert length == 1_000_000_000
    assert (before - after) * os.statvfs(spool_folder).f_bsize < 1_000_000_000


def test_nothing_is_left_where_decoding_is_given_up(tmp_path: Path, spool_folder: Path) -> None:
    path = tmp_path / "long.wav"
    write(path, tone(440, 30.0))

    steps = decode(path)
    next(steps)
    during = list(spool_folder.iterdir())
    steps.close()

    assert not during
    assert not list(spool_folder.iterdir())


def test_nothing_is_left_where_decoding_fails(tmp_path: Path, spool_folder: Path) -> None:
    path = tmp_path / "text.wav"
    path.write_text("text " * 100)

    with pytest.raises(MediaError):
        recording(path)

    assert not list(spool_folder.iterdir())


def test_nothing_is_left_by_a_killed_process(tmp_path: Path, spool_folder: Path) -> None:
    path = tmp_path / "long.wav"
    write(path, tone(440, 30.0))

    with python(DECODE_AND_WAIT, path, spool_folder) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "decoding\n"
        child.send_signal(signal.SIGKILL)

    assert child.returncode == -signal.SIGKILL
    assert not list(spool_folder.iterdir())


def test_a_full_disk_is_one_clear_line(tmp_path: Path, spool_folder: Path) -> None:
    path = tmp_path / "long.wav"
    write(path, tone(440, 30.0))

    with python(FILL_A_SMALL_DISK, path, spool_folder) as child:
        printed, errors = child.communicate()

    assert printed.startswith(f"SpoolError no room for the decoded sound in {spool_folder}")
    assert printed.endswith("File too large\n")
    assert not errors
    assert not list(spool_folder.iterdir())


def test_no_spool_folder_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tone.wav"
    write(path, tone(440, 0.1))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))

    with pytest.raises(SpoolError, match="no room for the decoded sound"):
        recording(path)


def test_memory_does_not_grow_with_the_recording(tmp_path: Path, spool_folder: Path) -> None:
    peaks_mb = []
    for minutes in (1, 40):
        path = tmp_path / f"{minutes}.flac"
        write(path, *[np.zeros((16_000, 8))] * 60 * minutes, codec="flac")

        with python(PEAK_MEMORY, path, spool_folder) as child:
            printed, _ = child.communicate()
        peaks_mb.append(int(printed))

    spooled_mb = 40 * 60 * 16_000 * 8 * 2 / 1e6
    assert spooled_mb > 600
    assert peaks_mb[1] - peaks_mb[0] < 30
