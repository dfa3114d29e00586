"""Who is active in which frame, as turns: short ones tidied away, speakers named, counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.hysteresis import drop_short, fill_gaps, to_spans
from diascribe.protocols import Clustering, SpeakerCount
from diascribe.timeline import Grid
from diascribe.transcript import Notice, Turn


def tidy(active: NDArray[np.bool_], grid: Grid, clustering: Clustering) -> None:
    """Fill short pauses and drop short turns of each speaker (frame, speaker), in place."""
    for speaker in range(active.shape[1]):
        active[:, speaker] = tidied(active[:, speaker], grid, clustering)


def tidied(active: NDArray[np.bool_], grid: Grid, clustering: Clustering) -> NDArray[np.bool_]:
    """One speaker's activity (frame,) with short pauses filled and short turns dropped."""
    filled = fill_gaps(active, shorter_than=round(clustering.min_duration_off_s / grid.step))
    return drop_short(filled, shorter_than=round(clustering.min_duration_on_s / grid.step))


def named(active: NDArray[np.bool_]) -> dict[int, str]:
    """The label of each speaker who speaks at all, numbered by first speech.

    >>> named(np.array([[False, True, False], [True, True, False]]))
    {1: 'SPEAKER_00', 0: 'SPEAKER_01'}
    """
    heard = np.flatnonzero(active.any(axis=0))
    firsts = active.argmax(axis=0) if len(active) else heard
    return named_by({speaker: int(firsts[speaker]) for speaker in heard.tolist()})


def named_by(firsts: Mapping[int, int]) -> dict[int, str]:
    """The label of each speaker by the first frame in which they speak; ties by speaker."""
    order = sorted(firsts, key=lambda speaker: (firsts[speaker], speaker))
    return {speaker: f"SPEAKER_{place:02d}" for place, speaker in enumerate(order)}


def to_turns(
    active: NDArray[np.bool_], names: Mapping[int, str], grid: Grid, duration: float
) -> tuple[Turn, ...]:
    """Activity (frame, speaker) as turns within a recording of `duration` seconds, by start."""
    own = (own_turns(active[:, one], name, grid, duration) for one, name in names.items())
    return in_order(chain.from_iterable(own))


def own_turns(active: NDArray[np.bool_], name: str, grid: Grid, duration: float) -> list[Turn]:
    """One speaker's activity (frame,) as turns within a recording of `duration` seconds."""
    return [
        Turn(span.start, min(span.end, duration), speaker=name)
        for span in to_spans(active, grid)
        if span.start < duration
    ]


def in_order(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """Turns by start."""
    return tuple(sorted(turns, key=lambda turn: (turn.start, turn.end, turn.speaker)))


def shortfall(found: int, wanted: SpeakerCount) -> Iterator[Notice]:
    """A warning where fewer speakers are heard than were asked for."""
    if found < (wanted.exact or wanted.least or 0):
        count = f"{wanted.exact}" if wanted.exact else f"at least {wanted.least}"
        yield Notice(
            "fewer_speakers",
            "diarization",
            f"wanted {count} speakers, found voices that differ for {found}",
        )


LEAST_TOLD_S = 0.1
"""Less speech than this is a click or the edge of a word, not worth a warning."""


def nobodys(duration: float, speakers: int) -> Iterator[Notice]:
    """A warning where there are seconds of speech that are in nobody's turn.

    Where there are no speakers at all, however little it is.
    """
    if duration >= LEAST_TOLD_S or (duration > 0 and not speakers):
        yield Notice(
            "speech_without_speaker",
            "diarization",
            f"{duration:.2f} s of speech are in nobody's turn: too little was heard of a voice"
            " to tell whose it is",
        )
