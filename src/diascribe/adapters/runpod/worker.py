"""One job from its input to its answer, and a folder that is gone afterwards."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diascribe.adapters.logs import tell
from diascribe.adapters.run import Failure, StoppedError, Warm, Watch, failure_of, run
from diascribe.adapters.runpod.answers import error_of, inline, result_of, texts_of
from diascribe.adapters.runpod.asked import Asked, Rules, parse
from diascribe.adapters.runpod.folders import job_folder
from diascribe.adapters.runpod.sources import Sources, stem_of
from diascribe.adapters.runpod.uploads import Uploads
from diascribe.transcript import Notice

Job = Mapping[str, Any]
Progressing = Callable[[Job, dict[str, Any]], None]
"""Tells the platform how far a job is."""

OWN_STORE = "s3Config"
"""A job's own store, as the platform hands it on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """What handles jobs. One instance serves all of them, side by side."""

    warm: Warm
    rules: Rules
    sources: Sources
    jobs: Path
    """Where jobs have their folders."""
    uploads: Uploads | None = None
    """Null answers with the results themselves."""
    progressing: Progressing | None = None
    """Null tells nobody."""
    pool: Executor | None = None
    """Threads for as many jobs as are done side by side; null takes those of the event loop."""

    async def handle(self, job: Job) -> dict[str, Any]:
        """The answer to a job; stops the work and tidies up where nobody waits any more."""
        watch = Watch(send=lambda stage, share: self._tell(job, stage, share))
        work = asyncio.get_running_loop().run_in_executor(self.pool, self.answer, job, watch)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            watch.stop.set()
            await asyncio.wait((work,))
            raise

    def answer(self, job: Job, watch: Watch) -> dict[str, Any]:
        """The answer to a job, or why there is none; nothing that it needed is left."""
        name = str(job.get("id", ""))
        tell("job started", job=name)
        try:
            answer = self._work(job, name, watch)
        except StoppedError:
            tell("job stopped", job=name)
            return {"error": "stopped: nobody waits for the job any more"}
        except Exception as error:  # noqa: BLE001 - the boundary of a request
            failure = failure_of(error)
            _log(name, failure)
            return error_of(failure)
        tell("job done", job=name, warnings=[one["code"] for one in answer.get("warnings", ())])
        return answer

    def _work(self, job: Job, name: str, watch: Watch) -> dict[str, Any]:
        asked = parse(job.get("input"), self.rules)
        with job_folder(self.jobs, name) as folder:
            source = self.sources.bring(asked.source, asked.kind, folder)
            watch.check()
            done = run(self.warm.engine(), source, asked.options, watch=watch)
        result = result_of(asked, done, told=_unheeded(job))
        texts = texts_of(asked, done, stem_of(asked.source, asked.kind))
        return self._given(name, asked, result, texts)

    def _given(
        self, name: str, asked: Asked, result: dict[str, Any], texts: Mapping[str, str]
    ) -> dict[str, Any]:
        """The answer, with the result in it or uploaded."""
        if self.uploads is None:
            answer: dict[str, Any] = inline(result, texts)
            return answer
        return self.uploads.answer(name, stem_of(asked.source, asked.kind), result, texts)

    def _tell(self, job: Job, stage: str, share: float | None) -> None:
        if self.progressing is not None:
            done = None if share is None else round(share, 3)
            self.progressing(job, {"stage": stage, "progress": done})


def _unheeded(job: Job) -> tuple[Notice, ...]:
    """A warning where a job names a store of its own."""
    if not job.get(OWN_STORE):
        return ()
    message = "s3Config is not heeded: results go where the worker's environment says"
    return (Notice("store_not_heeded", "output", message),)


def _log(job: str, failure: Failure) -> None:
    tell("job failed", level=logging.WARNING, job=job, code=failure.code)
