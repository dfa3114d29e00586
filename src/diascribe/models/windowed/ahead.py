"""Work done ahead of the caller, who gets it in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

I = TypeVar("I")  # noqa: E741 - an item
T = TypeVar("T")


class Ahead:
    """Threads that work ahead: as far as keeps every one of them busy, and no further."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self.pool = ThreadPoolExecutor(threads)

    def map(self, work: Callable[[I], T], items: Iterable[I]) -> Iterator[tuple[I, T]]:
        """Each item and its result, in order."""
        waiting: deque[tuple[I, Future[T]]] = deque()
        for item in items:
            waiting.append((item, self.pool.submit(work, item)))
            if len(waiting) > self._threads + 1:
                first, result = waiting.popleft()
                yield first, result.result()
        for first, result in waiting:
            yield first, result.result()

    def close(self) -> None:
        """End: what has begun is finished, what has not is dropped."""
        self.pool.shutdown(cancel_futures=True)
