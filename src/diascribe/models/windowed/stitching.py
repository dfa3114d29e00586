"""Labels of local speakers to turns on the recording's timeline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.reconstruct import (
    absorb_fragments,
    count_speakers,
    exclusive,
    most_active,
    speaker_scores,
)
from diascribe.algorithms.turns import named, shortfall, tidy, to_turns
from diascribe.algorithms.windows import Windows
from diascribe.models.windowed.finding import Found
from diascribe.models.windowed.prepared import Prepared
from diascribe.protocols import Calibration, Clustering
from diascribe.transcript import Diarization


def stitch(
    prepared: Prepared, found: Found, clustering: Clustering, calibration: Calibration
) -> Diarization:
    """Turns on the recording's timeline, speakers numbered by first speech."""
    windows, speakers = prepared.windows, found.centroids
    weights = _edge_weights(windows, calibration.edge_s)
    scores = speaker_scores(prepared.activity, found.labels, len(speakers), windows, weights)
    count = count_speakers(prepared.activity, windows)
    count = np.where(prepared.speech, np.maximum(count, 1), 0).astype(np.uint8)
    active = absorb_fragments(
        most_active(scores, count), shorter_than=round(calibration.fragment_s / windows.grid.step)
    )
    tidy(active, windows.grid, clustering)
    names, duration = named(active), prepared.duration
    lag_s = calibration.edge_lag * windows.grid.step
    grid = replace(windows.grid, start=windows.grid.start + lag_s)
    return Diarization(
        turns=to_turns(active, names, grid, duration),
        exclusive=to_turns(exclusive(active, scores), names, grid, duration),
        voices={name: speakers[row] for row, name in names.items()},
        warnings=tuple(shortfall(len(names), clustering.speakers)),
    )


def _edge_weights(windows: Windows, edge_s: float) -> NDArray[np.uint8]:
    """How far to trust each frame (frame,) of a window, from 1 at the edges to 16."""
    edge = round(edge_s / windows.grid.step)
    weights = np.full(windows.frames, 16, np.uint8)
    weights[:edge] = weights[windows.frames - edge :] = 1
    return weights
