"""Labels of local speakers to turns on the recording's timeline.

Frames are worked on in blocks: between them a speaker's frames are single bits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.marks import Marks
from diascribe.algorithms.reconstruct import (
    Scoring,
    count_speakers,
    edge_weights,
    exclusive,
    fragments,
    lone_speakers,
    most_active,
)
from diascribe.algorithms.turns import in_order, named_by, nobodys, own_turns, shortfall, tidied
from diascribe.algorithms.windows import Windows
from diascribe.calibration import Calibration
from diascribe.models.windowed.finding import Found
from diascribe.models.windowed.prepared import Prepared
from diascribe.protocols import Clustering
from diascribe.timeline import Grid
from diascribe.transcript import Diarization, Turn


def stitch(
    prepared: Prepared, found: Found, clustering: Clustering, calibration: Calibration
) -> Diarization:
    """Turns on the recording's timeline, speakers numbered by first speech."""
    windows, speakers = prepared.windows, found.centroids
    weights = edge_weights(windows, calibration.edge_s)
    scoring = Scoring(prepared.activity, found.labels, len(speakers), windows, weights, found.trust)
    count = _counted(prepared, windows)
    marks = _marked(count, scoring, calibration.fragment_s)
    lost = _lost(count, marks, windows.grid.nearest(prepared.duration))
    firsts = _tidied(marks, windows.grid, clustering)
    timeline = _Timeline(_lagging(windows.grid, calibration), prepared.duration, named_by(firsts))
    return Diarization(
        turns=timeline.turns(marks),
        exclusive=timeline.turns(_alone(marks, scoring)),
        voices={name: speakers[row] for row, name in timeline.names.items()},
        warnings=(
            *shortfall(len(firsts), clustering.speakers),
            *nobodys(lost * windows.grid.step, len(firsts)),
        ),
        count_confidence=found.steadiness,
    )


@dataclass(frozen=True, slots=True)
class _Timeline:
    """Where frames lie, and what their speakers are called."""

    grid: Grid
    duration: float
    names: dict[int, str]

    def turns(self, marks: Marks) -> tuple[Turn, ...]:
        """Everybody's turns, by start."""
        return in_order(
            turn
            for speaker, name in self.names.items()
            for turn in own_turns(marks.of(speaker), name, self.grid, self.duration)
        )


def _lagging(grid: Grid, calibration: Calibration) -> Grid:
    return replace(grid, start=grid.start + calibration.edge_lag * grid.step)


def _counted(prepared: Prepared, windows: Windows) -> NDArray[np.uint8]:
    """Speakers at once (frame,): somebody where there is speech, and nobody else."""
    count = count_speakers(prepared.activity, windows)
    return np.where(prepared.speech, np.maximum(count, 1), 0).astype(np.uint8)


def _marked(count: NDArray[np.uint8], scoring: Scoring, fragment_s: float) -> Marks:
    """In each frame as many speakers as are counted, fragments given to the turns they touch."""
    marks = Marks(len(count), scoring.speakers)
    lone = np.empty(len(count), np.int16)
    for frames in scoring.blocks():
        active = most_active(scoring.scores(frames), count[frames.start : frames.stop])
        marks.write(frames, active)
        lone[frames.start : frames.stop] = lone_speakers(active)
    shortest = round(fragment_s / scoring.windows.grid.step)
    for part, speaker in list(fragments(lone, shorter_than=shortest)):
        marks.give(part, speaker)
    return marks


def _lost(count: NDArray[np.uint8], marks: Marks, until: int) -> int:
    """Frames up to one in which somebody speaks, and nobody who is known."""
    inside = slice(max(0, until))
    return int(((count > 0) & ~marks.anybody)[inside].sum())


def _tidied(marks: Marks, grid: Grid, clustering: Clustering) -> dict[int, int]:
    """Tidy every speaker's frames; the first frame of each who speaks at all."""
    firsts = {}
    for speaker in range(marks.speakers):
        active = tidied(marks.of(speaker), grid, clustering)
        marks.set(speaker, active)
        if active.any():
            firsts[speaker] = int(active.argmax())
    return firsts


def _alone(marks: Marks, scoring: Scoring) -> Marks:
    """The same speech with one speaker a frame."""
    alone = Marks(scoring.windows.total_frames, marks.speakers)
    for frames in scoring.blocks():
        alone.write(frames, exclusive(marks.read(frames), scoring.scores(frames)))
    return alone
