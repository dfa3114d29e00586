"""Window-wise decisions to one timeline: how many speak, and who."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.windows import Windows, overlap_sum

BLOCK = 1 << 16
"""Frames worked on at once, to bound memory: 18 minutes."""

FULL = 255
"""Activity 1.0 as uint8: what prepared activity is kept as, for a quarter of the memory."""


def count_speakers(activity: NDArray[np.uint8], windows: Windows) -> NDArray[np.uint8]:
    """Speakers at once (frame,): the rounded mean over windows of how many each one hears.

    `activity` is (window, frame, local), 0 to 255.
    """
    heard = activity.sum(axis=2, dtype=np.uint16)
    total = overlap_sum(heard.astype(np.uint32), windows)
    everywhere = np.broadcast_to(np.uint32(1), (windows.count, windows.frames))
    covered = overlap_sum(everywhere, windows)
    mean = total / np.maximum(1, covered * FULL)
    counted: NDArray[np.uint8] = np.rint(mean).astype(np.uint8)
    return counted


def speaker_scores(
    activity: NDArray[np.uint8],
    labels: NDArray[np.intp],
    speakers: int,
    windows: Windows,
    weights: NDArray[np.uint8] | None = None,
) -> NDArray[np.uint16]:
    """How strongly the windows together hear each speaker (frame, speaker), as a sum.

    `labels` (window, local) says who each local speaker is; two of one window may be the
    same speaker, and then count once, at the stronger. Negative labels are nobody.
    `weights` (frame,) of a window, at most 16, say how far to trust each frame; null trusts
    all alike.
    """
    assert windows.window_s / windows.step_s <= 16, "sums of more windows overflow"
    trust = np.ones(windows.frames, np.uint16) if weights is None else weights.astype(np.uint16)
    scores = np.zeros((windows.total_frames, speakers), np.uint16)
    for window, row in enumerate(labels):
        first = windows.first_frame(window)
        frames = scores[first : first + windows.frames]
        for speaker in set(row[row >= 0].tolist()):
            frames[:, speaker] += trust * activity[window][:, row == speaker].max(axis=1)
    return scores


def most_active(scores: NDArray[np.uint16], count: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The `count` (frame,) best-scored speakers of each frame as activity (frame, speaker).

    Of equals the earlier speaker is taken; a speaker whom no window hears never is.
    """
    active = np.zeros(scores.shape, bool)
    for first in range(0, len(scores), BLOCK):
        block = slice(first, first + BLOCK)
        _choose(active[block], scores[block].copy(), count[block])
    return active


def _choose(active: NDArray[np.bool_], left: NDArray[np.uint16], count: NDArray[np.uint8]) -> None:
    """Mark the best-scored speakers of a block as active, in place; uses up `left`."""
    for place in range(min(int(count.max(initial=0)), left.shape[1])):
        frames = np.flatnonzero(count > place)
        best = left[frames].argmax(axis=1)
        active[frames, best] |= left[frames, best] > 0
        left[frames, best] = 0


def exclusive(active: NDArray[np.bool_], scores: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """The same speech with one speaker a frame: the best-scored of those active."""
    alone = np.zeros_like(active)
    for first in range(0, len(active), BLOCK):
        block = slice(first, first + BLOCK)
        ranked = np.where(active[block], scores[block] + 1, 0)  # a filled pause scores 0
        _choose(alone[block], ranked, np.asarray(active[block].any(axis=1), np.uint8))
    return alone


def absorb_fragments(active: NDArray[np.bool_], *, shorter_than: int) -> NDArray[np.bool_]:
    """The activity (frame, speaker) with short fragments given to the turn they touch.

    A fragment is a run of one lone speaker of fewer than `shorter_than` frames. If a run of
    another lone speaker that is no fragment itself touches it without a pause between, that
    speaker gets it, the longer of two. Such fragments are what windows leave that hear only
    the edge of a turn.
    """
    lone = _lone_speakers(active)
    edges = np.flatnonzero(np.diff(lone, prepend=-2, append=-2)).tolist()
    runs = list(pairwise(edges))
    absorbed = active.copy()
    for place, (first, last) in enumerate(runs):
        if lone[first] < 0 or last - first >= shorter_than:
            continue
        beside = (run for run in (*runs[max(0, place - 1) : place], *runs[place + 1 : place + 2]))
        turns = [(end - begin, begin) for begin, end in beside if lone[begin] >= 0]
        length, begin = max(turns, default=(0, 0))
        if length >= shorter_than:
            absorbed[first:last] = False
            absorbed[first:last, lone[begin]] = True
    return absorbed


def _lone_speakers(active: NDArray[np.bool_]) -> NDArray[np.int16]:
    """The speaker (frame,) of each frame with just one, else -1."""
    lone = np.full(len(active), -1, np.int16)
    alone = np.flatnonzero(active.sum(axis=1, dtype=np.uint8) == 1)
    if len(alone):
        lone[alone] = active[alone].argmax(axis=1)
    return lone
