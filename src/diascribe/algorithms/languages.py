"""Which language is spoken: samples spread over the speech, opinions pooled, switches smoothed."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from diascribe.span import Span

LISTENING_S = 5.0
"""Seconds of one stretch that count as one opinion: what is heard within a stretch is not
independent, and of less a detector hears too little to be believed in full."""

MOST_OPINIONS = 2.0
"""A stretch counts as two opinions at most, however long it is."""

SWITCH_PENALTY = 2.0
"""Log-odds that a switch of language costs. A lone stretch pays twice, so that 5 s of it turn
at a probability of 0.98, 10 s at 0.88, and 2 s never."""

DOUBTED = 1e-3
"""Least probability that a detector is believed in: none is never wrong."""


def samples(speech: Sequence[Span], *, most: int, longest_s: float) -> list[list[Span]]:
    """Samples of sorted, disjoint speech, each a few pieces of together at most `longest_s`.

    They are spread evenly over the seconds of speech, wherever these lie, and are no more
    than it takes to hear them all.

    >>> samples([Span(0, 2), Span(50, 51)], most=5, longest_s=1.5)
    [[Span(start=0, end=1.5)], [Span(start=1.5, end=2), Span(start=50, end=51)]]
    """
    total_s = sum(span.duration for span in speech)
    count = min(most, max(1, math.ceil(total_s / longest_s)))
    share_s = total_s / count
    left_out_s = max(0.0, share_s - longest_s) / 2
    cut = [
        _between(speech, place * share_s + left_out_s, (place + 1) * share_s - left_out_s)
        for place in range(count)
    ]
    return [pieces for pieces in cut if pieces]


def _between(speech: Sequence[Span], first_s: float, last_s: float) -> list[Span]:
    """What lies between two moments, both counted in seconds of speech."""
    before = [0.0, *accumulate(span.duration for span in speech)]
    pieces = []
    for place in range(max(0, bisect_right(before, first_s) - 1), len(speech)):
        span, offset = speech[place], speech[place].start - before[place]
        start, end = max(span.start, first_s + offset), min(span.end, last_s + offset)
        if end > start:
            pieces.append(Span(start, end))
    return pieces


def scattered(count: int) -> list[int]:
    """The places 0 to `count` - 1, each as far as can be from all before, the middle first.

    >>> scattered(5)
    [2, 0, 4, 1, 3]
    """
    order = [count // 2] if count else []
    rest = [place for place in range(count) if place not in order]
    while rest:
        order.append(max(rest, key=lambda one: min(abs(one - taken) for taken in order)))
        rest.remove(order[-1])
    return order


def allowed(found: Mapping[str, float], languages: Sequence[str] | None) -> dict[str, float]:
    """The probabilities of the allowed languages, which sum to 1; null allows all.

    Where none of them has any, all are as likely as each other.
    """
    names = tuple(found) if languages is None else languages
    total = sum(found.get(one, 0.0) for one in names)
    if not total > 0:
        return dict.fromkeys(names, 1 / len(names)) if names else {}
    return {one: found.get(one, 0.0) / total for one in names}


def pool(heard: Sequence[tuple[Mapping[str, float], float]]) -> dict[str, float]:
    """The mean of probabilities, each weighted by its seconds: a share of the speech.

    Their product would take all samples for the same language and for independent: five weak
    opinions would make a strong one, and one sample of music could veto a language.
    """
    seconds = sum(weight for _, weight in heard)
    pooled: dict[str, float] = {}
    for found, weight in heard:
        for language, probability in found.items():
            share = probability * weight / seconds
            pooled[language] = pooled.get(language, 0.0) + share
    return pooled


def smooth(
    probabilities: NDArray[np.float64],
    seconds: NDArray[np.float64],
    *,
    penalty: float = SWITCH_PENALTY,
) -> NDArray[np.intp]:
    """The likeliest language (stretch,) of each stretch, were every switch paid for (Viterbi).

    `probabilities` is (stretch, language), `seconds` (stretch,). Long stretches count more
    than short ones. Of equally likely ways the one that stays is taken.
    """
    opinions = np.minimum(seconds / LISTENING_S, MOST_OPINIONS)
    scores = opinions[:, None] * np.log(np.maximum(probabilities, DOUBTED))
    best = np.zeros(probabilities.shape[1])
    came_from = np.zeros(probabilities.shape, np.intp)
    stayed = np.arange(probabilities.shape[1])
    for place, score in enumerate(scores):
        leader = int(np.argmax(best))
        switched = best[leader] - penalty
        came_from[place] = np.where(switched > best, leader, stayed)
        best = np.maximum(best, switched) + score
    return _traced(came_from, int(np.argmax(best)) if len(scores) else 0)


def _traced(came_from: NDArray[np.intp], last: int) -> NDArray[np.intp]:
    """The way back from the last stretch's language."""
    path = np.full(len(came_from), last, np.intp)
    for place in range(len(came_from) - 1, 0, -1):
        path[place - 1] = came_from[place, path[place]]
    return path


def most_spoken(stretches: Iterable[tuple[str | None, float]]) -> str | None:
    """The language with the most seconds, of two with equally many the first; null if none has.

    >>> most_spoken([("en", 2.0), (None, 9.0), ("de", 3.0)])
    'de'
    """
    seconds: dict[str, float] = {}
    for language, duration in stretches:
        if language is not None:
            seconds[language] = seconds.get(language, 0.0) + duration
    return max(seconds, key=lambda one: seconds[one], default=None)
