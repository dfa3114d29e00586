"""Labels of local speakers to turns on the recording's timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.hysteresis import drop_short, fill_gaps, to_spans
from diascribe.algorithms.reconstruct import (
    absorb_fragments,
    count_speakers,
    exclusive,
    most_active,
    speaker_scores,
)
from diascribe.algorithms.windows import Windows
from diascribe.models.windowed.finding import Found
from diascribe.models.windowed.prepared import Prepared
from diascribe.protocols import Calibration, Clustering, SpeakerCount
from diascribe.timeline import Grid
from diascribe.transcript import Diarization, Notice, Turn


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
    _tidy(active, windows.grid, clustering)
    names = _names(active)
    return Diarization(
        turns=_turns(active, names, prepared),
        exclusive=_turns(exclusive(active, scores), names, prepared),
        voices={name: speakers[row] for row, name in names.items()},
        warnings=tuple(_shortfall(len(names), clustering.speakers)),
    )


def _edge_weights(windows: Windows, edge_s: float) -> NDArray[np.uint8]:
    """How far to trust each frame (frame,) of a window, from 1 at the edges to 16."""
    edge = round(edge_s / windows.grid.step)
    weights = np.full(windows.frames, 16, np.uint8)
    weights[:edge] = weights[windows.frames - edge :] = 1
    return weights


def _tidy(active: NDArray[np.bool_], grid: Grid, clustering: Clustering) -> None:
    """Fill short pauses and drop short turns of each speaker, in place."""
    pause = round(clustering.min_duration_off_s / grid.step)
    turn = round(clustering.min_duration_on_s / grid.step)
    for speaker in range(active.shape[1]):
        filled = fill_gaps(active[:, speaker], shorter_than=pause)
        active[:, speaker] = drop_short(filled, shorter_than=turn)


def _names(active: NDArray[np.bool_]) -> dict[int, str]:
    """The label of each speaker who speaks at all, numbered by first speech."""
    heard = np.flatnonzero(active.any(axis=0))
    order = heard[np.argsort(active[:, heard].argmax(axis=0), kind="stable")]
    return {speaker: f"SPEAKER_{place:02d}" for place, speaker in enumerate(order.tolist())}


def _turns(
    active: NDArray[np.bool_], names: Mapping[int, str], prepared: Prepared
) -> tuple[Turn, ...]:
    """Activity (frame, speaker) as turns within the recording, by start."""
    turns = [
        Turn(span.start, min(span.end, prepared.duration), speaker=name)
        for speaker, name in names.items()
        for span in to_spans(active[:, speaker], prepared.windows.grid)
        if span.start < prepared.duration
    ]
    return tuple(sorted(turns, key=lambda turn: (turn.start, turn.end, turn.speaker)))


def _shortfall(found: int, wanted: SpeakerCount) -> Iterator[Notice]:
    """A warning where fewer speakers are heard than were asked for."""
    if found < (wanted.exact or wanted.least or 0):
        yield Notice(
            "fewer_speakers",
            "diarization",
            f"wanted at least {wanted.low} speakers, found voices that differ for {found}",
        )
