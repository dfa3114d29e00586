"""Stages side by side: all are heard, one that fails harms no other, all can be stopped."""

from collections.abc import Generator
from itertools import count
from threading import Event, Thread, active_count
from typing import Any

import pytest

from diascribe.engine.beside import Outcome, Progress, Steps, side_by_side
from diascribe.engine.steps import finish
from diascribe.errors import ModelError

PATIENCE_S = 10
"""Longer than any thread here needs; only a fault waits so long."""


def counting(stage: str, steps: int, result: str) -> Steps[str]:
    for step in range(steps):
        yield Progress(stage, step, steps)
    return result


def failing(error: BaseException, *, after: int = 1) -> Steps[str]:
    yield from counting("failing", after, "")
    raise error


class Endless:
    """A stage that never ends by itself and notes how it ended."""

    def __init__(self) -> None:
        self.running = Event()
        self.closed = Event()

    def steps(self) -> Steps[str]:
        try:
            for step in count():
                self.running.set()
                yield Progress("endless", step, None)
        finally:
            self.closed.set()
        return ""


def run(**stages: Steps[Any]) -> tuple[list[Progress], dict[str, Outcome[Any]]]:
    """All progress and all outcomes."""
    seen: list[Progress] = []
    return seen, finish(side_by_side(stages), seen.append)


def test_all_progress_is_told_in_each_stages_order() -> None:
    seen, _ = run(one=counting("one", 20, "1"), two=counting("two", 30, "2"))

    for stage, steps in (("one", 20), ("two", 30)):
        assert [p for p in seen if p.stage == stage] == [
            Progress(stage, step, steps) for step in range(steps)
        ]
    assert len(seen) == 50


def test_every_result_comes_back_under_its_stages_name() -> None:
    _, outcomes = run(one=counting("one", 2, "1"), two=counting("two", 0, "2"))

    assert {name: outcome.result for name, outcome in outcomes.items()} == {"one": "1", "two": "2"}
    assert all(o.failure is None and o.seconds >= 0 for o in outcomes.values())


def test_outcomes_are_in_the_order_of_the_stages_whichever_ends_first() -> None:
    over = Event()

    def late() -> Steps[str]:
        yield Progress("late", 0, 1)
        over.wait(PATIENCE_S)
        return "late"

    def early() -> Steps[str]:
        try:
            yield Progress("early", 0, 1)
        finally:
            over.set()
        return "early"

    _, outcomes = run(late=late(), early=early())

    assert list(outcomes) == ["late", "early"]


def test_a_stage_that_fails_keeps_the_others_result() -> None:
    failure = ModelError("out of memory")

    seen, outcomes = run(bad=failing(failure), good=counting("good", 50, "kept"))

    assert outcomes["good"].result == "kept"
    assert (outcomes["bad"].result, outcomes["bad"].failure) == (None, failure)
    assert len([p for p in seen if p.stage == "good"]) == 50


def test_no_stages_have_no_outcomes() -> None:
    assert run() == ([], {})


@pytest.mark.parametrize("error", [ZeroDivisionError("a fault"), MemoryError(), SystemExit(3)])
def test_a_failure_that_nobody_foresaw_stops_the_others_and_is_raised(error: BaseException) -> None:
    endless = Endless()

    with pytest.raises(type(error)) as raised:
        run(bad=failing(error), other=endless.steps())

    assert raised.value is error
    assert endless.closed.is_set() or not endless.running.is_set()


def test_closing_stops_every_stage_at_its_next_step() -> None:
    before = active_count()
    one, two = Endless(), Endless()
    steps = side_by_side({"one": one.steps(), "two": two.steps()})
    next(steps)
    assert one.running.wait(PATIENCE_S)
    assert two.running.wait(PATIENCE_S)

    steps.close()

    assert one.closed.is_set()
    assert two.closed.is_set()
    assert active_count() == before


def test_a_system_that_starts_no_second_thread_stops_the_first_stage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = active_count()
    one, two = Endless(), Endless()
    start = Thread.start

    def start_one(thread: Thread) -> None:
        if one.running.is_set():
            raise RuntimeError("can't start new thread")
        start(thread)
        assert one.running.wait(PATIENCE_S)

    monkeypatch.setattr(Thread, "start", start_one)

    with pytest.raises(RuntimeError, match="can't start new thread"):
        run(one=one.steps(), two=two.steps())

    assert one.closed.is_set()
    assert not two.running.is_set()
    assert active_count() == before


def test_a_stage_that_ends_while_it_is_stopped_does_no_harm(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = active_count()
    told_to_stop, ended, join = Event(), Event(), Thread.join

    def slow() -> Steps[str]:
        yield Progress("slow", 0, 1)
        assert told_to_stop.wait(PATIENCE_S)
        ended.set()
        return "too late"

    def join_later(thread: Thread) -> None:  # whoever joins has told it to stop
        told_to_stop.set()
        join(thread)

    monkeypatch.setattr(Thread, "join", join_later)
    steps = side_by_side({"slow": slow()})
    next(steps)

    steps.close()

    assert ended.is_set()
    assert list(steps) == []
    assert active_count() == before


def test_a_report_that_raises_stops_the_work() -> None:
    endless = Endless()

    def report(progress: Progress) -> None:
        raise KeyboardInterrupt(progress.stage)

    with pytest.raises(KeyboardInterrupt):
        finish(side_by_side({"one": endless.steps()}), report)

    assert endless.closed.is_set()


def test_stages_run_at_the_same_time() -> None:
    here, there = Event(), Event()

    def meet(mine: Event, other: Event) -> Generator[Progress, None, bool]:
        mine.set()
        yield Progress("meeting", 0, 1)
        return other.wait(PATIENCE_S)

    _, outcomes = run(one=meet(here, there), two=meet(there, here))

    assert all(outcome.result for outcome in outcomes.values())
