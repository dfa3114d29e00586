"""What was counted: components that add up over files, and the rates made of their sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal, Protocol, Self, TypeVar

from diascribe.evaluation.account import Pair
from diascribe.span import Span

Kind = Literal["miss", "false_alarm", "confusion"]
"""Ways to be wrong about who speaks: not heard, heard where nobody is, somebody else heard."""


def rate(errors: float, total: float) -> float | None:
    """Errors over their reference; 0 where both are none, null where only the reference is.

    >>> rate(0, 0), rate(1, 0), rate(1, 4)
    (0.0, None, 0.25)
    """
    if total:
        return errors / total
    return None if errors else 0.0


class Score(Protocol):
    """Something counted in one recording, or in several that were added."""

    def __add__(self, other: Self, /) -> Self:
        """The score of both together: components are summed, rates are never averaged."""

    def figures(self) -> Mapping[str, float | None]:
        """Every figure by its name; null where it is undefined."""


T = TypeVar("T")


def added(one: T, other: T) -> T:
    """A dataclass of the sums of two others' fields."""
    names = [part.name for part in fields(one)]  # type: ignore[arg-type]  # dataclasses have no type
    return type(one)(*(getattr(one, name) + getattr(other, name) for name in names))


@dataclass(frozen=True, slots=True)
class Mistake(Span):
    """A stretch in which one kind of error is made."""

    kind: Kind
    speakers: int = 1
    """Speakers for whom it is made at once; the error's seconds are `duration * speakers`."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to mistrust the figures, and what to do about it."""

    message: str
    scored: tuple[Span, ...] | None = None
    """What would be scored without the doubtful stretches; null where it is not about some."""
    stretches: tuple[Span, ...] = ()
    """Where to listen: the longest first, a few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileScore:
    """All that was measured of one recording."""

    pair: Pair
    scores: tuple[Score, ...]
    """What was counted; absent what the two files do not allow."""
    extent: float
    """Seconds that the pictures show: the end of everything in both files."""
    scored: tuple[Span, ...] = ()
    """What was scored, after the collar and overlapped speech were left out where asked."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Speakers of the hypothesis to those of the reference, one to one."""
    mistakes: tuple[Mistake, ...] = ()
    """Where the diarization is wrong, sorted by start."""
    normalizer: str | None = None
    """What the words went through before they were compared; null where none were."""
    doubts: tuple[Doubt, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be measured, and why."""

    def figures(self) -> dict[str, float | None]:
        """Every figure by its name."""
        return {name: value for one in self.scores for name, value in one.figures().items()}
