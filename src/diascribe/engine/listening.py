"""What was said on several channels, each by itself, as one recognition."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from diascribe.algorithms.languages import most_spoken
from diascribe.engine.beside import Steps
from diascribe.engine.channels import View
from diascribe.engine.languages import Spoken
from diascribe.engine.options import Options
from diascribe.engine.recognition import Listener, Recognition
from diascribe.engine.sides import told_failures
from diascribe.engine.steps import parted
from diascribe.errors import DiascribeError
from diascribe.transcript import Notice, Segment


def listen(listener: Listener, views: Sequence[View], options: Options) -> Steps[Recognition]:
    """What was said on all there is to hear.

    Raises:
        DiascribeError: recognition fails on every view.
    """
    if len(views) > 1:
        return (yield from listen_to_sides(listener, views, options))
    heard = yield from listener.listen(views[0].audio, options)
    return on_channel(heard, views[0], named=False)


def listen_to_sides(
    listener: Listener, views: Sequence[View], options: Options
) -> Steps[Recognition]:
    """What was said on all views; what fails on some of them is a warning.

    Raises:
        DiascribeError: recognition fails on every one.
    """
    heard: list[Recognition] = []
    failures: dict[str, DiascribeError] = {}
    for place, view in enumerate(views):
        try:
            one = yield from parted(listener.listen(view.audio, options), place, len(views))
        except DiascribeError as failure:
            failures[view.name] = failure
        else:
            heard.append(on_channel(one, view, named=True))
    if not heard:
        raise next(iter(failures.values()))
    failed = tuple(told_failures("recognition", failures))
    return _together(heard, failed)


def on_channel(heard: Recognition, view: View, *, named: bool) -> Recognition:
    """What was said, on the view's channel; its warnings name it where there are others."""
    if view.channel is None:
        return heard
    warnings = heard.warnings
    if named:
        told = (replace(one, message=f"{view.name}: {one.message}") for one in warnings)
        warnings = tuple(told)
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
        warnings=(*(notice for one in heard for notice in one.warnings), *failed),
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
