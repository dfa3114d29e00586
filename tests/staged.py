"""The pipeline in stages, over instant models, run as the service runs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from channel_files import as_file
from fakes import FakeAligner, FakeDiarizer, FakeRecognizer, FakeShelf, FakeVad, silence, tone

from diascribe.audio import Recording
from diascribe.engine.engine import Engine
from diascribe.jobs.engine_stages import EngineStages
from diascribe.jobs.seam import LOST, RESULT, SOURCE
from diascribe.transcript import Transcript, Turn
from diascribe.wire.decode import from_json

TURNS = (Turn(1, 3, speaker="SPEAKER_00"), Turn(4, 6, speaker="SPEAKER_01"))
OPTIONS: dict[str, Any] = {"align_output": True, "language": "en"}


def engine(**models: Any) -> Engine:  # noqa: ANN401 - any fake
    recognizer = models.get("recognizer", FakeRecognizer())
    shelf = FakeShelf(recognizer, models.get("aligner", FakeAligner()))
    diarizer = models.get("diarizer", FakeDiarizer(TURNS))
    return Engine(vad=FakeVad(), shelf=shelf, diarizer=diarizer)


def stages(**models: Any) -> EngineStages:  # noqa: ANN401 - any fake
    loaded = engine(**models)
    return EngineStages(lambda: loaded)


def talk_in(folder: Path) -> Path:
    """A talk of eight seconds: two of one voice, two of another."""
    sound = np.concatenate([silence(1), tone(2), silence(1), tone(2, 0.5), silence(2)])
    (folder / SOURCE).write_bytes(as_file(Recording(sound, "talk.wav")).read())
    return folder


def work(on: EngineStages, workspace: Path, options: dict[str, Any] | None = None) -> list[str]:
    """Run what is left to do, as the service does; the names of the stages that ran."""
    options, ran = options or OPTIONS, list[str]()
    while True:
        left = [one for one in on.plan(options, workspace) if not done(one, workspace)]
        if not left:
            return ran
        try:
            list(on.run(left[0], options, workspace))
        except Exception as failure:
            if not on.traits(left[0], options).optional:
                raise
            (workspace / LOST).mkdir(exist_ok=True)
            lost = json.dumps({"message": str(failure)})
            (workspace / LOST / f"{left[0]}.json").write_text(lost)
        ran.append(left[0])


def done(stage: str, workspace: Path) -> bool:
    found = workspace / (RESULT if stage == "result" else f"{stage}.npz")
    return found.exists() or (workspace / LOST / f"{stage}.json").exists()


def result(workspace: Path) -> Transcript:
    return from_json((workspace / RESULT).read_text())
