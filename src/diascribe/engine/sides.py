"""Who speaks on which channel: each diarized by itself, then made one diarization.

What the options say of the number of speakers holds for the whole recording.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.channels.edges import turns_by_level
from diascribe.algorithms.channels.levels import decibels
from diascribe.algorithms.joining import Person, at_most, joined, link, people
from diascribe.algorithms.turns import shortfall
from diascribe.audio import FRAME_S
from diascribe.engine.beside import Steps
from diascribe.engine.channels import View
from diascribe.engine.keeping.kept import UNKEPT, Kept
from diascribe.engine.options import Options
from diascribe.engine.steps import parted, told
from diascribe.errors import DiascribeError
from diascribe.protocols import Clustering, Diarizer, SpeakerCount
from diascribe.span import Span
from diascribe.transcript import Diarization, Notice, Turn

OTHER_SHARE, OTHER_S = 0.1, 5.0
"""A channel has one voice unless another has this share of its speech, and so many seconds…"""

OTHER_DISTANCE = 0.8
"""…and is this many thresholds away from those that speak more: means of what is one voice
lie closer (docs/decisions/0022)."""

SAME_DISTANCE = 0.55
"""Voices of two channels are one speaker's if they are no further apart than this many
thresholds: channels change a voice, but two people on one line are seldom this alike."""


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """One view, prepared, and who speaks on it."""

    view: View
    prepared: Any
    found: Diarization


def diarize(
    diarizer: Diarizer[Any], views: Sequence[View], options: Options, kept: Kept = UNKEPT
) -> Steps[Diarization]:
    """Turns and voices of all there is to hear.

    Raises:
        DiascribeError: the diarizer fails on every view.
    """
    if len(views) > 1:
        return (yield from diarize_sides(diarizer, views, options, kept))
    (view,) = views
    prepared = yield from _prepared(diarizer, view, options, kept)
    return _on_channel(diarizer.cluster(prepared, options.clustering), view)


def _prepared(
    diarizer: Diarizer[Any], view: View, options: Options, kept: Kept = UNKEPT
) -> Steps[Any]:
    """What the diarizer's networks find on a view."""

    def preparing() -> Steps[Any]:
        hearing = diarizer.prepare(view.audio, options.speech)
        return told("diarization", view.audio.duration, hearing)

    found = yield from kept.found("diarization", diarizer.prepared_type, preparing)
    return found.value


def diarize_sides(
    diarizer: Diarizer[Any], views: Sequence[View], options: Options, kept: Kept = UNKEPT
) -> Steps[Diarization]:
    """One diarization of all views; what fails on some of them is a warning.

    Raises:
        DiascribeError: the diarizer fails on every one.
    """
    sides: list[_Side] = []
    failures: dict[str, DiascribeError] = {}
    for place, view in enumerate(views):
        hearing = _prepared(diarizer, view, options, kept.side(place))
        try:
            prepared = yield from parted(hearing, place, len(views))
            found = alone(diarizer, prepared, options.clustering)
        except DiascribeError as failure:
            failures[view.name] = failure
        else:
            sides.append(_Side(view, prepared, found))
    if not sides:
        raise next(iter(failures.values()))
    whole = _together(diarizer, sides, options)
    return replace(whole, warnings=(*whole.warnings, *told_failures("diarization", failures)))


def told_failures(stage: str, failures: Mapping[str, DiascribeError]) -> Iterator[Notice]:
    """A warning for each channel on which a stage failed."""
    for name, failure in failures.items():
        yield Notice("channel_failed", stage, f"{name}: {failure}")


def alone(diarizer: Diarizer[Any], prepared: Any, clustering: Clustering) -> Diarization:  # noqa: ANN401 - opaque
    """Who speaks on one channel: one voice, unless others are clearly heard."""
    free = replace(clustering, speakers=SpeakerCount())
    found = diarizer.cluster(prepared, free)
    clear = _clear_voices(found, diarizer.voice_distance(clustering.threshold))
    if clear in {0, len(found.voices)}:
        return found
    return diarizer.cluster(prepared, replace(clustering, speakers=SpeakerCount(exact=clear)))


def _clear_voices(found: Diarization, threshold: float | None) -> int:
    """How many voices are beyond doubt; all, where the diarizer gives none to compare."""
    if threshold is None:
        return len(found.voices)
    ranked = sorted(people([found]), key=lambda one: -one.seconds)
    least_s = max(OTHER_S, OTHER_SHARE * sum(one.seconds for one in ranked))
    clear: list[NDArray[np.float32]] = []
    for one in ranked:
        assert one.vector is not None, "a diarizer with a threshold has vectors"
        far = all(1 - other @ one.vector >= OTHER_DISTANCE * threshold for other in clear)
        if not clear or (one.seconds >= least_s and far):
            clear.append(one.vector)
    return len(clear)


def _together(diarizer: Diarizer[Any], sides: Sequence[_Side], options: Options) -> Diarization:
    """All sides as one, with as many speakers as wanted."""
    clustering = options.clustering
    distance = diarizer.voice_distance(clustering.threshold)
    threshold = 0.0 if distance is None else distance
    wanted = clustering.speakers
    sides = list(sides)
    persons = _linked(sides, threshold)
    while len(persons) < wanted.low and (more := _another(diarizer, sides, clustering)):
        sides = more
        persons = _linked(sides, threshold)
    if len(persons) < wanted.low:  # those that were linked are the next best
        persons = people([one.found for one in sides])
        persons = at_most(persons, max(wanted.low, 1))
    if wanted.high is not None:
        persons = at_most(persons, wanted.high)
    found = [_bounded(one) for one in sides]
    whole = joined(found, persons, _louder(sides))
    said = (*_uncompared(diarizer, sides, distance), *shortfall(len(persons), wanted))
    return replace(whole, warnings=(*whole.warnings, *said))


def _linked(sides: Sequence[_Side], threshold: float) -> list[Person]:
    """The people on all sides, the same voice on several being one."""
    return link(people([one.found for one in sides]), threshold=SAME_DISTANCE * threshold)


def _another(
    diarizer: Diarizer[Any], sides: Sequence[_Side], clustering: Clustering
) -> list[_Side] | None:
    """The sides with one voice more, on the side where it is furthest from the others."""
    best: tuple[float, int, Diarization] | None = None
    for place, side in enumerate(sides):
        count = len(side.found.voices) + 1
        finer = replace(clustering, speakers=SpeakerCount(exact=count))
        found = diarizer.cluster(side.prepared, finer)
        if len(found.voices) == count and (best is None or _spread(found) > best[0]):
            best = (_spread(found), place, replace(found, warnings=()))
    if best is None:
        return None
    _, place, found = best
    return [*sides[:place], replace(sides[place], found=found), *sides[place + 1 :]]


def _spread(found: Diarization) -> float:
    """How far apart the two nearest voices are."""
    vectors = np.stack(list(found.voices.values()))
    distance = 1 - vectors @ vectors.T
    return float(distance[~np.eye(len(vectors), dtype=bool)].min(initial=2.0))


def _bounded(side: _Side) -> Diarization:
    """Who speaks on a channel, its turns as long as their sound."""
    view, found = side.view, side.found
    if view.levels is not None:
        turns = _by_level(view, found.turns)
        exclusive = _by_level(view, found.exclusive, exclusive=True)
        found = replace(found, turns=turns, exclusive=exclusive)
    return _on_channel(found, view)


def _by_level(view: View, turns: Sequence[Turn], *, exclusive: bool = False) -> tuple[Turn, ...]:
    assert view.levels is not None, "only called where they are known"
    longer = turns_by_level(turns, decibels(view.levels), view.audio.heard, exclusive=exclusive)
    inside = (replace(one, end=min(one.end, view.audio.duration)) for one in longer)
    return tuple(sorted(inside, key=lambda one: (one.start, one.end)))


def _on_channel(found: Diarization, view: View) -> Diarization:
    """The same, its turns on the view's channel."""
    if view.channel is None:
        return found
    return replace(
        found,
        turns=tuple(replace(one, channel=view.channel) for one in found.turns),
        exclusive=tuple(replace(one, channel=view.channel) for one in found.exclusive),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Louder:
    """How loud turns are, against how loud their channels get."""

    views: Mapping[int | None, View]

    def __call__(self, turn: Turn, span: Span) -> float:
        view = self.views[turn.channel]
        assert view.levels is not None, "several views know their levels"
        first = min(int(span.start / FRAME_S), len(view.levels) - 1)
        last = max(first + 1, round(span.end / FRAME_S))
        power = np.power(10, decibels(view.levels[first:last]) / 10)
        return float(10 * np.log10(power.mean())) - view.loud_db


def _louder(sides: Sequence[_Side]) -> _Louder:
    return _Louder({one.view.channel: one.view for one in sides})


def _uncompared(
    diarizer: Diarizer[Any], sides: Sequence[_Side], distance: float | None
) -> Iterator[Notice]:
    """A warning where several channels have speakers whose voices cannot be compared."""
    if distance is None and sum(bool(side.found.turns) for side in sides) > 1:
        yield Notice(
            "voices_not_compared",
            "diarization",
            f"{diarizer.models[0].name} gives no voices to compare: whoever speaks on several"
            " channels may be a speaker on each, and who is joined to keep to a number of"
            " speakers is not known to be one person",
        )
