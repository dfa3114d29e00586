"""Alignment of timed words: the fewest edits in which only words near in time stand together.

meeteval has such an alignment, but it fills a table of all words times all words, too large for
long recordings. This one keeps, for each word of the reference, only the words of the
hypothesis that are near it, and of several alignments takes the nearest in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.span import Span

DELETED, MATCHED, INSERTED = 0, 1, 2

MOST_CELLS = 500_000_000
"""Bytes of the steps that may be kept: words of one side times the near words of the other."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Tokens and their spans, both in the same order."""

    tokens: Sequence[str]
    spans: Sequence[Span]


def align_in_time(
    reference: Timed, hypothesis: Timed, *, within_s: float
) -> list[tuple[int, int]] | None:
    """Places of the tokens that stand for one another, the same or substituted, in order.

    Args:
        reference: the truth.
        hypothesis: what is judged.
        within_s: two tokens may stand for one another whose spans are less than this apart.

    Null where more than `MOST_CELLS` pairs of words are near each other.
    """
    if not reference.tokens or not hypothesis.tokens:
        return []
    table = _Table(reference, hypothesis, within_s)
    return table.pairs() if table.cells <= MOST_CELLS else None


class _Table:
    """The edit distance, row by row of the reference, only within the near columns."""

    def __init__(self, reference: Timed, hypothesis: Timed, within_s: float) -> None:
        numbers = {token: place for place, token in enumerate({*reference.tokens})}
        self._wanted = np.array([numbers[token] for token in reference.tokens])
        self._found = np.array([numbers.get(token, -1) for token in hypothesis.tokens])
        self._edges = _edges(reference.spans)  # (2, row) in seconds
        self._near = _edges(hypothesis.spans) + np.array([[-within_s], [within_s]])
        self._first, self._last = self._columns()
        self._edit = 10_000 * (len(reference.tokens) + 1)
        """What an edit costs: more than all distances in time together, in milliseconds."""

    @property
    def cells(self) -> int:
        """Pairs of tokens that are near each other."""
        return int(np.maximum(self._last - self._first, 0).sum())

    def pairs(self) -> list[tuple[int, int]]:
        """The pairs on the cheapest path."""
        rows = self._steps()
        row, column = len(self._wanted), len(self._found)
        pairs: list[tuple[int, int]] = []
        while row and column:
            first, last = int(self._first[row - 1]), int(self._last[row - 1])
            column = min(column, last)
            step = rows[row - 1][column - 1 - first] if column > first else DELETED
            row -= step != INSERTED
            column -= step != DELETED
            if step == MATCHED:
                pairs.append((row, column))
        return pairs[::-1]

    def _columns(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The first near column of each row and the one after the last, neither ever falling."""
        starts, ends = self._edges
        earliest, latest = np.minimum.accumulate(starts[::-1])[::-1], np.maximum.accumulate(ends)
        lowest = np.minimum.accumulate(self._near[0][::-1])[::-1]
        highest = np.maximum.accumulate(self._near[1])
        first = np.searchsorted(highest, earliest, side="right")
        last = np.searchsorted(lowest, latest, side="left")
        return first, np.maximum(first, last)

    def _steps(self) -> list[NDArray[np.uint8]]:
        """How each row's near columns are best reached."""
        costs = np.arange(len(self._found) + 1, dtype=np.int64) * self._edit
        filled, steps = len(costs), []
        for row, (first, last) in enumerate(zip(self._first, self._last, strict=True)):
            if last + 1 > filled:
                more = np.arange(1, last + 2 - filled)
                costs[filled : last + 1] = costs[filled - 1] + more * self._edit
            steps.append(self._row(row, costs[first : last + 1], slice(first, last)))
            filled = last + 1
        return steps

    def _row(self, row: int, costs: NDArray[np.int64], near: slice) -> NDArray[np.uint8]:
        """Move the costs on by one row, in place; gives the steps of its near columns."""
        matched = costs[:-1] + self._match_costs(row, near)
        costs += self._edit
        reached = np.minimum(costs[1:], matched)
        steps = np.where(matched < costs[1:], MATCHED, DELETED).astype(np.uint8)
        slope = np.arange(len(costs), dtype=np.int64) * self._edit
        costs[1:] = reached
        costs[:] = np.minimum.accumulate(costs - slope) + slope
        steps[costs[1:] < reached] = INSERTED
        return steps

    def _match_costs(self, row: int, near: slice) -> NDArray[np.int64]:
        """What it costs that each near column stands for the row; as two edits if it may not."""
        start, end = self._edges[:, row]
        before, after = self._near[:, near]
        apart = np.abs((before + after) - (start + end)) / 2  # between the middles
        together = (start < after) & (before < end)
        differs = self._found[near] != self._wanted[row]
        nearness = np.minimum(1000 * apart, 9_999).astype(np.int64)
        return np.where(together, nearness + differs * self._edit, 2 * self._edit)


def _edges(spans: Sequence[Span]) -> NDArray[np.float64]:
    """Starts and ends, (2, span), in seconds."""
    return np.array([[span.start, span.end] for span in spans], np.float64).T
