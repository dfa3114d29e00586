"""Speech cut and joined into pieces of a length that a recognizer reads well."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from diascribe.span import Span
from diascribe.timeline import merge


def pack(
    spans: Iterable[Span], *, max_s: float, gap_s: float = 0.0, quiet: Iterable[float] = ()
) -> list[Span]:
    """Sorted, disjoint pieces of at most `max_s` that cover all the speech of `spans`.

    Neighbours at most `gap_s` apart are joined, gap included, while the whole stays within
    `max_s`. Longer spans are cut at the `quiet` seconds, else into even parts.

    >>> pack([Span(0, 2), Span(2.5, 4), Span(9, 21)], max_s=10, gap_s=1, quiet=[16])
    [Span(start=0, end=4), Span(start=9, end=16), Span(start=16, end=21)]

    Raises:
        ValueError: unless `max_s` is positive.
    """
    if max_s <= 0:
        raise ValueError(f"pieces need a length, got at most {max_s} s")
    points = sorted(quiet)
    pieces: list[Span] = []
    for span in merge(spans):
        for piece in _cut(span, max_s, points):
            _append(pieces, piece, max_s, gap_s)
    return pieces


def _append(pieces: list[Span], piece: Span, max_s: float, gap_s: float) -> None:
    """Join a piece to the last one where both fit together, else put it after."""
    last = pieces[-1] if pieces else None
    if last and last.end < piece.start <= last.end + gap_s and piece.end - last.start <= max_s:
        pieces[-1] = Span(last.start, piece.end)
    else:
        pieces.append(piece)


def _cut(span: Span, max_s: float, quiet: Sequence[float]) -> Iterator[Span]:
    """Pieces of a span: each ends at its last quiet point in reach, else after an even part.

    A quiet point in the first half of the reach is passed over: it would leave a scrap.
    """
    start = span.start
    while span.end - start > max_s:
        latest = bisect_right(quiet, start + max_s) - 1
        if latest >= bisect_left(quiet, start + max_s / 2):
            end = quiet[latest]
        else:
            end = start + (span.end - start) / math.ceil((span.end - start) / max_s)
        yield Span(start, end)
        start = end
    yield Span(start, span.end)
