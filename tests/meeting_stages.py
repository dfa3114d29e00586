"""Stages without an engine: whatever is handed over, the meeting of `meeting.py` is found in it.

`hotwords` that say `hang` have recognition never end once there is a partial result.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from meeting import MEETING

from diascribe.jobs.seam import PARTIAL, RESULT, Stages, Traits
from diascribe.transcript import Transcript
from diascribe.wire.encode import to_json

PARTS = 3


class MeetingStages:
    """Implements `Stages`."""

    def plan(self, options: Mapping[str, Any], workspace: Path) -> Sequence[str]:
        del options, workspace
        return (*(f"recognize-{part}" for part in range(PARTS)), "result")

    def traits(self, stage: str, options: Mapping[str, Any]) -> Traits:
        del options
        return Traits(reads=("fetch",), share=0.1 if stage == "result" else 0.3)

    def duration(self, workspace: Path) -> float | None:
        del workspace
        return MEETING.duration

    def run(self, stage: str, options: Mapping[str, Any], workspace: Path) -> Iterator[float]:
        yield 0.0
        if stage == "result":
            _write(workspace / RESULT, MEETING)
            return
        part = int(stage.removeprefix("recognize-"))
        while part and options.get("hotwords") == "hang":
            time.sleep(0.1)
            yield 0.5
        segments = MEETING.segments[: part + 1]
        _write(workspace / PARTIAL, replace(MEETING, segments=segments, turns=(), speakers=()))


def open_stages() -> Stages:
    return MeetingStages()


def _write(path: Path, transcript: Transcript) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(to_json(transcript), encoding="utf-8")
    beside.replace(path)
