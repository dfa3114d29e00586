"""What a worker needs is there before its first job."""

import io
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from diascribe.adapters import logs
from diascribe.adapters.runpod.environment import read_environment
from diascribe.adapters.runpod.mounts import mounts
from diascribe.adapters.runpod.opening import prepare
from diascribe.errors import SpoolError


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged meanwhile; where temporary files go is as before afterwards."""
    monkeypatch.setattr(tempfile, "tempdir", tempfile.tempdir)
    stream = io.StringIO()
    logs.configure(stream, "INFO")
    yield stream
    logs.LOG.handlers.clear()


@pytest.mark.usefixtures("logged")
def test_folders_are_made_and_temporary_files_go_where_they_should(tmp_path: Path) -> None:
    scratch, jobs = tmp_path / "volume" / "tmp", tmp_path / "volume" / "jobs"

    prepare(read_environment({"TMPDIR": str(scratch), "JOBS_DIR": str(jobs)}))

    assert jobs.is_dir()
    with tempfile.NamedTemporaryFile() as file:
        assert Path(file.name).parent == scratch


@pytest.mark.usefixtures("logged")
def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(SpoolError, match="cannot be made"):
        prepare(read_environment({"JOBS_DIR": str(tmp_path / "file" / "jobs")}))


def test_file_systems_are_told_with_their_room(tmp_path: Path, logged: io.StringIO) -> None:
    prepare(read_environment({"JOBS_DIR": str(tmp_path), "PRINT_MOUNTS": "1"}))

    told = [json.loads(line) for line in logged.getvalue().splitlines()]
    (root,) = (one for one in told if one.get("place") == "/")
    assert root["size_mb"] >= root["free_mb"] >= 0


def test_a_system_that_tells_of_no_mounts_has_none(tmp_path: Path) -> None:
    assert list(mounts(tmp_path / "absent")) == []
