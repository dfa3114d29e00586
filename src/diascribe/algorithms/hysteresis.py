"""Frame probabilities to decisions: two thresholds, then minimum durations."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from diascribe.span import Span
from diascribe.timeline import Grid, merge


def hysteresis(
    probabilities: NDArray[np.floating], *, onset: float, offset: float
) -> NDArray[np.bool_]:
    """Frames (frame,) that are on: from above `onset` until below `offset`.

    >>> hysteresis(np.array([0.4, 0.6, 0.4, 0.2, 0.4]), onset=0.5, offset=0.3).tolist()
    [False, True, True, False, False]
    """
    turned_on = probabilities > onset
    decided = turned_on | (probabilities < offset)
    last_decided = np.maximum.accumulate(np.where(decided, np.arange(len(decided)), -1))
    held: NDArray[np.bool_] = (last_decided >= 0) & turned_on[last_decided]
    return held


def between_pauses(
    probabilities: NDArray[np.floating], *, onset: float, offset: float
) -> NDArray[np.bool_]:
    """Frames (frame,) that are on: all but pauses, where anything is above `onset` at all.

    A pause is a stretch without a frame above `onset` that somewhere falls below `offset`. It
    begins where it leaves the one and not, as in `hysteresis`, where it reaches the other:
    what a recurrent network hears fades for a while after the last sound.

    >>> between_pauses(np.array([0.4, 0.6, 0.4, 0.2, 0.4]), onset=0.5, offset=0.3).tolist()
    [True, True, False, False, False]
    """
    active: NDArray[np.bool_] = probabilities > onset
    if not active.any():
        return active
    for first, last in runs(~active):
        active[first:last] = probabilities[first:last].min() >= offset
    return active


def runs(active: NDArray[np.bool_]) -> NDArray[np.intp]:
    """First frame and frame after the last (run, 2) of every run of true frames.

    >>> runs(np.array([True, False, True, True])).tolist()
    [[0, 1], [2, 4]]
    """
    edges = np.diff(active.astype(np.int8), prepend=0, append=0)
    return np.flatnonzero(edges).reshape(-1, 2)


def fill_gaps(active: NDArray[np.bool_], *, shorter_than: int) -> NDArray[np.bool_]:
    """The frames with every pause of fewer than `shorter_than` frames between runs filled."""
    filled = active.copy()
    for first, last in runs(~active):
        if first > 0 and last < len(active) and last - first < shorter_than:
            filled[first:last] = True
    return filled


def drop_short(active: NDArray[np.bool_], *, shorter_than: int) -> NDArray[np.bool_]:
    """The frames without runs of fewer than `shorter_than` frames."""
    kept = active.copy()
    for first, last in runs(active):
        if last - first < shorter_than:
            kept[first:last] = False
    return kept


def to_spans(active: NDArray[np.bool_], grid: Grid) -> list[Span]:
    """The runs as spans, edges midway between the middles of the frames on either side."""
    return [
        Span(max(0.0, grid.middle(first - 0.5)), max(0.0, grid.middle(last - 0.5)))
        for first, last in runs(active).tolist()
    ]


def keep_long(spans: Iterable[Span], *, at_least_s: float) -> list[Span]:
    """Those spans that last."""
    return [span for span in spans if span.duration >= at_least_s]


def pad(spans: Iterable[Span], *, pad_s: float, within: Span) -> list[Span]:
    """Disjoint spans, each longer by `pad_s` at both ends where `within` allows it.

    Spans outside `within` are left out.
    """
    wider = (
        Span(max(within.start, span.start - pad_s), min(within.end, span.end + pad_s))
        for span in spans
        if span.start < within.end and span.end > within.start
    )
    return merge(wider)
