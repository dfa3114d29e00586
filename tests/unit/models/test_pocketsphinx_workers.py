"""Child processes: started late, kept warm, replaced when killed, ended with their owner."""

import errno
import gc
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO

import numpy as np
import pytest

from diascribe.errors import RecognizerError
from diascribe.models.pocketsphinx import process as process_module
from diascribe.models.pocketsphinx import workers as workers_module
from diascribe.models.pocketsphinx.messages import (
    Answer,
    Heard,
    Question,
    receive_answer,
    receive_question,
    send_answer,
    send_question,
)
from diascribe.models.pocketsphinx.process import Process, ProcessDiedError
from diascribe.models.pocketsphinx.worker import serve
from diascribe.models.pocketsphinx.workers import AHEAD, Workers

NOTHING = Question(b"")
NO_WORDS = Answer(())
CLOSED = (RecognizerError, "the recognizer was closed")

PATIENCE_S = 30
"""Longer than anything here takes; only a fault waits so long."""


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers(1) as made:
        yield made


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    "question",
    [Question(b""), Question(b"\1\2", ()), Question(b"\1\2", (("forty", "two"), (), ("é",)))],
)
def test_a_question_arrives_as_it_was_sent(question: Question) -> None:
    pipe = io.BytesIO()

    send_question(pipe, question)
    pipe.seek(0)

    assert receive_question(pipe) == question
    assert receive_question(pipe) is None


def test_an_answer_arrives_as_it_was_sent() -> None:
    pipe, answer = io.BytesIO(), Answer((Heard("it's", 0.5, 0.75, 0.25), None))

    send_answer(pipe, answer)
    pipe.seek(0)

    assert receive_answer(pipe) == answer


@pytest.mark.parametrize("length", [1, 7, 9, 11])
def test_a_message_cut_off_is_none(length: int) -> None:
    pipe = io.BytesIO()
    send_question(pipe, Question(b"\1\2"))

    assert receive_question(io.BytesIO(pipe.getvalue()[:length])) is None


def test_the_child_answers_until_there_are_no_more_questions() -> None:
    questions, answers = io.BytesIO(), io.BytesIO()
    for _ in range(2):
        send_question(questions, NOTHING)
    questions.seek(0)

    serve(questions, answers)
    answers.seek(0)

    assert [receive_answer(answers) for _ in range(3)] == [NO_WORDS, NO_WORDS, None]


def test_no_child_runs_before_the_first_question(workers: Workers) -> None:
    before = workers.pids
    answers = list(workers.answers([NOTHING]))

    assert (before, answers) == ((), [NO_WORDS])
    assert len(workers.pids) == 1


def test_a_child_is_kept_for_later_questions(workers: Workers) -> None:
    list(workers.answers([NOTHING]))
    first = workers.pids

    list(workers.answers([NOTHING] * 3))

    assert workers.pids == first


def test_questions_are_drawn_only_as_fast_as_they_are_answered(workers: Workers) -> None:
    drawn = []

    def questions() -> Iterator[Question]:
        for number in range(100):
            drawn.append(number)
            yield NOTHING

    answers = workers.answers(questions())
    next(answers)

    assert len(drawn) == AHEAD


def test_a_child_killed_between_questions_is_replaced(workers: Workers) -> None:
    list(workers.answers([NOTHING]))
    (victim,) = workers.pids
    os.kill(victim, signal.SIGKILL)

    assert list(workers.answers([NOTHING])) == [NO_WORDS]
    assert victim not in workers.pids


class DyingProcess(Process):
    """Dies at its first question, as when memory runs out."""

    def ask(self, question: Question) -> Answer:
        os.kill(self.pid, signal.SIGKILL)
        return super().ask(question)


class InterruptedProcess(Process):
    """Gets its terminal's Ctrl-C at its first question."""

    def ask(self, question: Question) -> Answer:
        os.kill(self.pid, signal.SIGINT)
        return super().ask(question)


def one_after_another(*kinds: type[Process]) -> Callable[[], Process]:
    """Starts one of each kind, and then no more."""
    left = iter(kinds)

    def start() -> Process:
        return next(left)()

    return start


def test_a_question_that_kills_a_child_goes_to_another_one(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers_module, "Process", one_after_another(DyingProcess, Process))

    assert list(workers.answers([NOTHING])) == [NO_WORDS]


def test_a_question_that_kills_two_children_is_an_error_with_the_reason(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers_module, "Process", DyingProcess)

    with pytest.raises(RecognizerError, match="status -9") as caught:
        list(workers.answers([NOTHING]))

    assert "memory" in caught.value.hint
    assert workers.pids == ()


def test_an_interrupted_child_is_no_reason_to_try_again(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers_module, "Process", one_after_another(InterruptedProcess))

    with pytest.raises(ProcessDiedError) as caught:
        list(workers.answers([NOTHING]))

    assert caught.value.status == -signal.SIGINT


def test_a_childs_last_words_are_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    command = (sys.executable, "-c", "raise SystemExit('the model is gone')")
    monkeypatch.setattr(process_module, "COMMAND", command)

    with Process() as process, pytest.raises(ProcessDiedError, match="status 1: the model is gone"):
        process.ask(Question(bytes(1_000_000)))


def test_a_system_that_starts_no_process_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_module, "COMMAND", ("/no/such/python",))

    with pytest.raises(RecognizerError, match="no process"):
        Process()


def test_a_full_disk_for_what_the_child_says_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> BinaryIO:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "TemporaryFile", full)

    with pytest.raises(RecognizerError, match=r"no process .*No space left"):
        Process()


def test_a_system_that_starts_no_thread_is_an_error(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Future[Answer]:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(workers._threads, "submit", refuse)

    with pytest.raises(RecognizerError, match="no thread for the recognizer: can't start"):
        list(workers.answers([NOTHING]))


def test_closing_ends_the_children_and_refuses_questions() -> None:
    workers = Workers(1)
    list(workers.answers([NOTHING]))
    (pid,) = workers.pids

    workers.close()

    assert not running(pid)
    with pytest.raises(RecognizerError, match="closed"):
        list(workers.answers([NOTHING]))


def test_a_process_closed_while_it_is_asked_gave_no_reason() -> None:
    process = Process()
    process.close()

    with pytest.raises(ProcessDiedError, match="status -9: it gave no reason"):
        process.ask(NOTHING)


@pytest.mark.parametrize("delay_s", [0, 0.002, 0.01, 0.03, 0.1, 0.3])
def test_closing_during_work_is_one_clear_error_for_all_who_wait(
    delay_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    monkeypatch.setattr(workers_module, "Process", noting(started))
    workers = Workers(3)
    waiting = [ThreadPoolExecutor(1) for _ in range(14)]
    noise = Question(np.random.default_rng(0).integers(-9, 9, 80_000, np.int16).tobytes())
    outcomes = [one.submit(lambda: list(workers.answers([noise] * 4))) for one in waiting]
    time.sleep(delay_s)  # closing is to hit every moment of the start and of the work

    workers.close()
    errors = [outcome.exception(timeout=PATIENCE_S) for outcome in outcomes]

    assert {(type(error), str(error)) for error in errors} == {CLOSED}
    workers._threads.shutdown()  # every child has been given back
    assert [pid for pid in started if running(pid)] == []
    assert workers.pids == ()
    for one in waiting:
        one.shutdown()


def noting(pids: list[int]) -> type[Process]:
    """Processes whose numbers are noted."""

    class Noted(Process):
        def __init__(self) -> None:
            super().__init__()
            pids.append(self.pid)

    return Noted


def test_forgotten_workers_end_their_children() -> None:
    workers = Workers(1)
    list(workers.answers([NOTHING]))
    (pid,) = workers.pids

    del workers
    gc.collect()

    assert not running(pid)


def test_children_end_when_their_parent_is_killed() -> None:
    program = (
        "from diascribe.models.pocketsphinx.workers import Workers\n"
        "from diascribe.models.pocketsphinx.messages import Question\n"
        "workers = Workers(1)\n"
        "list(workers.answers([Question(b'')]))\n"
        "print(*workers.pids, flush=True)\n"
        "input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()

    deadline = time.monotonic() + 10
    while running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)  # the child reads the end of its input when the system runs it
    assert not running(pid)
