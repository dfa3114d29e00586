"""The worst minutes' ranks on the overview, each a link to its minute."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from diascribe.evaluation.report.bins import Bin
from diascribe.evaluation.report.drawing import HEADING, Block, label
from diascribe.evaluation.report.markup import node
from diascribe.evaluation.report.raster import Scale

ROOM = 18
"""Pixels that a rank of two digits needs."""


def marks(minutes: Sequence[Bin], scale: Scale, *, anchor: str) -> Block:
    """A rank at each minute, the worse first; left out where there is no room for it."""
    ranks = [
        node(
            "a",
            node("text", str(rank), class_="rank", x=x, y=14),
            href=f"#{anchor}-{rank}",
        )
        for rank, x in placed([scale.x(one.middle) for one in minutes])
    ]
    return Block(HEADING, (label("worst minutes", y=14), *ranks))


def placed(middles: Iterable[float]) -> list[tuple[int, float]]:
    """Ranks, from 1, and places of those that do not cover a better one.

    >>> placed([50, 90, 60])
    [(1, 50), (2, 90)]
    """
    kept: list[tuple[int, float]] = []
    for rank, middle in enumerate(middles, start=1):
        if all(abs(middle - other) >= ROOM for _, other in kept):
            kept.append((rank, middle))
    return kept
