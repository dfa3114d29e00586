"""The seam between a pipeline and what was found before: compute, or take what is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Generic, Protocol, TypeVar

from diascribe.audio import Recording
from diascribe.engine.beside import Steps
from diascribe.transcript import StageTime

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """What a stage found, and how long that took when it was found."""

    value: T
    seconds: float


class Kept(Protocol):
    """What stages found."""

    def found(self, stage: str, kind: type[T], steps: Callable[[], Steps[T]]) -> Steps[Found[T]]:
        """A stage's finding: what is kept, else what its steps find.

        Raises:
            DiascribeError: the stage fails, now or when it was tried.
        """
        ...

    def decoded(self, steps: Callable[[], Steps[Recording]]) -> Steps[Found[Recording]]:
        """The decoded recording: what is kept, else what decoding gives.

        Raises:
            DiascribeError: it cannot be decoded.
        """
        ...

    def has(self, stage: str) -> bool:
        """Whether a stage's finding is kept, so that nothing before it is needed."""
        ...

    def whole(self, stage: str, kind: type[T], steps: Callable[[], Steps[T]]) -> Steps[T]:
        """What several stages found together: what is kept, else what their steps give."""
        ...

    def side(self, place: int) -> Kept:
        """The same for one of several views of a recording, whose stages have its name."""
        ...


def noted(times: list[StageTime], stage: str, finding: Steps[Found[T]]) -> Steps[T]:
    """What a stage found; how long it took when it was found is put down in `times`."""
    found = yield from finding
    times.append(StageTime(stage, found.seconds))
    return found.value


class Unkept:
    """Nothing is kept: every stage is worked on."""

    def found(self, stage: str, kind: type[T], steps: Callable[[], Steps[T]]) -> Steps[Found[T]]:
        """What the steps find."""
        del stage, kind
        begun = perf_counter()
        value = yield from steps()
        return Found(value, perf_counter() - begun)

    def decoded(self, steps: Callable[[], Steps[Recording]]) -> Steps[Found[Recording]]:
        """What decoding gives."""
        return (yield from self.found("decoding", Recording, steps))

    def has(self, stage: str) -> bool:
        """No."""
        del stage
        return False

    def whole(self, stage: str, kind: type[T], steps: Callable[[], Steps[T]]) -> Steps[T]:
        """What the steps give."""
        del stage, kind
        return steps()

    def side(self, place: int) -> Kept:
        """Itself."""
        del place
        return self


UNKEPT: Kept = Unkept()
"""Keeps nothing."""
