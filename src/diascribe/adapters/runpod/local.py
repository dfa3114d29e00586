"""A job that is tried on this machine, without the platform and without its package."""

from __future__ import annotations

import json
from typing import Any, TextIO

from diascribe.adapters.run import Watch
from diascribe.adapters.runpod.worker import Worker
from diascribe.errors import OptionsError

TEST = "local_test"
"""The id of a job that has none, as the platform's package has it."""


def parse_job(text: str) -> dict[str, Any]:
    """A job from JSON: an object with `input`.

    Raises:
        OptionsError: it is none.
    """
    try:
        job = json.loads(text)
    except ValueError as error:
        raise OptionsError((f"test_input: wanted JSON: {error}",)) from error
    if not isinstance(job, dict) or "input" not in job:
        raise OptionsError(("test_input: wanted an object with input",))
    return {"id": TEST, **job}


def try_job(worker: Worker, job: dict[str, Any], out: TextIO) -> int:
    """Write what the platform would answer when asked for the job's status; the exit status."""
    answer = worker.answer(job, Watch(send=lambda *_: None))
    error = answer.pop("error", None)
    told: dict[str, Any] = {"id": job["id"], "status": "FAILED" if error else "COMPLETED"}
    if error:
        told["error"] = error
    if answer:
        told["output"] = answer
    out.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    return 1 if error else 0
