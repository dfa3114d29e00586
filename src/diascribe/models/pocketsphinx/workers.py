"""Several child processes, started when first needed and kept warm, shared by all threads."""

from __future__ import annotations

import signal
import weakref
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Self

from diascribe.errors import RecognizerError
from diascribe.models.pocketsphinx.messages import Answer, Question
from diascribe.models.pocketsphinx.process import Process, ProcessDiedError

AHEAD = 2
"""Questions in hand a worker: the one that it answers and the one for when it is done."""


class Workers:
    """At most `count` children; all threads may ask at once.

    A child takes half a second to start and keeps about 170 MB (docs/decisions/0013). Close it,
    or use it as a context manager, to give them back before the program ends.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._threads = ThreadPoolExecutor(self.count, thread_name_prefix="pocketsphinx")
        self._lock = Lock()
        self._closed = False
        self._idle: list[Process] = []
        self._running: set[Process] = set()
        weakref.finalize(self, _end, self._running)

    @property
    def pids(self) -> tuple[int, ...]:
        """The numbers of the children that run now."""
        with self._lock:
            return tuple(process.pid for process in self._running)

    def answers(self, questions: Iterable[Question]) -> Iterator[Answer]:
        """One answer a question, in order, each as soon as it and those before are there.

        Questions are drawn only as workers become free, so a day of them never piles up.

        Raises:
            RecognizerError: a question ended two children, or this was closed.
        """
        waiting: deque[Future[Answer]] = deque()
        try:
            for question in questions:
                waiting.append(self._submit(question))
                if len(waiting) == AHEAD * self.count:
                    yield _result(waiting.popleft())
            while waiting:
                yield _result(waiting.popleft())
        finally:
            for future in waiting:
                future.cancel()

    def close(self) -> None:
        """End all children at once; whoever still waits for an answer gets an error."""
        with self._lock:
            self._closed = True
            for process in self._running:
                process.kill()  # the thread that asks it closes its pipes
            while self._idle:
                self._drop(self._idle.pop())
        self._threads.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _submit(self, question: Question) -> Future[Answer]:
        try:
            return self._threads.submit(self._ask, question)
        except RuntimeError as error:
            raise (_closed_error() if self._closed else _no_thread(error)) from error

    def _ask(self, question: Question) -> Answer:
        """The answer; from a second child where somebody ended the first."""
        try:
            return self._ask_once(question)
        except ProcessDiedError as death:
            if self._closed:
                raise _closed_error() from death
            if death.status == -signal.SIGINT:
                raise  # the user wants an end, not another try
            return self._ask_once(question)

    def _ask_once(self, question: Question) -> Answer:
        with self._leased() as process:
            return process.ask(question)

    @contextmanager
    def _leased(self) -> Iterator[Process]:
        process = self._take()
        try:
            yield process
        finally:
            self._give_back(process)

    def _take(self) -> Process:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.alive:
                    return process
                self._drop(process)
            return self._start()

    def _start(self) -> Process:
        if self._closed:
            raise _closed_error()
        process = Process()
        self._running.add(process)
        return process

    def _give_back(self, process: Process) -> None:
        with self._lock:
            if process.alive and not self._closed:
                self._idle.append(process)
            else:
                self._drop(process)

    def _drop(self, process: Process) -> None:
        self._running.discard(process)
        process.close()


def _result(future: Future[Answer]) -> Answer:
    try:
        return future.result()
    except CancelledError as error:
        raise _closed_error() from error


def _closed_error() -> RecognizerError:
    return RecognizerError("the recognizer was closed")


def _no_thread(error: RuntimeError) -> RecognizerError:
    return RecognizerError(f"no thread for the recognizer: {error}")


def _end(running: set[Process]) -> None:
    """End the children of workers that nobody uses any more, so that no thread asks them."""
    for process in tuple(running):
        process.close()
