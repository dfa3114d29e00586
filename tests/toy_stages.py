"""Stages without an engine: bytes that follow from the source, and failures on demand.

Options: `num_speakers` changes only the last two stages; `chunks` says how many stages recognize;
`slow_s` is what a stage takes; `log` is a file that gets a line for each stage that ends; `crash`,
`poison`, `hang`, `fail`, `eat` name a stage that ends its process, ends the worker, never ends,
fails, or takes memory without end; `speaker_verification` has the result name whom the tenant
knows; `until` is a file that ends such trouble once it is there;
`hour` leaves as much sound as an hour has.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from made_up_voices import STAMP

from diascribe.errors import MediaError
from diascribe.jobs.known import Laid
from diascribe.jobs.seam import LOST, PARTIAL, RESULT, SOURCE, Stages, Traits

STEPS = 4

HOUR_BYTES = 3600 * 16_000 * 2
"""An hour of one channel, decoded."""


class ToyStages:
    """Implements `Stages`."""

    def plan(self, options: Mapping[str, Any], workspace: Path) -> Sequence[str]:
        if not (workspace / "activity.bin").exists():
            return ("decode", "activity")
        chunks = [f"recognize-{number}" for number in range(options.get("chunks", 2))]
        return ("decode", "activity", *chunks, "prepare", "cluster", "result")

    def traits(self, stage: str, options: Mapping[str, Any]) -> Traits:
        if stage == "decode":
            return Traits(reads=("fetch",), hostile=True, share=0.1)
        if stage == "prepare":
            return Traits(reads=("decode",), optional=True, share=0.2)
        if stage == "cluster":
            return Traits(
                key=str(options.get("num_speakers")), reads=("prepare",), quick=True, optional=True
            )
        if stage == "result":
            known = bool(options.get("speaker_verification"))
            return Traits(key=str(options.get("num_speakers")), quick=True, voices=known)
        share = 0.1 if stage == "activity" else 0.5 / options.get("chunks", 2)
        return Traits(reads=("decode", "activity"), key=str(options.get("words")), share=share)

    def duration(self, workspace: Path) -> float | None:
        return 60.0 if (workspace / "decode.bin").exists() else None

    def run(self, stage: str, options: Mapping[str, Any], workspace: Path) -> Iterator[float]:
        for step in range(STEPS):
            time.sleep(options.get("slow_s", 0.0) / STEPS)
            yield step / STEPS
            if step == STEPS // 2:
                _trouble(stage, options, workspace)
        if stage == "result":
            _write(workspace / RESULT, _result(options, workspace))
        else:
            _write(workspace / f"{stage}.bin", _found(stage, options, workspace))
            _write(workspace / PARTIAL, json.dumps({"so far": stage}).encode())
        if stage == "decode" and options.get("hour"):
            _write(workspace / "spool.pcm", bytes(HOUR_BYTES))
        if "log" in options:
            with Path(options["log"]).open("a", encoding="utf-8") as log:
                log.write(f"{workspace.name} {stage}\n")


def open_stages() -> Stages:
    return ToyStages()


def _trouble(stage: str, options: Mapping[str, Any], workspace: Path) -> None:
    if "until" in options and Path(options["until"]).exists():
        return
    if options.get("crash") == stage:
        (workspace / "half.bin").write_bytes(b"half")
        sys.stderr.write(options.get("last_words", ""))
        sys.stderr.flush()
        os._exit(9)
    if options.get("poison") == stage:
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
    while options.get("hang") == stage:
        time.sleep(1)
    if options.get("fail") == stage:
        raise MediaError("wanted a recording, got noise")
    if options.get("eat") == stage:
        eaten = [bytearray(1 << 26) for _ in range(1024)]
        assert eaten, "more than any limit allows"


def _found(stage: str, options: Mapping[str, Any], workspace: Path) -> bytes:
    heard = (workspace / SOURCE).read_bytes()
    which = f"{stage} {options.get('speakers') if stage == 'cluster' else ''}"
    return hashlib.sha256(heard + which.encode()).hexdigest().encode()


def _result(options: Mapping[str, Any], workspace: Path) -> bytes:
    findings = {one.name: one.read_text() for one in sorted(workspace.glob("*.bin"))}
    lost = sorted(one.stem for one in workspace.glob(f"{LOST}/*.json"))
    told = {"findings": findings, "lost": lost, "speakers": options.get("num_speakers")}
    if options.get("speaker_verification"):
        told["known"] = Laid(workspace).known(STAMP).names
    return json.dumps(told, sort_keys=True).encode()


def _write(path: Path, content: bytes) -> None:
    beside = path.with_suffix(".new")
    beside.write_bytes(content)
    beside.replace(path)
