"""Window-wise decisions to one timeline: how many speak, and who."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.windows import Windows

BLOCK = 1 << 16
"""Frames worked on at once, to bound memory: 18 minutes."""

FULL = 255
"""Activity 1.0 as uint8: what prepared activity is kept as, for a quarter of the memory."""


def count_speakers(activity: NDArray[np.uint8], windows: Windows) -> NDArray[np.uint8]:
    """Speakers at once (frame,): the rounded mean over windows of how many each one hears.

    `activity` is (window, frame, local), 0 to 255.
    """
    total = np.zeros((windows.total_frames, 2), np.uint32)  # what is heard, windows that hear
    for window, seen in enumerate(activity):
        first = windows.first_frame(window)
        total[first : first + windows.frames, 0] += seen.sum(axis=1, dtype=np.uint16)
        total[first : first + windows.frames, 1] += FULL
    counted: NDArray[np.uint8] = np.rint(total[:, 0] / np.maximum(1, total[:, 1])).astype(np.uint8)
    return counted


@dataclass(frozen=True, slots=True, eq=False)
class Scoring:
    """How strongly the windows together hear each speaker."""

    activity: NDArray[np.uint8]
    """(window, frame, local), 0 to 255."""
    labels: NDArray[np.intp]
    """Who each local speaker (window, local) is; two of one window may be the same speaker, and
    then count once, at the stronger. Negative labels are nobody."""
    speakers: int
    windows: Windows
    weights: NDArray[np.uint8] | None = None
    """At most 16, how far to trust each frame (frame,) of a window; null trusts all alike."""
    trust: NDArray[np.uint8] | None = None
    """At most 16, how sure it is who each local speaker (window, local) is; null where it is
    not known."""

    def blocks(self) -> Iterator[range]:
        """The recording's frames, so many at once as memory is kept small by."""
        frames = range(self.windows.total_frames)
        return (frames[first : first + BLOCK] for first in frames[::BLOCK])

    def scores(self, frames: range) -> NDArray[np.uint32]:
        """The sum over windows (frame, speaker) for some frames of the recording."""
        windows = self.windows
        scores = np.zeros((len(frames), self.speakers), np.uint32)
        for window in windows.over(frames):
            first = windows.first_frame(window)
            begin, end = max(first, frames.start), min(first + windows.frames, frames.stop)
            seen = slice(begin - first, end - first)
            part = scores[begin - frames.start : end - frames.start]
            self._add(window, seen, part)
        return scores

    def _add(self, window: int, seen: slice, scores: NDArray[np.uint32]) -> None:
        """Add what a window hears in some of its frames, in place."""
        row = self.labels[window]
        for speaker in set(row[row >= 0].tolist()):
            own = row == speaker
            heard = self.activity[window, seen][:, own].astype(np.uint32)
            if self.trust is not None:
                heard *= self.trust[window, own]
            strongest = heard.max(axis=1)
            scores[:, speaker] += (
                strongest if self.weights is None else self.weights[seen] * strongest
            )


def edge_weights(windows: Windows, edge_s: float) -> NDArray[np.uint8]:
    """How far to trust each frame (frame,) of a window, from 1 at the edges to 16 inside."""
    from_start = np.arange(1, windows.frames + 1)
    inside = np.minimum(from_start, from_start[::-1]) * windows.grid.step
    weights: NDArray[np.uint8] = np.ceil(
        16 * np.minimum(1, inside / max(edge_s, windows.grid.step))
    ).astype(np.uint8)
    return weights


def most_active(scores: NDArray[np.uint32], count: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The `count` (frame,) best-scored speakers of each frame as activity (frame, speaker).

    Of equals the earlier speaker is taken; a speaker whom no window hears never is.
    """
    active = np.zeros(scores.shape, bool)
    for first in range(0, len(scores), BLOCK):
        block = slice(first, first + BLOCK)
        _choose(active[block], scores[block].copy(), count[block])
    return active


def _choose(active: NDArray[np.bool_], left: NDArray[np.uint32], count: NDArray[np.uint8]) -> None:
    """Mark the best-scored speakers of a block as active, in place; uses up `left`."""
    for place in range(min(int(count.max(initial=0)), left.shape[1])):
        frames = np.flatnonzero(count > place)
        best = left[frames].argmax(axis=1)
        active[frames, best] |= left[frames, best] > 0
        left[frames, best] = 0


def exclusive(active: NDArray[np.bool_], scores: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """The same speech with one speaker a frame: the best-scored of those active."""
    alone = np.zeros_like(active)
    for first in range(0, len(active), BLOCK):
        block = slice(first, first + BLOCK)
        ranked = np.where(active[block], scores[block] + 1, 0)  # a filled pause scores 0
        _choose(alone[block], ranked, np.asarray(active[block].any(axis=1), np.uint8))
    return alone


def fragments(lone: NDArray[np.int16], *, shorter_than: int) -> Iterator[tuple[slice, int]]:
    """Frames in which a short fragment stuck to another's turn is to be given to that speaker.

    `lone` (frame,) is the speaker of each frame with just one, else -1. A fragment is a run of
    fewer than `shorter_than` frames. If a run of another lone speaker that is no fragment itself
    touches it without a pause between, that speaker gets it, the longer of two. Such fragments
    are what windows leave that hear only the edge of a turn.
    """
    edges = np.flatnonzero(np.diff(lone, prepend=-2, append=-2)).tolist()
    runs = list(pairwise(edges))
    for place, (first, last) in enumerate(runs):
        if lone[first] < 0 or last - first >= shorter_than:
            continue
        beside = (run for run in (*runs[max(0, place - 1) : place], *runs[place + 1 : place + 2]))
        turns = [(end - begin, begin) for begin, end in beside if lone[begin] >= 0]
        length, begin = max(turns, default=(0, 0))
        if length >= shorter_than:
            yield slice(first, last), int(lone[begin])


def lone_speakers(active: NDArray[np.bool_]) -> NDArray[np.int16]:
    """The speaker (frame,) of each frame with just one, else -1."""
    lone = np.full(len(active), -1, np.int16)
    alone = np.flatnonzero(active.sum(axis=1, dtype=np.uint8) == 1)
    if len(alone):
        lone[alone] = active[alone].argmax(axis=1)
    return lone
