"""Probabilities of speakers to who speaks in which frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.hysteresis import hysteresis
from diascribe.algorithms.reconstruct import BLOCK, FULL
from diascribe.algorithms.speech import anybody
from diascribe.protocols import SpeechThresholds

SPEAKS = 0.5
"""A speaker above this probability is active, whoever else is: the published threshold."""


def spoken(activity: NDArray[np.uint8], speech: SpeechThresholds) -> NDArray[np.bool_]:
    """Frames (frame,) in which anybody speaks.

    `activity` (frame, speaker) is probability, 0 to 255. Two speakers at 0.4 each are speech,
    though neither is by himself: somebody speaks with 0.64.
    """
    probability = np.empty(len(activity), np.float32)
    for first in range(0, len(activity), BLOCK):
        block = slice(first, first + BLOCK)
        probability[block] = anybody(activity[block].astype(np.float32) / np.float32(FULL))
    return hysteresis(probability, onset=speech.onset, offset=speech.offset)


def speaking(
    activity: NDArray[np.uint8], heard: NDArray[np.bool_], speakers: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Who speaks (frame, speaker): in each frame `heard` (frame,) one of `speakers` at least.

    Those above `SPEAKS` do; where none is, the likeliest. The speech of whoever is not among
    `speakers` goes to them in the same way.
    """
    active = np.zeros(activity.shape, bool)
    if not len(speakers):
        return active
    for first in range(0, len(activity), BLOCK):
        block = slice(first, first + BLOCK)
        likely = activity[block][:, speakers]
        found = (likely > FULL * SPEAKS) & heard[block, None]
        nobody = np.flatnonzero(heard[block] & ~found.any(axis=1))
        found[nobody, likely[nobody].argmax(axis=1)] = True
        active[block, speakers] = found
    return active


def most_talkative(active: NDArray[np.bool_], count: int) -> NDArray[np.intp]:
    """The `count` speakers (speaker,) who speak most, in order of their channels.

    Whoever never speaks is none of them; of equals the earlier is.

    >>> most_talkative(np.array([[True, False, True], [True, False, False]]), 1)
    array([0])
    """
    frames = active.sum(axis=0)
    ranked = np.argsort(-frames, kind="stable")[:count]
    return np.sort(ranked[frames[ranked] > 0])
