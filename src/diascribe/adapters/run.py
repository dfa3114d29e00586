"""What every platform's adapter does with a job: work, told and stoppable, and what came of it."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from time import monotonic
from typing import Any

from diascribe.engine.beside import Progress
from diascribe.engine.engine import Engine
from diascribe.engine.identify.book import VoiceBook
from diascribe.engine.options import Options
from diascribe.engine.steps import finish
from diascribe.errors import DiascribeError
from diascribe.transcript import Transcript

UNFORESEEN = "internal"
"""The code of a failure that no error of ours describes."""

Send = Callable[[str, float | None], None]
"""Told of a stage and the share of it that is done; null where nobody knows."""


class StoppedError(Exception):
    """Whoever asked for the work does not want it any more."""


class Warm:
    """The engine, loaded once, when it is first wanted. One for all threads."""

    def __init__(self, loading: Callable[[], Engine]) -> None:
        self._loading = loading
        self._lock = Lock()
        self._engine: Engine | None = None

    def engine(self) -> Engine:
        """The models.

        Raises:
            DiascribeError: they cannot be opened; the next one who asks tries again.
        """
        with self._lock:
            if self._engine is None:
                self._engine = self._loading()
            return self._engine

    def close(self) -> None:
        """Give back what the models hold."""
        with self._lock:
            engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()


@dataclass(slots=True)
class Watch:
    """Passes progress on, no more often than a platform wants it, and stops the work."""

    send: Send
    every_s: float = 2.0
    stop: Event = field(default_factory=Event)
    clock: Callable[[], float] = monotonic
    _told_s: float | None = None

    def report(self, progress: Progress) -> None:
        """Tell of progress where it is time to.

        Raises:
            StoppedError: the work is not wanted any more.
        """
        self.check()
        now = self.clock()
        if self._told_s is None or now - self._told_s >= self.every_s:
            self._told_s = now
            self.send(progress.stage, share(progress))

    def check(self) -> None:
        """Go on, or not.

        Raises:
            StoppedError: the work is not wanted any more.
        """
        if self.stop.is_set():
            raise StoppedError


def share(progress: Progress) -> float | None:
    """The share of a stage that is done; null where nobody knows."""
    return min(1.0, progress.done / progress.total) if progress.total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What some work took."""

    seconds: float
    peak_memory_mb: int
    """The most that this process ever had in memory."""
    peak_children_mb: int
    """The most that one of its children that have ended had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was found, and what that took."""

    transcript: Transcript
    usage: Usage


def run(
    engine: Engine,
    source: Path,
    options: Options,
    *,
    watch: Watch,
    voices: VoiceBook | None = None,
) -> Done:
    """Who said what and when in a file.

    Raises:
        DiascribeError: it cannot be found out; says why.
        StoppedError: the work is not wanted any more.
    """
    begun = monotonic()
    steps = engine.steps(source, options, recognition=True, voices=voices)
    transcript = finish(steps, watch.report)
    return Done(transcript=transcript, usage=usage(monotonic() - begun))


def usage(seconds: float) -> Usage:
    """What work of some seconds took, as this process is now."""
    own, children = (
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # bytes there, kilobytes on Linux
    return Usage(
        seconds=round(seconds, 3),
        peak_memory_mb=own // unit,
        peak_children_mb=children // unit,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why there is no result, for a platform to say in its own shape."""

    code: str
    message: str
    hint: str = ""
    problems: tuple[str, ...] = ()
    """Each by itself, where several things were wrong with a request."""


def failure_of(error: Exception) -> Failure:
    """Why something failed; of what nobody foresaw only its class: its text may hold secrets."""
    if isinstance(error, DiascribeError):
        problems: Any = getattr(error, "problems", ())
        return Failure(
            code=error.code, message=str(error), hint=error.hint, problems=tuple(problems)
        )
    return Failure(code=UNFORESEEN, message=f"{type(error).__name__} in the worker")
