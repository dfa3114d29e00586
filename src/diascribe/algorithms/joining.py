"""Diarizations of several channels as one: the same voice is one speaker, and one clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from diascribe.span import Span
from diascribe.timeline import Index, merge, total
from diascribe.transcript import Diarization, Turn

SIMULTANEOUS_S = 1.0
"""Nobody speaks on two channels at once for longer: what does are two people."""

Louder = Callable[[Turn, Span], float]
"""How loud a turn is in a stretch, against how loud its channel gets."""

Voice = tuple[int, str]
"""A side's place and the label of one of its voices."""


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """One speaker: voices of several sides, and their mean as a unit vector (dimension,)."""

    voices: tuple[Voice, ...]
    vector: NDArray[np.float32] | None
    """Null where the diarizer gives none."""
    seconds: float
    spans: tuple[Span, ...]
    """When they speak, sorted and disjoint."""


def people(sides: Sequence[Diarization]) -> list[Person]:
    """Every voice of every side as a person of its own."""
    return [
        _person(place, label, side)
        for place, side in enumerate(sides)
        for label in sorted({turn.speaker for turn in side.turns})
    ]


def link(found: Sequence[Person], *, threshold: float) -> list[Person]:
    """The people, voices of different sides made one that are no further apart than `threshold`.

    Voices of one side are told apart already, and voices that speak at the same time are two.
    """
    joined = list(found)
    while near := _nearest(joined, within=threshold, strict=True):
        joined = _merged(joined, *near)
    return joined


def at_most(found: Sequence[Person], most: int) -> list[Person]:
    """No more than so many people, those with the nearest voices made one."""
    joined = list(found)
    while len(joined) > most and (near := _nearest(joined, within=np.inf, strict=False)):
        joined = _merged(joined, *near)
    return joined


def joined(sides: Sequence[Diarization], found: Sequence[Person], louder: Louder) -> Diarization:
    """One diarization of all sides, its speakers the people, numbered by first speech."""
    owner = {voice: place for place, one in enumerate(found) for voice in one.voices}
    turns = sorted(
        (
            (turn, owner[place, turn.speaker])
            for place, side in enumerate(sides)
            for turn in side.turns
        ),
        key=lambda one: (one[0].start, one[0].end, one[1]),
    )
    order = dict.fromkeys(who for _, who in turns)
    names = {who: f"SPEAKER_{place:02d}" for place, who in enumerate(order)}
    named = {(place, label): names[who] for (place, label), who in owner.items() if who in names}
    alone = [_renamed(side, place, named) for place, side in enumerate(sides)]
    return Diarization(
        turns=tuple(replace(turn, speaker=names[who]) for turn, who in turns),
        exclusive=tuple(one_at_a_time([turn for side in alone for turn in side], louder)),
        voices={names[who]: _vector(found[who]) for who in order if found[who].vector is not None},
        warnings=tuple(dict.fromkeys(notice for side in sides for notice in side.warnings)),
    )


def one_at_a_time(turns: Iterable[Turn], louder: Louder) -> list[Turn]:
    """The speech of the turns, where several speak the loudest of them; sorted."""
    index = Index(turns)
    everything = list(index)
    edges = sorted({edge for turn in everything for edge in (turn.start, turn.end)})
    alone: list[Turn] = []
    for start, end in pairwise(edges):
        stretch = Span(start, end)
        speaking = index.overlapping(stretch)
        if not speaking:
            continue
        best = speaking[0]
        if len(speaking) > 1:
            best = max(speaking, key=lambda turn: louder(turn, stretch))
        _extend(alone, replace(best, start=start, end=end))
    return alone


def _extend(alone: list[Turn], one: Turn) -> None:
    """Add a stretch; to the last turn where that goes on."""
    last = alone[-1] if alone else None
    same = last and (last.speaker, last.channel) == (one.speaker, one.channel)
    if last and same and last.end == one.start:
        alone[-1] = replace(last, end=one.end)
    else:
        alone.append(one)


def _person(place: int, label: str, side: Diarization) -> Person:
    spans = tuple(merge(turn for turn in side.turns if turn.speaker == label))
    return Person(((place, label),), side.voices.get(label), total(spans), spans)


def _nearest(
    found: Sequence[Person], *, within: float, strict: bool
) -> tuple[Person, Person] | None:
    """The two people with the nearest voices; null where none are near enough.

    Of pairs as near, as those of unknown voices are, those that may be one go first.
    """
    near = (
        (distance, apart, one, other)
        for one, other in combinations(range(len(found)), 2)
        if (distance := _distance(found[one], found[other])) <= within
        and not ((apart := _apart(found[one], found[other])) and strict)
    )
    best = min(near, default=None)
    return None if best is None else (found[best[2]], found[best[3]])


def _distance(one: Person, other: Person) -> float:
    """Cosine distance; that of unknown voices is the largest."""
    if one.vector is None or other.vector is None:
        return 2.0
    return float(1 - one.vector @ other.vector)


def _apart(one: Person, other: Person) -> bool:
    """Whether two people cannot be one."""
    if not {place for place, _ in one.voices}.isdisjoint(place for place, _ in other.voices):
        return True
    together = one.seconds + other.seconds - total((*one.spans, *other.spans))
    return together > SIMULTANEOUS_S


def _merged(found: Sequence[Person], one: Person, other: Person) -> list[Person]:
    """The people with two of them made one, in the first's place."""
    spans = tuple(merge((*one.spans, *other.spans)))
    both = Person(
        (*one.voices, *other.voices), _mean(one, other), one.seconds + other.seconds, spans
    )
    return [both if person is one else person for person in found if person is not other]


def _mean(one: Person, other: Person) -> NDArray[np.float32] | None:
    if one.vector is None or other.vector is None:
        return other.vector if one.vector is None else one.vector
    mean = one.seconds * one.vector + other.seconds * other.vector
    unit: NDArray[np.float32] = (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)
    return unit


def _vector(person: Person) -> NDArray[np.float32]:
    assert person.vector is not None
    return person.vector


def _renamed(side: Diarization, place: int, named: Mapping[Voice, str]) -> list[Turn]:
    """The side's exclusive turns under their speakers' new names."""
    return [
        replace(turn, speaker=named[place, turn.speaker])
        for turn in side.exclusive
        if (place, turn.speaker) in named
    ]
