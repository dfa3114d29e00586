"""RunPod's own package runs our worker, against its control plane on loopback."""

from __future__ import annotations

import base64
import json
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import numpy as np
import pytest
from cli_command import until
from media_files import recording, write
from runpod_platform import (
    INTERPRETER,
    Platform,
    environment,
    running_platform,
    running_worker,
)

from diascribe.audio import SAMPLE_RATE

CONVERSATION = Path(__file__).parents[2] / "examples" / "conversation.opus"


pytestmark = pytest.mark.usefixtures("runpod_package")


def excerpt(path: Path, seconds: float) -> str:
    """The beginning of our conversation, as a data URI."""
    samples = recording(CONVERSATION).samples[: round(seconds * SAMPLE_RATE)]
    write(path, samples.astype(np.float64) / 32_768)
    return f"data:audio/wav;base64,{base64.b64encode(path.read_bytes()).decode()}"


def write_bytes(path: Path, uri: str) -> Path:
    """A data URI as a file."""
    path.write_bytes(base64.b64decode(uri.partition(",")[2]))
    return path


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> str:
    return excerpt(tmp_path_factory.mktemp("short") / "short.wav", 3.2)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> str:
    return excerpt(tmp_path_factory.mktemp("long") / "long.wav", 44.0)


@pytest.fixture
def platform() -> Iterator[Platform]:
    with running_platform() as found:
        yield found


@pytest.mark.slow
def test_the_platform_s_own_loop_takes_jobs_and_sends_answers(
    platform: Platform, short: str, tmp_path: Path
) -> None:
    jobs = tmp_path / "jobs"
    with running_worker(platform, JOBS_DIR=str(jobs)):
        platform.submit("good", {"audio_file": short, "diarization": True})
        platform.submit("bad", {"batch_size": -1, "nonsense": 1})
        good, bad = platform.answer("good"), platform.answer("bad")

    assert good["output"]["segments"][0]["text"].startswith("hello")
    assert good["output"]["speakers"]["SPEAKER_00"]["name"] == "Speaker 0"
    assert [one.split(":")[0] for one in bad["error"]] == ["audio_file", "nonsense", "batch_size"]
    stages = {one["stage"] for one in platform.progress["good"]}
    assert stages <= {"decoding", "activity", "language", "recognition", "diarization"}
    assert list(jobs.iterdir()) == []


@pytest.mark.slow
def test_two_jobs_at_once_and_one_of_them_stopped(
    platform: Platform, short: str, long: str, tmp_path: Path
) -> None:
    jobs = tmp_path / "jobs"
    with running_worker(platform, JOBS_DIR=str(jobs), MAX_CONCURRENCY="2"):
        platform.submit("long", {"audio_file": long})
        platform.wait(lambda: "long" in platform.progress)
        platform.stops.put("long")
        platform.submit("short", {"audio_file": short})
        answer = platform.answer("short")
        until(lambda: list(jobs.iterdir()) == [])

    assert answer["output"]["segments"]
    assert "long" not in platform.answers


@pytest.mark.slow
def test_a_worker_after_a_crashed_one_leaves_nothing_on_the_disk(
    platform: Platform, short: str, long: str, tmp_path: Path
) -> None:
    jobs = tmp_path / "jobs"
    with running_worker(platform, JOBS_DIR=str(jobs)) as crashing:
        platform.submit("lost", {"audio_file": long})
        platform.wait(lambda: "lost" in platform.progress)
        crashing.send_signal(signal.SIGKILL)
        crashing.wait()
    assert len(list(jobs.iterdir())) == 1

    with running_worker(platform, JOBS_DIR=str(jobs)):
        platform.submit("next", {"audio_file": short})
        answer = platform.answer("next")

    assert answer["output"]["segments"]
    assert list(jobs.iterdir()) == []


@pytest.mark.slow
def test_the_platform_s_local_server_runs_the_worker(short: str, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["--rp_serve_api", "--rp_api_host", "127.0.0.1", "--rp_api_port", str(port)]
    process = subprocess.Popen(
        [INTERPRETER, "-m", "diascribe.adapters.runpod.main", *arguments],
        env=environment(JOBS_DIR=str(tmp_path / "jobs")),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def listens() -> bool:
        assert process.poll() is None, "the server ended"
        try:
            urlopen(f"http://127.0.0.1:{port}/docs").close()
        except URLError:
            return False
        return True

    try:
        until(listens)
        asked = Request(
            f"http://127.0.0.1:{port}/runsync",
            data=json.dumps({"input": {"audio_file": short}}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urlopen(asked) as reply:  # noqa: S310 - on loopback
            told = json.load(reply)
    finally:
        process.terminate()
        process.wait(30)

    assert told["status"] == "COMPLETED"
    assert told["output"]["segments"][0]["text"].startswith("hello")


def tried(job: str, **further: str) -> subprocess.CompletedProcess[str]:
    """What the command says to a job that is tried."""
    return subprocess.run(
        [sys.executable, "-m", "diascribe.adapters.runpod.main", "--test_input", job],
        env=environment(**further),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_job_is_tried_without_the_platform(tmp_path: Path, short: str) -> None:
    given = {"input": {"audio_file": str(write_bytes(tmp_path / "short.wav", short))}}

    ran = tried(json.dumps(given), JOBS_DIR=str(tmp_path / "jobs"), PRINT_MOUNTS="1")

    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert (told["id"], told["status"]) == ("local_test", "COMPLETED")
    assert told["output"]["segments"][0]["text"].startswith("hello")
    events = [json.loads(line)["event"] for line in ran.stderr.splitlines()]
    assert "mount" in events
    assert events[-1] == "job done"


def test_a_job_that_is_none_is_told_in_a_line() -> None:
    ran = tried("{not json")

    assert ran.returncode == 2
    assert ran.stderr.startswith("diascribe-runpod: invalid_options: test_input: wanted JSON")


def test_what_is_wrong_with_the_environment_is_told_in_a_line() -> None:
    ran = tried('{"input": {}}', WHISPERX_DEVICE="tpu")

    assert ran.returncode == 2
    assert "WHISPERX_DEVICE: wanted one of auto, cpu, cuda, got 'tpu'" in ran.stderr


@pytest.mark.slow
def test_a_network_that_is_brought_finds_speech(tmp_path: Path, short: str, wheels: Path) -> None:
    network = tmp_path / "whisperx-vad-segmentation.bin"
    with zipfile.ZipFile(wheels / "whisperx-3.8.6-py3-none-any.whl") as wheel:
        network.write_bytes(wheel.read("whisperx/assets/pytorch_model.bin"))
    job = json.dumps({"input": {"audio_file": str(write_bytes(tmp_path / "short.wav", short))}})

    ran = tried(job, JOBS_DIR=str(tmp_path / "jobs"), VAD_MODEL_PATH=str(network))

    output = json.loads(ran.stdout)["output"]
    (found,) = (one for one in output["models"] if one["stage"] == "activity")
    assert found["revision"].startswith("whisperx-vad-segmentation.bin, sha256 0b5b3216")
    assert output["segments"][0]["text"].startswith("hello")
