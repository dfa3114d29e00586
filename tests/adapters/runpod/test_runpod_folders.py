"""A job's folder is gone when the job is, whatever ended it."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from diascribe.adapters.runpod.folders import ABANDONED_S, OWNER, job_folder, sweep
from diascribe.errors import SpoolError

CRASHING = """
import os, signal, sys
from pathlib import Path
from diascribe.adapters.runpod.folders import job_folder
with job_folder(Path(sys.argv[1]), "crashed") as folder:
    (folder / "recording").write_bytes(b"x" * 1000)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def crash(root: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", CRASHING, str(root)], check=False)
    assert ended.returncode == -signal.SIGKILL


def test_nothing_is_left_of_a_job_that_ended(tmp_path: Path) -> None:
    with job_folder(tmp_path, "a-job") as folder:
        (folder / "recording").write_bytes(b"sound")

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_a_job_that_failed(tmp_path: Path) -> None:
    def fail() -> None:
        with job_folder(tmp_path, "a-job") as folder:
            (folder / "recording").write_bytes(b"sound")
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    assert list(tmp_path.iterdir()) == []


def test_jobs_of_the_same_id_have_folders_of_their_own(tmp_path: Path) -> None:
    with job_folder(tmp_path, "a-job") as one, job_folder(tmp_path, "a-job") as other:
        assert one != other


def test_an_id_leads_nowhere_else(tmp_path: Path) -> None:
    with job_folder(tmp_path, "../../etc/x") as folder:
        assert folder.parent == tmp_path


def test_only_its_owner_may_look_into_a_folder(tmp_path: Path) -> None:
    with job_folder(tmp_path, "a-job") as folder:
        assert folder.stat().st_mode & 0o077 == 0


def test_what_a_crashed_worker_left_is_removed_at_the_next_start(tmp_path: Path) -> None:
    crash(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1

    assert sweep(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_running_job_keeps_its_folder(tmp_path: Path) -> None:
    with job_folder(tmp_path, "a-job") as folder:
        assert sweep(tmp_path) == 0
        assert folder.is_dir()


def test_another_machine_s_folder_is_left_until_it_is_old(tmp_path: Path) -> None:
    crash(tmp_path)
    (folder,) = tmp_path.iterdir()
    (folder / OWNER).write_text("another-machine")
    changed = folder.stat().st_mtime

    assert sweep(tmp_path, now=changed + ABANDONED_S - 1) == 0
    assert sweep(tmp_path, now=changed + ABANDONED_S + 1) == 1


def test_a_stranger_s_folder_is_never_removed(tmp_path: Path) -> None:
    (tmp_path / "job-notes").mkdir()
    (tmp_path / "job-notes" / OWNER).write_text("")

    assert sweep(tmp_path, now=1e12) == 0
    assert sweep(tmp_path / "absent") == 0


def test_without_locks_a_folder_is_made_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(os.strerror(95))

    monkeypatch.setattr(fcntl, "flock", refuse)

    with job_folder(tmp_path, "a-job") as folder:
        assert folder.is_dir()
        assert sweep(tmp_path) == 0  # nobody can tell whether somebody holds it


def test_a_place_that_takes_no_folders_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SpoolError, match="no folder for a job"), job_folder(tmp_path / "file", "x"):
        pass
