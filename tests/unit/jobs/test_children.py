"""Children on real processes: asked, limited, killed, and gone with their parent."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from job_service import TESTS, TOY
from structlog.testing import capture_logs

from diascribe.errors import StageDiedError, StageTimeoutError
from diascribe.jobs.children import Child, StageFailedError, named
from diascribe.jobs.job import Failure
from diascribe.settings import child_environment

MEMORY = {"memory_bytes": 1 << 30, "file_bytes": 1 << 20, "cpu_s": 5}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "source").write_bytes(b"sound")
    return tmp_path


def child(**limits: int) -> Child:
    environment = child_environment({**os.environ, "PYTHONPATH": str(TESTS)})  # noqa: TID251
    return Child(TOY, environment, limits)


async def ask(one: Child, workspace: Path, stage: str, **options: object) -> list[float]:
    shares: list[float] = []

    async def share(done: float) -> None:
        shares.append(done)

    question = {"stage": stage, "options": options, "workspace": str(workspace)}
    await one.ask(question, limit_s=20.0, on_share=share)
    return shares


def test_a_child_tells_how_far_it_is_and_stays_warm(workspace: Path) -> None:
    async def work() -> tuple[list[float], bool]:
        one = child()
        shares = await ask(one, workspace, "decode")
        first = one.pid
        await ask(one, workspace, "activity")
        same = one.pid == first
        await one.kill()
        return shares, same

    assert asyncio.run(work()) == ([0.0, 0.25, 0.5, 0.75], True)


def test_a_child_that_dies_is_started_again(workspace: Path) -> None:
    async def work() -> None:
        one = child()
        with pytest.raises(StageDiedError, match="status 9"):
            await ask(one, workspace, "decode", crash="decode")
        await ask(one, workspace, "decode")
        await one.kill()

    asyncio.run(work())


def test_the_last_words_of_a_child_are_for_the_log_only(workspace: Path) -> None:
    async def work() -> str:
        one = child()
        with pytest.raises(StageDiedError) as died:
            await ask(
                one, workspace, "decode", crash="decode", last_words="at /srv/models: no memory"
            )
        return str(died.value)

    with capture_logs() as events:
        told = asyncio.run(work())

    assert told == "the process that worked on it died, with status 9"
    (event,) = [one for one in events if one["event"] == "jobs.child_died"]
    assert (event["status"], event["last_words"]) == (9, "at /srv/models: no memory")


def test_whoever_takes_too_long_is_ended(workspace: Path) -> None:
    async def work() -> int | None:
        one = child()
        await ask(one, workspace, "decode")
        question = {
            "stage": "activity",
            "options": {"hang": "activity"},
            "workspace": str(workspace),
        }
        with pytest.raises(StageTimeoutError):
            await one.ask(question, limit_s=0.5, on_share=_nobody)
        return one.pid

    assert asyncio.run(work()) is None


def test_memory_without_end_is_a_failure_and_not_the_machine_s_end(workspace: Path) -> None:
    async def work() -> str:
        one = child(**MEMORY)
        with pytest.raises(StageFailedError) as caught:
            await ask(one, workspace, "decode", eat="decode")
        await one.kill()
        return caught.value.failure.code

    assert asyncio.run(work()) == "out_of_memory"


def test_a_failure_is_told_as_ours(workspace: Path) -> None:
    async def work() -> str:
        one = child()
        with pytest.raises(StageFailedError) as caught:
            await ask(one, workspace, "decode", fail="decode")
        await one.kill()
        return caught.value.failure.code

    assert asyncio.run(work()) == "invalid_media"


def test_a_child_sees_no_secret_of_the_environment() -> None:
    told = {
        "PATH": "/bin",
        "DIASCRIBE_DATABASE": "postgresql://user:password@host/db",
        "DIASCRIBE_SECRET_KEY": "key",
        "AWS_SECRET_ACCESS_KEY": "key",
        "HF_TOKEN": "hf_x",
        "DIASCRIBE_DATA": "/data",
    }

    seen = child_environment({**told, "DIASCRIBE_SECRET_KEY": ""})

    assert set(seen) == {"PATH", "DIASCRIBE_MODELS", "DIASCRIBE_OFFLINE"}
    assert seen["DIASCRIBE_MODELS"] == "/data/models"


def test_a_child_goes_when_its_parent_is_killed(workspace: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(workspace)],
        env={**os.environ, "PYTHONPATH": str(TESTS)},  # noqa: TID251 - the test's own process
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    with parent.stdout as told:
        pid = int(told.readline())
    parent.kill()
    parent.wait()

    until = time.monotonic() + 10
    while _runs(pid):
        assert time.monotonic() < until, "it outlived its parent"
        time.sleep(0.05)


PARENT = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, str(Path(sys.argv[1])))
from unit.jobs.test_children import ask, child

async def work():
    one = child()
    await ask(one, Path(sys.argv[1]), "decode")
    print(one.pid, flush=True)
    await ask(one, Path(sys.argv[1]), "activity", hang="activity")

asyncio.run(work())
"""


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


async def _nobody(_: float) -> None:
    """Nobody is told."""


def test_killing_is_heard_by_all_that_a_child_started(workspace: Path) -> None:
    async def work() -> int | None:
        one = child()
        await ask(one, workspace, "decode")
        pid = one.pid
        assert pid is not None
        assert os.getpgid(pid) == pid != os.getpgid(0)
        await one.kill()
        return pid

    pid = asyncio.run(work())
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.killpg(pid, signal.SIGCONT)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("source: wanted a recording", "talk.mp3: wanted a recording"),
        ("wanted a recording", "wanted a recording"),
        ("sources: none", "sources: none"),
    ],
)
def test_a_failure_names_the_recording_as_people_call_it(message: str, told: str) -> None:
    failure = Failure(code="invalid_media", message=message, hint="mend it")

    found = named(failure, "talk.mp3", "decode")

    assert found == Failure(code="invalid_media", message=told, stage="decode", hint="mend it")


def test_what_a_child_calls_its_file_is_what_is_renamed(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"no recording")
    environment = child_environment(os.environ)  # noqa: TID251
    one = Child("diascribe.jobs.engine_stages:open_stages", environment)

    async def refused() -> Failure:
        question = {"stage": "decoding", "options": {}, "workspace": str(tmp_path)}
        try:
            with pytest.raises(StageFailedError) as failed:
                await one.ask(question, limit_s=60.0, on_share=_nobody)
        finally:
            await one.kill()
        return failed.value.failure

    failure = named(asyncio.run(refused()), "talk.mp3")

    assert failure.message.startswith("talk.mp3: wanted a complete audio or video file")
