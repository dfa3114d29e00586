"""CTC forced alignment: the likeliest way through the frames of tokens that are known.

Graves et al. 2006, "Connectionist temporal classification": a blank may stand before, between
and after tokens, and must stand between two that are equal. Among ways that are equally likely
staying goes before moving on, and moving on before leaving out a blank.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEVER = np.float32(-np.inf)

ENTERED, SKIPPED = 1, 2
"""A token was reached from the blank before it, or from the token before it; 0 from itself."""

LEFT = 4
"""Added where a blank was reached from the token before it; else it was from itself."""

BLOCK = 64
"""Frames whose tokens are picked out at once, which is faster than one by one."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Where each token of a target lies: at least one frame, after the token before."""

    first: NDArray[np.intp]
    """First frame of each token (token,)."""
    last: NDArray[np.intp]
    """Last frame of each token (token,); what follows is blank, or the next token."""
    log_prob: NDArray[np.float32]
    """Sum of natural logarithms of probability over a token's frames (token,)."""

    @property
    def frames(self) -> NDArray[np.intp]:
        """How many frames each token has (token,)."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The best ways up to a frame: natural logarithms of their probability."""

    tokens: NDArray[np.float32]
    """Of those that end in each token (item, token)."""
    blanks: NDArray[np.float32]
    """Of those that end in the blank before each token or after the last (item, token + 1)."""

    def of(self, item: int) -> Scores:
        """The scores of one item."""
        return Scores(self.tokens[item : item + 1], self.blanks[item : item + 1])


def with_star(log_probs: NDArray[np.float32], *, blank: int) -> NDArray[np.float32]:
    """Log probabilities (…, token + 1) with a last token that stands for any but the blank.

    It is as likely as the likeliest token of the frame.
    """
    others = np.delete(log_probs, blank, axis=-1)
    return np.concatenate([log_probs, others.max(axis=-1, keepdims=True)], axis=-1)


def place(
    log_probs: NDArray[np.float32],
    frames: Sequence[int],
    targets: Sequence[Sequence[int]],
    *,
    blank: int,
) -> list[Placed | None]:
    """Where the tokens of each target lie in its item; null where the frames are too few.

    `log_probs` is (item, frame, token of the vocabulary), of which the first `frames` of each
    item count. Takes a byte of memory for each token of the longest target in each frame.
    """
    labels = pad_targets(targets, blank)
    longest = max(frames, default=0)
    ways = np.zeros((longest, *(labels.shape + np.array([0, 1]))), np.uint8)
    ends: dict[int, Scores] = {}
    scores = before_all(labels)
    apart = are_apart(labels)
    for frame, (picked, blanks) in enumerate(emissions(log_probs[:, :longest], labels, blank)):
        scores, ways[frame] = step(scores, picked, blanks, apart)
        for item in [item for item, count in enumerate(frames) if count == frame + 1]:
            ends[item] = scores.of(item)
    return [
        _placed(log_probs[item], ways[: frames[item], item], target, ends.get(item))
        for item, target in enumerate(targets)
    ]


def pad_targets(targets: Sequence[Sequence[int]], blank: int) -> NDArray[np.intp]:
    """Targets as one array (item, token), blanks behind the shorter ones."""
    labels = np.full((len(targets), max(map(len, targets), default=0)), blank, np.intp)
    for item, target in enumerate(targets):
        labels[item, : len(target)] = target
    return labels


def are_apart(labels: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which tokens (item, token) may follow the one before without a blank: other ones."""
    apart = np.zeros(labels.shape, bool)
    apart[:, 1:] = labels[:, 1:] != labels[:, :-1]
    return apart


def before_all(labels: NDArray[np.intp]) -> Scores:
    """Scores before the first frame, from which only the first blank and token are reached."""
    items, tokens = labels.shape
    scores = Scores(
        np.full((items, tokens), NEVER, np.float32), np.full((items, tokens + 1), NEVER, np.float32)
    )
    scores.blanks[:, 0] = 0.0
    return scores


def emissions(
    log_probs: NDArray[np.float32], labels: NDArray[np.intp], blank: int
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """For each frame the log probabilities of the labels (item, token) and of blank (item, 1)."""
    for first in range(0, log_probs.shape[1], BLOCK):
        block = log_probs[:, first : first + BLOCK]
        picked = np.take_along_axis(block, labels[:, None, :], axis=2)
        for frame in range(block.shape[1]):
            yield picked[:, frame], block[:, frame, blank, None]


def step(
    scores: Scores,
    picked: NDArray[np.float32],
    blanks: NDArray[np.float32],
    apart: NDArray[np.bool_],
) -> tuple[Scores, NDArray[np.uint8]]:
    """Scores one frame later, and how each token and blank was reached (item, token + 1)."""
    ways = np.zeros(scores.blanks.shape, np.uint8)
    entered = scores.blanks[:, :-1] > scores.tokens
    tokens = np.where(entered, scores.blanks[:, :-1], scores.tokens)
    skipped = apart[:, 1:] & (scores.tokens[:, :-1] > tokens[:, 1:])
    np.copyto(tokens[:, 1:], scores.tokens[:, :-1], where=skipped)
    left = scores.tokens > scores.blanks[:, 1:]
    after = np.where(left, scores.tokens, scores.blanks[:, 1:])
    ways[:, :-1] = entered
    np.copyto(ways[:, 1:-1], SKIPPED, where=skipped)
    ways[:, 1:] += left * np.uint8(LEFT)
    held = np.concatenate([scores.blanks[:, :1], after], axis=1)
    return Scores(tokens + picked, held + blanks), ways


def _placed(
    log_probs: NDArray[np.float32],
    ways: NDArray[np.uint8],
    target: Sequence[int],
    end: Scores | None,
) -> Placed | None:
    """A target in its item, whose log probabilities are (frame, token of the vocabulary)."""
    if not target:
        return summed(log_probs, np.full(len(ways), -1), target)
    ending = end is not None and ending_of(end, len(target))
    if not ending:
        return None
    return summed(log_probs, walk_back(ways, *ending), target)


def ending_of(scores: Scores, tokens: int) -> tuple[int, bool] | None:
    """The token, and whether in itself, in which the best way through all of them ends.

    Null where the frames were too few.
    """
    inside, after = scores.tokens[0, tokens - 1], scores.blanks[0, tokens]
    if max(inside, after) == NEVER:
        return None
    return (tokens - 1, True) if inside >= after else (tokens, False)


def walk_back(ways: NDArray[np.uint8], place: int, inside: bool) -> NDArray[np.intp]:  # noqa: FBT001 - a pair
    """The token of each frame (frame,), -1 for blanks, of the way that ends at a place.

    A place is a token's own where `inside`, else that of the blank before it.
    """
    tokens = np.full(len(ways), -1)
    for frame in range(len(ways) - 1, -1, -1):
        if inside:
            tokens[frame] = place
        place, inside = came_from(int(ways[frame, place]), place, inside)
    return tokens


def came_from(way: int, place: int, inside: bool) -> tuple[int, bool]:  # noqa: FBT001 - a pair
    """The place one frame before, by how this one was reached."""
    if not inside:
        return (place - 1, True) if way & LEFT else (place, False)
    came = way & ~LEFT
    return (place - (came == SKIPPED), came != ENTERED)


def summed(
    log_probs: NDArray[np.float32], tokens: NDArray[np.intp], target: Sequence[int]
) -> Placed:
    """Where each token lies by the token of each frame, -1 for blanks."""
    spoken = np.flatnonzero(tokens >= 0)
    begins = np.searchsorted(tokens[spoken], np.arange(len(target)))
    ends = np.append(begins[1:], len(spoken))[: len(target)] - 1
    labels = np.asarray(target, np.intp)[tokens[spoken]]
    picked = log_probs[spoken, labels]
    sums = np.add.reduceat(picked, begins) if len(begins) else picked
    return Placed(spoken[begins], spoken[ends], sums.astype(np.float32))
