"""Children that work on recordings, as a slot sees them: started, asked, killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

import structlog

from diascribe.errors import StageDiedError, StageTimeoutError
from diascribe.jobs.job import Failure
from diascribe.jobs.seam import SOURCE

LONGEST_LINE = 16 << 20
"""Bytes of an answer: a plan of a day of speech in chunks has its room."""

LAST_WORDS = 500
"""Characters of what a child that died had said: for the log only. A library wrote them, and they
may name files of this machine."""

LOG = structlog.get_logger()

Share = Callable[[float], Awaitable[None]]


class StageFailedError(Exception):
    """A stage failed, and said why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.code)
        self.failure = failure


def named(failure: Failure, shown: str, stage: str | None = None) -> Failure:
    """A child's failure, with the recording called as people call it: the child knows a file."""
    file = f"{SOURCE}: "
    told = failure.message
    message = f"{shown}: {told.removeprefix(file)}" if told.startswith(file) else told
    return replace(failure, message=message, stage=stage or failure.stage)


@dataclass(slots=True)
class Child:
    """One child process, started when first asked; it answers one question at a time."""

    stages: str
    """Which function gives the stages: `module:function`."""
    environment: Mapping[str, str] = field(repr=False)
    limits: Mapping[str, int] = field(default_factory=dict)
    """On memory, processor time and size of files; none for the engine itself."""
    _process: asyncio.subprocess.Process | None = None
    _errors: BinaryIO | None = None

    @property
    def pid(self) -> int | None:
        """The child's number; null while none runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process and running else None

    async def ask(
        self, question: Mapping[str, Any], *, limit_s: float, on_share: Share
    ) -> dict[str, Any]:
        """The child's answer. Whoever stops waiting, or waits too long, has ended the child.

        Raises:
            StageFailedError: the child says so.
            StageTimeoutError: it took too long.
            StageDiedError: it died.
        """
        try:
            async with asyncio.timeout(limit_s):
                return await self._ask(question, on_share)
        except TimeoutError as error:
            await self.kill()
            raise StageTimeoutError(f"took more than {limit_s:.0f} s") from error
        except StageFailedError:
            raise
        except BaseException:
            await self.kill()
            raise

    async def kill(self) -> None:
        """End the child and all that it started, at once."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    async def _ask(self, question: Mapping[str, Any], on_share: Share) -> dict[str, Any]:
        process = await self._started()
        assert process.stdin is not None, "it has pipes"
        assert process.stdout is not None, "it has pipes"
        try:
            process.stdin.write(json.dumps(question).encode() + b"\n")
            await process.stdin.drain()
            while line := await process.stdout.readline():
                told = json.loads(line)
                if "told" in told:
                    return dict(told["told"])
                if "failure" in told:
                    raise StageFailedError(Failure(**told["failure"]))
                await on_share(told["share"])
        except (ConnectionError, ValueError) as error:
            raise await self._death(process) from error
        raise await self._death(process)

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            await self.kill()
            self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
            self._process = await asyncio.create_subprocess_exec(
                *_command(self.stages, self.limits),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=self._errors,
                env=dict(self.environment),
                limit=LONGEST_LINE,
                start_new_session=True,
            )
        return self._process

    async def _death(self, process: asyncio.subprocess.Process) -> StageDiedError:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        status = await process.wait()
        words = ""
        if self._errors is not None:
            self._errors.seek(0, os.SEEK_END)
            self._errors.seek(max(0, self._errors.tell() - LAST_WORDS))
            words = self._errors.read().decode(errors="replace").strip()
        await self.kill()
        LOG.error("jobs.child_died", status=status, last_words=words)
        return StageDiedError(f"the process that worked on it died, with status {status}")


def _command(stages: str, limits: Mapping[str, int]) -> Sequence[str]:
    # -P: a file in the current folder must not stand in for a module of ours.
    told = [json.dumps(dict(limits))] if limits else []
    return (sys.executable, "-P", "-m", "diascribe.jobs.engine_child", stages, *told)
