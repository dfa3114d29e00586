"""Who is active in which frame, as turns: short ones tidied away, speakers named, counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.hysteresis import drop_short, fill_gaps, to_spans
from diascribe.protocols import Clustering, SpeakerCount
from diascribe.timeline import Grid
from diascribe.transcript import Notice, Turn


def tidy(active: NDArray[np.bool_], grid: Grid, clustering: Clustering) -> None:
    """Fill short pauses and drop short turns of each speaker (frame, speaker), in place."""
    pause = round(clustering.min_duration_off_s / grid.step)
    turn = round(clustering.min_duration_on_s / grid.step)
    for speaker in range(active.shape[1]):
        filled = fill_gaps(active[:, speaker], shorter_than=pause)
        active[:, speaker] = drop_short(filled, shorter_than=turn)


def named(active: NDArray[np.bool_]) -> dict[int, str]:
    """The label of each speaker who speaks at all, numbered by first speech.

    >>> named(np.array([[False, True, False], [True, True, False]]))
    {1: 'SPEAKER_00', 0: 'SPEAKER_01'}
    """
    heard = np.flatnonzero(active.any(axis=0))
    if not len(heard):
        return {}
    order = heard[np.argsort(active[:, heard].argmax(axis=0), kind="stable")]
    return {speaker: f"SPEAKER_{place:02d}" for place, speaker in enumerate(order.tolist())}


def to_turns(
    active: NDArray[np.bool_], names: Mapping[int, str], grid: Grid, duration: float
) -> tuple[Turn, ...]:
    """Activity (frame, speaker) as turns within a recording of `duration` seconds, by start."""
    turns = [
        Turn(span.start, min(span.end, duration), speaker=name)
        for speaker, name in names.items()
        for span in to_spans(active[:, speaker], grid)
        if span.start < duration
    ]
    return tuple(sorted(turns, key=lambda turn: (turn.start, turn.end, turn.speaker)))


def shortfall(found: int, wanted: SpeakerCount) -> Iterator[Notice]:
    """A warning where fewer speakers are heard than were asked for."""
    if found < (wanted.exact or wanted.least or 0):
        yield Notice(
            "fewer_speakers",
            "diarization",
            f"wanted at least {wanted.low} speakers, found voices that differ for {found}",
        )
