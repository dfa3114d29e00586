"""Runs independent stages side by side and tells how far each is."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Thread
from time import perf_counter
from typing import Generic, TypeVar

from diascribe.errors import DiascribeError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage is, in seconds of audio; a total of null is not known yet."""

    stage: str
    done: float
    total: float | None


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """How a stage ended: with a result or a foreseen failure, after some seconds."""

    result: T | None
    failure: DiascribeError | None
    seconds: float


Steps = Generator[Progress, None, T]
"""A stage at work: yields progress, returns its result, may be closed at any yield."""


def side_by_side(stages: Mapping[str, Steps[T]]) -> Steps[dict[str, Outcome[T]]]:
    """Every stage in a thread of its own; yields the progress of all, returns all outcomes.

    Outcomes are in the order of the stages, whichever ends first. Closing this generator
    stops the stages at their next step. A failure that is not foreseen stops them as well
    and is raised here.
    """
    news: SimpleQueue[Progress | tuple[str, Outcome[T]] | BaseException] = SimpleQueue()
    stop = Event()
    threads = [
        Thread(target=_work, args=(name, steps, news, stop), name=f"diascribe-{name}", daemon=True)
        for name, steps in stages.items()
    ]
    started: list[Thread] = []
    outcomes: dict[str, Outcome[T]] = {}
    try:
        for thread in threads:
            thread.start()
            started.append(thread)
        while len(outcomes) < len(stages):
            match news.get():
                case Progress() as progress:
                    yield progress
                case (name, outcome):
                    outcomes[name] = outcome
                case BaseException() as unforeseen:
                    raise unforeseen
    finally:
        stop.set()
        for thread in started:
            thread.join()
    return {name: outcomes[name] for name in stages}


def _work(
    name: str,
    steps: Steps[T],
    news: SimpleQueue[Progress | tuple[str, Outcome[T]] | BaseException],
    stop: Event,
) -> None:
    """Run one stage to its end or until told to stop, and report."""
    begun = perf_counter()
    try:
        while not stop.is_set():
            news.put(next(steps))
        steps.close()
    except StopIteration as end:
        news.put((name, Outcome(end.value, None, perf_counter() - begun)))
    except DiascribeError as failure:
        news.put((name, Outcome(None, failure, perf_counter() - begun)))
    except BaseException as unforeseen:  # noqa: BLE001 - carried to the caller's thread
        news.put(unforeseen)
