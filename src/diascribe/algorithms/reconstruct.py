"""Window-wise decisions to one timeline: how many speak, and who."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.windows import Windows, overlap_sum

FULL = 255
"""Activity 1.0 as uint8: what prepared activity is kept as, for a quarter of the memory."""


def count_speakers(activity: NDArray[np.uint8], windows: Windows) -> NDArray[np.uint8]:
    """Speakers at once (frame,): the rounded mean over windows of how many each one hears.

    `activity` is (window, frame, local), 0 to 255.
    """
    heard = activity.sum(axis=2, dtype=np.uint16)
    total = overlap_sum(heard.astype(np.uint32), windows)
    covered = overlap_sum(np.ones((windows.count, windows.frames), np.uint32), windows)
    mean = total / np.maximum(1, covered * FULL)
    counted: NDArray[np.uint8] = np.rint(mean).astype(np.uint8)
    return counted


def speaker_scores(
    activity: NDArray[np.uint8], labels: NDArray[np.intp], speakers: int, windows: Windows
) -> NDArray[np.uint16]:
    """How strongly the windows together hear each speaker (frame, speaker), as a sum.

    `labels` (window, local) says who each local speaker is; two of one window may be the
    same speaker, and then count once, at the stronger. Negative labels are nobody.
    """
    scores = np.zeros((windows.total_frames, speakers), np.uint16)
    for window, row in enumerate(labels):
        first = windows.first_frame(window)
        frames = scores[first : first + windows.frames]
        for speaker in set(row[row >= 0].tolist()):
            frames[:, speaker] += activity[window][:, row == speaker].max(axis=1)
    return scores


def most_active(scores: NDArray[np.uint16], count: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The `count` (frame,) best-scored speakers of each frame as activity (frame, speaker).

    Of equals the earlier speaker is taken; a speaker whom no window hears never is.
    """
    active = np.zeros(scores.shape, bool)
    left = scores.copy()
    for place in range(min(int(count.max(initial=0)), scores.shape[1])):
        frames = np.flatnonzero(count > place)
        best = left[frames].argmax(axis=1)
        active[frames, best] = scores[frames, best] > 0
        left[frames, best] = 0
    return active


def exclusive(active: NDArray[np.bool_], scores: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """The same speech with one speaker a frame: the best-scored of those active."""
    alone = np.zeros_like(active)
    frames = np.flatnonzero(active.any(axis=1))
    ranked = np.where(active[frames], scores[frames].astype(np.int32), -1)
    alone[frames, ranked.argmax(axis=1)] = True
    return alone
