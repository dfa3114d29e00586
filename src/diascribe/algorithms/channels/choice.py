"""Which channels to hear, and which of them as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diascribe.algorithms.channels.levels import Loudness
from diascribe.transcript import ChannelMethod, ChannelPair, ChannelRelation

CLEARLY_DB = 3.0
"""A copy is better than another if its speech stands this much further out of its noise."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is heard of a recording's channels."""

    groups: tuple[tuple[int, ...], ...]
    """Channels heard as one, the one that bears it first; in order of those."""
    copies: Mapping[int, int]
    """Channels left out, and the one that is heard instead."""
    silent: tuple[int, ...]

    @property
    def method(self) -> ChannelMethod:
        """How the channels are heard, in a word."""
        if len(self.groups) > 1:
            return "split"
        return "single" if len(self.groups[0]) == 1 else "mix"


def choose(wanted: str, loudness: Sequence[Loudness], pairs: Sequence[ChannelPair]) -> Choice:
    """What to hear where `wanted` is `auto`, `mix` or `split`.

    Silent channels and copies are never heard; of copies the one with the least noise is.
    Where all are silent, the first is heard: there must be something to find nothing in.
    """
    relations = _relations(pairs)
    loud = [place for place, one in enumerate(loudness) if not one.silent] or [0]
    silent = tuple(place for place in range(len(loudness)) if place not in loud)
    copies: dict[int, int] = {}
    kept: list[int] = []
    for place in sorted(loud, key=lambda one: (-_quality(loudness[one]), one)):
        first = next((one for one in kept if relations.get((one, place)) == "duplicate"), None)
        if first is None:
            kept.append(place)
        else:
            copies[place] = first
    groups = _groups(sorted(kept), relations, wanted)
    led = (sorted(one, key=lambda place: (-loudness[place].loud_db, place)) for one in groups)
    return Choice(tuple(map(tuple, led)), copies, silent)


def _quality(loudness: Loudness) -> int:
    """How far speech stands out of the noise, in steps that matter."""
    return round(loudness.range_db / CLEARLY_DB)


def _relations(pairs: Sequence[ChannelPair]) -> dict[tuple[int, int], ChannelRelation]:
    """The relation of each two channels, whichever is named first."""
    there = {(one.first, one.second): one.relation for one in pairs}
    return there | {(second, first): relation for (first, second), relation in there.items()}


def _groups(
    kept: Sequence[int], relations: Mapping[tuple[int, int], ChannelRelation], wanted: str
) -> list[list[int]]:
    """The channels in groups that are heard as one each."""
    if wanted == "mix":
        return [list(kept)]
    if wanted == "split":
        return [[one] for one in kept]
    groups: list[list[int]] = []
    for place in kept:
        near = [
            group
            for group in groups
            if any(relations.get((one, place)) in {"shared", "duplicate"} for one in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append(sorted({place, *(one for group in near for one in group)}))
    return sorted(groups)
