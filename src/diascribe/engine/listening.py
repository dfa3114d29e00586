"""What was said on several channels, each by itself, as one recognition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.channels.edges import by_level
from diascribe.algorithms.channels.levels import decibels
from diascribe.algorithms.hysteresis import hysteresis, to_spans
from diascribe.algorithms.languages import most_spoken
from diascribe.audio import Audio
from diascribe.engine.beside import Steps
from diascribe.engine.channels import View
from diascribe.engine.keeping.kept import UNKEPT, Kept
from diascribe.engine.languages import Spoken
from diascribe.engine.options import Options
from diascribe.engine.recognition import Listener, Recognition
from diascribe.engine.sides import told_failures
from diascribe.engine.steps import parted
from diascribe.errors import DiascribeError
from diascribe.protocols import SpeechThresholds, Vad
from diascribe.timeline import Grid
from diascribe.transcript import Model, Notice, Segment


def listen(
    listener: Listener, views: Sequence[View], options: Options, kept: Kept = UNKEPT
) -> Steps[Recognition]:
    """What was said on all there is to hear.

    Raises:
        DiascribeError: recognition fails on every view.
    """
    if len(views) > 1:
        return (yield from listen_to_sides(listener, views, options, kept))
    heard = yield from listener.listen(views[0].audio, options, kept)
    return on_channel(heard, views[0], unnamed=heard.warnings)


def listen_to_sides(
    listener: Listener, views: Sequence[View], options: Options, kept: Kept = UNKEPT
) -> Steps[Recognition]:
    """What was said on all views; what fails on some of them is a warning.

    Raises:
        DiascribeError: recognition fails on every one.
    """
    heard: list[tuple[Recognition, View]] = []
    failures: dict[str, DiascribeError] = {}
    for place, view in enumerate(views):
        own = replace(listener, vad=ByLevel(listener.vad, view, options.speech))
        listening = own.listen(view.audio, options, kept.side(place))
        try:
            one = yield from parted(listening, place, len(views))
        except DiascribeError as failure:
            failures[view.name] = failure
        else:
            heard.append((one, view))
    if not heard:
        raise next(iter(failures.values()))
    failed = tuple(told_failures("recognition", failures))
    shared = [one for one in heard[0][0].warnings if all(one in it.warnings for it, _ in heard)]
    placed = [on_channel(one, view, unnamed=shared) for one, view in heard]
    return _together(placed, failed)


@dataclass(frozen=True, slots=True)
class ByLevel:
    """A detector that goes on while a channel of its own voices is louder than its noise.

    On a telephone's band silero misses the middle of sentences; who else could it be?
    """

    vad: Vad
    view: View
    thresholds: SpeechThresholds

    @property
    def model(self) -> Model:
        """The detector's."""
        return self.vad.model

    @property
    def grid(self) -> Grid:
        """The detector's."""
        return self.vad.grid

    def probabilities(self, audio: Audio) -> Generator[float, None, NDArray[np.float32]]:
        """The detector's probability (frame,), and 1 where its speech goes on."""
        found = yield from self.vad.probabilities(audio)
        if self.view.levels is None:
            return found
        onset, offset = self.thresholds.onset, self.thresholds.offset
        spoken = to_spans(hysteresis(found, onset=onset, offset=offset), self.grid)
        surer = found.copy()
        for span in by_level(spoken, decibels(self.view.levels), audio.heard):
            first = max(0, self.grid.nearest(span.start))
            surer[first : max(first, self.grid.nearest(span.end) + 1)] = 1.0
        return surer


def on_channel(heard: Recognition, view: View, *, unnamed: Sequence[Notice]) -> Recognition:
    """What was said, on the view's channel; its warnings name it, other than those `unnamed`."""
    if view.channel is None:
        return heard
    warnings = tuple(
        one if one in unnamed else replace(one, message=f"{view.name}: {one.message}")
        for one in heard.warnings
    )
    segments = [_placed(one, view.channel) for one in heard.segments]
    return replace(heard, segments=segments, warnings=warnings)


def _placed(segment: Segment, channel: int) -> Segment:
    words = tuple(replace(word, channel=channel) for word in segment.words)
    return replace(segment, words=words, channel=channel)


def _together(heard: Sequence[Recognition], failed: tuple[Notice, ...]) -> Recognition:
    repairs = Counter[str]()
    for one in heard:
        repairs.update(one.repairs)
    return Recognition(
        segments=[segment for one in heard for segment in one.segments],
        spoken=_spoken(heard),
        models=tuple(dict.fromkeys(model for one in heard for model in one.models)),
        repairs=dict(repairs),
        warnings=(*dict.fromkeys(notice for one in heard for notice in one.warnings), *failed),
        timings=tuple(time for one in heard for time in one.timings),
    )


def _spoken(heard: Sequence[Recognition]) -> Spoken:
    """The language that most is spoken in, as sure as the channels are that speak it."""
    said = [
        (segment.language, segment.duration)
        for one in heard
        for segment in one.segments
        if segment.text.strip()
    ]
    language = most_spoken(said)
    sure = [
        (one.spoken.probability, sum(segment.duration for segment in one.segments))
        for one in heard
        if one.spoken.language == language and one.spoken.probability is not None
    ]
    seconds = sum(duration for _, duration in sure)
    probability = sum(share * duration for share, duration in sure) / seconds if seconds else None
    return Spoken(language=language, probability=probability)
