"""A finished hour: how soon it has another number of speakers; and how soon a cancel acts.

    make bench NAME=rerun

The service runs as it is meant to, worker included; the hour is of four simulated speakers, its
words are those of the tests' nano Whisper. Times are those of a client over HTTP.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from _models import ModelFile, digest
from _record import ROOT, data_folder, store
from service import COMMAND
from speed import figure

NANO = ROOT / "tests" / "data" / "nano" / "whisper"
NAME = "tiny.en"
"""The name under which the nano Whisper is installed."""

OPTIONS = {"model": NAME, "language": "en", "compute_type": "int8", "batch_size": 8}
COUNTS = (2, 3, 5)
"""Numbers of speakers that the finished hour is asked for, one after the other."""

PAUSE_S = 0.05
CANCELLED = ("decoding", "recognition", "diarization")
"""Stages in which a job is cancelled: the first whose name begins so."""


def main() -> None:
    """Serve, cancel, transcribe the hour, run it again, print and store."""
    hour = next((data_folder() / "sim/dev").glob("*_60m.opus"))
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as client:
        stops = [cancelled_s(client, hour, stage) for stage in CANCELLED]
        whole_s, job = transcribed(client, hour)
        again = sorted(rerun_s(client, job, count) for count in COUNTS)
    figures = [
        figure("a job of an hour, from its upload to its end", whole_s, "s"),
        figure("its rerun with another number of speakers, median of 3", again[1], "s"),
        figure("the slowest of them", again[-1], "s"),
        *(
            figure(f"cancelled in `{stage}`: until the slot is free", stop, "s")
            for stage, stop in zip(CANCELLED, stops, strict=True)
        ),
    ]
    for line in figures:
        print(f"{line['what']:<62}{line['value']:8.2f} {line['unit']}")
    model = ModelFile("nano Whisper of the tests", "tools/nano", digest([NANO / "model.bin"]))
    store("rerun", [hour], {"figures": figures, "options": OPTIONS}, [model])


@contextmanager
def serving(folder: Path) -> Iterator[httpx2.Client]:
    """A service with its worker, asked over HTTP; everything that it keeps is in a folder."""
    settings = ("env", "-u", "DIASCRIBE_DATABASE", f"DIASCRIBE_DATA={folder}")
    given = shutil.copytree(NANO, folder / "given")
    pull = (*settings, *COMMAND, "models", "pull", NAME, "--from", str(given))
    subprocess.run(pull, check=True, stderr=subprocess.DEVNULL)  # noqa: S603 - our own command
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(  # noqa: S603 - our own command
            (*settings, *COMMAND, "serve", "--port", "0"), stderr=log
        ) as process,
    ):
        try:
            yield httpx2.Client(base_url=_address(folder / "log", process), timeout=600)
        finally:
            process.terminate()


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    while process.poll() is None:
        for line in log.read_text().splitlines():
            if line.startswith("listening on "):
                return line.removeprefix("listening on ").strip()
        time.sleep(PAUSE_S)
    sys.exit(f"the service ended:\n{log.read_text()}")


def submitted(client: httpx2.Client, recording: Path) -> str:
    """The id of a new job."""
    form = {name: str(value) for name, value in OPTIONS.items()}
    with recording.open("rb") as file:
        answer = client.post("/v1/jobs", data=form, files={"file": (recording.name, file)})
    return str(answer.raise_for_status().json()["id"])


def transcribed(client: httpx2.Client, recording: Path) -> tuple[float, str]:
    """Seconds to the end of a job, and its id."""
    begun = time.perf_counter()
    job = submitted(client, recording)
    while (told := asked(client, job))["state"] in {"queued", "running"}:
        time.sleep(1)
    if told["state"] != "succeeded":
        sys.exit(f"the job did not succeed: {told}")
    return time.perf_counter() - begun, job


def asked(client: httpx2.Client, job: str) -> dict[str, Any]:
    """How a job stands."""
    told: dict[str, Any] = client.get(f"/v1/jobs/{job}").raise_for_status().json()
    return told


def rerun_s(client: httpx2.Client, job: str, count: int) -> float:
    """Seconds until the finished job is there with so many speakers, its result read."""
    begun = time.perf_counter()
    answer = client.post(f"/v1/jobs/{job}/rerun", json={"num_speakers": count})
    again = answer.raise_for_status().json()
    if again["state"] != "succeeded":
        sys.exit(f"wanted it answered at once, got {again['state']}")
    result = client.get(f"/v1/jobs/{again['id']}/result").raise_for_status().json()
    seconds = time.perf_counter() - begun
    found = len({turn["speaker"] for turn in result["turns"]})
    if found != count:
        sys.exit(f"wanted {count} speakers, got {found}")
    return seconds


def cancelled_s(client: httpx2.Client, recording: Path, stage: str) -> float:
    """Seconds from a cancel in the midst of a stage until nothing runs and the slot is free."""
    job = submitted(client, recording)
    while not any(_runs(one, stage) for one in asked(client, job)["stages"]):
        time.sleep(PAUSE_S)
    time.sleep(1)
    begun = time.perf_counter()
    client.post(f"/v1/jobs/{job}/cancel").raise_for_status()
    while client.get("/v1/queue/depth").raise_for_status().json()["running"]:
        time.sleep(PAUSE_S)
    seconds = time.perf_counter() - begun
    client.delete(f"/v1/jobs/{job}").raise_for_status()
    return seconds


def _runs(told: dict[str, Any], stage: str) -> bool:
    return bool(told["state"] == "running" and told["name"].startswith(stage))


if __name__ == "__main__":
    main()
