"""Recordings of which it is known who speaks when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from diascribe.errors import InputError
from diascribe.evaluation.diarization_scores import DiarizationScore
from diascribe.span import Span
from diascribe.timeline import without
from diascribe.transcript import Turn

Scorer = Callable[[Sequence[Turn], Sequence[Turn], Sequence[Span]], DiarizationScore]
"""Compares turns of the reference with those found, within the regions that are scored."""

LEAST_RECORDINGS = 3
"""One is left out, and of the others at least two must agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A recording of which it is known who speaks when."""

    name: str
    source: Path
    turns: tuple[Turn, ...]
    digest: str
    """SHA-256 of the reference."""
    scored: tuple[Span, ...] | None = None
    """The stretches to score (a UEM), sorted and disjoint; null scores the whole recording."""
    unscored: tuple[Span, ...] = ()
    """What the reference itself keeps out of every score, sorted and disjoint."""

    def regions(self, whole: Span) -> list[Span]:
        """What is scored of a recording."""
        scored = (whole,) if self.scored is None else self.scored
        return without(scored, self.unscored)


def check_labelled(recordings: Sequence[Labelled], scorer: Scorer) -> None:
    """Refuse before any work what cannot be tuned on.

    Raises:
        InputError: fewer than `LEAST_RECORDINGS`, or some in which nobody is to be found.
    """
    if len(recordings) < LEAST_RECORDINGS:
        raise InputError(
            f"wanted at least {LEAST_RECORDINGS} recordings with references, got {len(recordings)}",
            hint="each is left out in turn, to measure what the others choose; ten are better",
        )
    silent = [one.name for one in recordings if not _has_speech(one, scorer)]
    if silent:
        raise InputError(
            f"no speech to find in what is scored of {', '.join(silent)}",
            hint="leave such recordings out",
        )


def _has_speech(one: Labelled, scorer: Scorer) -> bool:
    end = max((turn.end for turn in one.turns), default=0.0)
    return scorer(one.turns, (), one.regions(Span(0.0, end))).total > 0
