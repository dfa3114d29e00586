"""Plain CTC forced alignment in NumPy: the reference by which the nano aligner is measured."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from letters import BLANK, HOP_S, SEPARATOR, SHIFT_S, spelt
from numpy.typing import NDArray


def word_times(logits: NDArray[np.float32], words: Sequence[str]) -> list[tuple[float, float]]:
    """Start and end of each word in seconds, from logits (frame, letter).

    A word sounds from the first to the last frame of its letters; where two words leave only the
    separator between them, they share it.
    """
    parts = [(spelt(word), SEPARATOR) for word in words]
    labels = [label for letters, last in parts for label in (*letters, last)]
    frames = viterbi(logits, labels)
    edges = np.cumsum([0] + [len(letters) + 1 for letters, _ in parts])
    times = []
    for first, after in pairwise(edges.tolist()):
        inside = np.flatnonzero((frames >= first) & (frames < after - 1))
        start, end = float(inside[0]), float(inside[-1] + 1)
        times.append((start * HOP_S + SHIFT_S, end * HOP_S + SHIFT_S))
    return times


def viterbi(logits: NDArray[np.float32], labels: Sequence[int]) -> NDArray[np.int64]:
    """(frame,): the place in `labels` that each frame says on the best path, -1 for a blank."""
    states = np.full(2 * len(labels) + 1, BLANK)
    states[1::2] = labels
    scores = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    may_skip = np.zeros(len(states), bool)
    may_skip[2:] = (states[2:] != BLANK) & (states[2:] != states[:-2])
    best = np.full(len(states), -np.inf)
    best[:2] = scores[0, states[:2]]
    steps = np.zeros((len(scores), len(states)), np.int64)
    for frame in range(1, len(scores)):
        one = np.concatenate([[-np.inf], best[:-1]])
        two = np.where(may_skip, np.concatenate([[-np.inf] * 2, best[:-2]]), -np.inf)
        choices = np.stack([best, one, two])
        steps[frame] = choices.argmax(axis=0)
        best = choices.max(axis=0) + scores[frame, states]
    path = np.zeros(len(scores), np.int64)
    path[-1] = len(states) - 1 if best[-1] >= best[-2] else len(states) - 2
    for frame in range(len(scores) - 1, 0, -1):
        path[frame - 1] = path[frame] - steps[frame, path[frame]]
    return np.where(path % 2 == 1, path // 2, -1)
