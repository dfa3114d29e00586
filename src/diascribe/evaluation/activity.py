"""Two diarizations laid side by side, cut wherever anybody starts or stops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.errors import InputError
from diascribe.span import Span
from diascribe.transcript import Turn

TICKS = 1_000_000
"""In a second. Whole ticks add up exactly, so that equal times leave no slivers of error."""

MOST_CELLS = 200_000_000
"""Boundaries times speakers: nine bytes each. A day of talk has ten million."""

Ticks = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """Who speaks in each of the shortest stretches in which nobody starts or stops."""

    bounds: Ticks
    """(stretch + 1,), increasing."""
    scored: NDArray[np.bool_]
    """(stretch,): inside the regions, and left out by neither collar nor overlap."""
    reference: NDArray[np.bool_]
    """(stretch, speaker), the speakers as in `wanted`; nobody speaks outside the regions."""
    hypothesis: NDArray[np.bool_]
    """(stretch, speaker), the speakers as in `found`; nobody speaks outside the regions."""
    wanted: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def lengths(self) -> Ticks:
        """How long each stretch is, (stretch,)."""
        lengths: Ticks = np.subtract(self.bounds[1:], self.bounds[:-1])
        return lengths

    def seconds(self, speakers: NDArray[np.integer] | NDArray[np.bool_]) -> float:
        """Scored seconds, those of each stretch as often as `speakers` (stretch,) says."""
        return int((self.lengths * self.scored) @ speakers.astype(np.int64)) / TICKS

    def spans(self, chosen: NDArray[np.bool_]) -> list[Span]:
        """The stretches that `chosen` (stretch,) holds, those that touch made one."""
        edges = np.flatnonzero(np.diff(chosen, prepend=False, append=False))
        times = (self.bounds[edges] / TICKS).tolist()
        return [Span(start, end) for start, end in zip(times[::2], times[1::2], strict=True)]


def lay_out(
    reference: Iterable[Turn],
    hypothesis: Iterable[Turn],
    *,
    regions: Iterable[Span],
    collar: float = 0.0,
    skip_overlap: bool = False,
) -> Activity:
    """Both diarizations within the regions.

    Not scored are `collar` seconds before and after each start and end of a reference turn
    and, with `skip_overlap`, wherever more than one speaker of the reference speaks. Turns of
    one speaker that overlap count once; turns without length do not count.

    Raises:
        InputError: more boundaries and speakers than memory holds.
    """
    wanted, found = _by_speaker(reference), _by_speaker(hypothesis)
    inside, margins = _ticks(regions), _margins(wanted.values(), round(collar * TICKS))
    edges = [part.ravel() for part in (inside, margins, *wanted.values(), *found.values())]
    bounds = np.unique(np.concatenate([np.zeros(1, np.int64), *edges]))
    _check_size(len(bounds), max(len(wanted), len(found)))
    kept = _covered(bounds, inside)
    sides = [_masks(bounds, side) & kept[:, None] for side in (wanted, found)]
    scored = kept & ~_covered(bounds, margins)
    if skip_overlap:
        scored &= sides[0].sum(axis=1) < 2
    return Activity(bounds, scored, sides[0], sides[1], tuple(wanted), tuple(found))


def _check_size(boundaries: int, speakers: int) -> None:
    """Refuse what memory cannot hold, such as a speaker of its own for every turn of a day."""
    if boundaries * speakers > MOST_CELLS:
        raise InputError(
            f"wanted at most {MOST_CELLS:,} boundaries times speakers to compare, "
            f"got {boundaries:,} times {speakers:,}"
        )


def _by_speaker(turns: Iterable[Turn]) -> dict[str, Ticks]:
    """Each speaker's turns (turn, 2), the speakers in order of first speech."""
    spans: dict[str, list[Turn]] = {}
    for turn in sorted(turns, key=lambda one: one.start):
        if turn.duration > 0:
            spans.setdefault(turn.speaker, []).append(turn)
    return {speaker: _ticks(own) for speaker, own in spans.items()}


def _ticks(spans: Iterable[Span]) -> Ticks:
    """Starts and ends (span, 2)."""
    times = np.array([(span.start, span.end) for span in spans], float).reshape(-1, 2)
    ticks: Ticks = np.rint(times * TICKS).astype(np.int64)
    return ticks


def _margins(turns: Iterable[Ticks], collar: int) -> Ticks:
    """What the collar leaves out (boundary, 2)."""
    edges = np.concatenate([np.zeros(0, np.int64), *(own.ravel() for own in turns)])
    return np.stack([edges - collar, edges + collar], axis=1)


def _masks(bounds: Ticks, side: Mapping[str, Ticks]) -> NDArray[np.bool_]:
    """Who speaks when, (stretch, speaker)."""
    masks = np.zeros((len(bounds) - 1, len(side)), bool)
    for column, spans in enumerate(side.values()):
        masks[:, column] = _covered(bounds, spans)
    return masks


def _covered(bounds: Ticks, spans: Ticks) -> NDArray[np.bool_]:
    """Which stretches between the bounds any span covers, (stretch,)."""
    changes = np.zeros(len(bounds), np.int64)
    np.add.at(changes, np.searchsorted(bounds, spans[:, 0]), 1)
    np.add.at(changes, np.searchsorted(bounds, spans[:, 1]), -1)
    covered: NDArray[np.bool_] = np.cumsum(changes)[:-1] > 0
    return covered
