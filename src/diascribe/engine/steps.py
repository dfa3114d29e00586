"""Work that goes step by step, telling how far it is."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from time import perf_counter
from typing import TypeVar

from diascribe.engine.beside import Progress, Steps
from diascribe.transcript import StageTime

T = TypeVar("T")
From = TypeVar("From")
To = TypeVar("To")
Report = Callable[[Progress], None]


def finish(steps: Steps[T], on_progress: Report | None = None) -> T:
    """The result of steps, their progress reported to a callback; stopped if that raises."""
    with closing(steps):
        while True:
            try:
                progress = next(steps)
            except StopIteration as end:
                result: T = end.value
                return result
            if on_progress is not None:
                on_progress(progress)


def finish_seconds(steps: Generator[float, None, T]) -> T:
    """The result of steps that yield seconds, which are not told to anybody."""
    return finish(told("", None, steps))


def told(stage: str, total: float | None, seconds: Generator[float, None, T]) -> Steps[T]:
    """Seconds done, told as the progress of a stage."""
    return changed(seconds, lambda done: Progress(stage, done, total))


def changed(
    steps: Generator[From, None, T], change: Callable[[From], To]
) -> Generator[To, None, T]:
    """The same steps and result, each step told otherwise."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        yield change(step)


def onward(steps: Steps[T]) -> Steps[T]:
    """The same steps and result; a stage that is tried again stays as far as it was meanwhile."""
    reached: dict[str, float] = {}

    def furthest(step: Progress) -> Progress:
        reached[step.stage] = max(step.done, reached.get(step.stage, 0.0))
        return replace(step, done=reached[step.stage])

    return changed(steps, furthest)


def parted(steps: Steps[T], place: int, count: int) -> Steps[T]:
    """The same steps and result, told as the part at `place` of `count` equal ones."""
    return changed(
        steps,
        lambda one: replace(one, done=one.done / count + (one.total or 0.0) * place / count),
    )


def clocked(times: list[StageTime], stage: str, steps: Steps[T]) -> Steps[T]:
    """The same steps and result; how long they took is put down in `times`."""
    begun = perf_counter()
    result = yield from steps
    times.append(StageTime(stage, perf_counter() - begun))
    return result
