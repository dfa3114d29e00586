"""Which of a recording's channels are heard, which of them as one, and what of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.channels.choice import Choice, choose
from diascribe.algorithms.channels.leaks import Source, nearest, own_sound
from diascribe.algorithms.channels.levels import (
    SILENT_DB,
    Loudness,
    decibels,
    frame_levels,
    loudness,
)
from diascribe.algorithms.channels.likeness import BLOCK_S, Likeness, compare, joined
from diascribe.algorithms.channels.pairs import BLOCK_RANGE_DB, Sides, blocks_of, relate
from diascribe.audio import FRAME, SAMPLE_RATE, Audio, Recording
from diascribe.engine.beside import Progress, Steps
from diascribe.engine.keeping.kept import UNKEPT, Kept, noted
from diascribe.transcript import (
    ChannelDecision,
    ChannelFinding,
    ChannelPair,
    ChannelRole,
    Notice,
    StageTime,
)

READ = 60 * SAMPLE_RATE
"""Samples read at once: a minute."""

MOST_BLOCKS = 400
"""Blocks compared, at most so many for all channels together, and…"""

LEAST_BLOCKS = 12
"""…at least so many for each: they are spread over the seconds in which it is loud."""

STAGE = "channels"


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One voice-bearing part of a recording, as the models hear it."""

    audio: Audio
    channel: int | None
    """The channel that it is, or that bears what is mixed; null for a mix of all there is."""
    levels: NDArray[np.uint8] | None = None
    """How loud it is (frame,), as `frame_levels` has it; null where nobody needs to know."""
    loud_db: float = 0.0
    """How loud it gets."""

    @property
    def name(self) -> str:
        """What to call it in a message."""
        return "the recording" if self.channel is None else f"channel {self.channel}"


@dataclass(frozen=True, slots=True, eq=False)
class HeardChannels:
    """What of a recording is heard."""

    views: tuple[View, ...]
    whole: Audio
    """All views as one."""
    decision: ChannelDecision | None = None
    warnings: tuple[Notice, ...] = ()

    @property
    def sides(self) -> dict[int, Audio]:
        """The channels that are heard apart."""
        views = self.views if len(self.views) > 1 else ()
        return {view.channel: view.audio for view in views if view.channel is not None}


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """All channels of a recording, measured: all that is decided by."""

    levels: NDArray[np.uint8]
    """(frame, channel)"""
    loudness: tuple[Loudness, ...]
    pairs: tuple[ChannelPair, ...]

    def level(self, channel: int) -> NDArray[np.float32]:
        """A channel's levels (frame,) in dB."""
        return decibels(self.levels[:, channel])

    def choice(self, wanted: str) -> Choice:
        """What is heard where `wanted` is `auto`, `mix` or `split`."""
        return choose(wanted, self.loudness, self.pairs)


def heard_channels(
    recording: Recording, wanted: str, times: list[StageTime], kept: Kept = UNKEPT
) -> Steps[HeardChannels]:
    """The views to work on: one of a mono recording, and there is nothing to decide.

    How long it took is put down where there was work to do.
    """
    if recording.channels == 1:
        idle = (_not_split(),) if wanted == "split" else ()
        only = recording.mix()
        return HeardChannels((View(only, None),), only, warnings=idle)
    measuring = kept.found(STAGE, Measured, lambda: _measured(recording))
    measured = yield from noted(times, STAGE, measuring)
    choice = measured.choice(wanted)
    views = tuple(_views(recording, choice, measured))
    heard = tuple(sorted(place for group in choice.groups for place in group))
    whole = Audio(recording.samples, heard)
    return HeardChannels(views, whole, _decision(wanted, choice, measured))


def hear_channels(recording: Recording, wanted: str) -> Steps[HeardChannels]:
    """The same, and nobody asks how long it took."""
    return heard_channels(recording, wanted, [])


def _measured(recording: Recording) -> Steps[Measured]:
    levels = yield from _levels(recording)
    loud = tuple(loudness(decibels(levels[:, one])) for one in range(recording.channels))
    pairs = yield from _pairs(recording, levels, loud)
    return Measured(levels, loud, pairs)


def _not_split() -> Notice:
    return Notice(
        "nothing_to_split", STAGE, "the recording has one channel: channels=split has no effect"
    )


def _levels(recording: Recording) -> Steps[NDArray[np.uint8]]:
    """Levels (frame, channel) of the whole recording."""
    blocks = []
    for first in range(0, len(recording.samples), READ):
        blocks.append(frame_levels(recording.read(first, READ)))
        yield Progress(STAGE, min(recording.duration, (first + READ) / SAMPLE_RATE) / 2, None)
    empty = np.zeros((0, recording.channels), np.uint8)
    return np.concatenate([empty, *blocks])


def _pairs(
    recording: Recording, levels: NDArray[np.uint8], loud: Sequence[Loudness]
) -> Steps[tuple[ChannelPair, ...]]:
    """What every two channels that are not silent are to each other."""
    block_db = _block_levels(levels)
    seconds = _telling_blocks(block_db, loud)
    blocks: list[Likeness] = []
    size = round(BLOCK_S * SAMPLE_RATE)
    for done, place in enumerate(seconds.tolist(), start=1):
        blocks.append(compare(recording.read(place * size, size)))
        share = (1 + done / len(seconds)) / 2
        yield Progress(STAGE, recording.duration * share, recording.duration)
    likeness = joined(blocks, recording.channels)
    audible = [place for place, one in enumerate(loud) if not one.silent]
    found = []
    for pair in combinations(audible, 2):
        sides = Sides(
            (decibels(levels[:, pair[0]]), decibels(levels[:, pair[1]])),
            (loud[pair[0]], loud[pair[1]]),
        )
        found.append(relate(pair, blocks_of(likeness, block_db[seconds], pair, sides), sides))
    return tuple(found)


def _block_levels(levels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The level exceeded for a quarter of each block (block, channel), in dB."""
    frames = round(BLOCK_S * SAMPLE_RATE / FRAME)
    count = max(1, len(levels) // frames)
    whole = levels[: count * frames].reshape(count, -1, levels.shape[1])
    if not whole.shape[1]:
        return decibels(np.zeros((0, levels.shape[1]), np.uint8))
    return decibels(np.percentile(whole, 75, axis=1).astype(np.uint8))


def _telling_blocks(block_db: NDArray[np.float32], loud: Sequence[Loudness]) -> NDArray[np.intp]:
    """The blocks to compare: of each channel some of those in which it is loud, spread evenly."""
    most = max(LEAST_BLOCKS, MOST_BLOCKS // len(loud))
    chosen: set[int] = set()
    for channel, one in enumerate(loud):
        places = np.flatnonzero(block_db[:, channel] >= one.loud_db - BLOCK_RANGE_DB)
        if not one.silent and len(places):
            rows = np.linspace(0, len(places) - 1, min(most, len(places))).round().astype(int)
            chosen |= set(places[rows].tolist())
    return np.array(sorted(chosen), np.intp)


def _views(recording: Recording, choice: Choice, measured: Measured) -> Iterator[View]:
    """What is heard of each group of channels, without what leaks in from others."""
    if len(choice.groups) == 1:
        (group,) = choice.groups
        mixed = len(group) > 1
        heard = tuple(sorted(group))
        yield View(Audio(recording.samples, heard), None if mixed else group[0])
        return
    leaders = [group[0] for group in choice.groups]
    alike = (one for one in measured.pairs if one.relation != "independent")
    shared = {pair for one in alike for pair in _both(one)}
    for group in choice.groups:
        lead = group[0]
        own = _own(lead, leaders, measured, shared)
        yield View(
            Audio(recording.samples, tuple(sorted(group)), own),
            lead,
            measured.levels[:, lead],
            measured.loudness[lead].loud_db,
        )


def _both(pair: ChannelPair) -> tuple[tuple[int, int], tuple[int, int]]:
    return (pair.first, pair.second), (pair.second, pair.first)


def _own(
    lead: int, leaders: Sequence[int], measured: Measured, shared: set[tuple[int, int]]
) -> NDArray[np.bool_] | None:
    """Where a channel's sound is its own (frame,); null where all of it is."""
    others = [one for one in leaders if one != lead and (one, lead) not in shared]
    sources = [found for one in others if (found := _source(one, lead, measured)) is not None]
    own = own_sound(measured.level(lead), sources)
    room = sorted({lead, *(one for one in leaders if (one, lead) in shared)})
    if len(room) > 1:
        louds = [measured.loudness[one].loud_db for one in room]
        near = nearest([measured.level(one) for one in room], louds) == room.index(lead)
        own = near if own is None else own & near
    return own


def _source(one: int, lead: int, measured: Measured) -> Source | None:
    """Another channel as it is heard on `lead`; null where it is not."""
    first, second = min(one, lead), max(one, lead)
    pair = next(pair for pair in measured.pairs if (pair.first, pair.second) == (first, second))
    gain_db = pair.crosstalk_db[0 if one == first else 1]
    if gain_db is None:
        return None
    delay_ms = pair.delay_ms if one == first else -pair.delay_ms
    return Source(measured.level(one), gain_db, max(0.0, delay_ms / 1000))


def _decision(wanted: str, choice: Choice, measured: Measured) -> ChannelDecision:
    return ChannelDecision(
        wanted=wanted,
        method=choice.method,
        reason=_reason(wanted, choice, measured),
        channels=tuple(_findings(choice, measured)),
        pairs=measured.pairs,
    )


def _findings(choice: Choice, measured: Measured) -> Iterator[ChannelFinding]:
    """What became of each channel."""
    bearers = {one: group[0] for group in choice.groups if len(group) > 1 for one in group}
    for channel, one in enumerate(measured.loudness):
        role: ChannelRole = "mixed" if channel in bearers else "heard"
        role = "duplicate" if channel in choice.copies else role
        role = "silent" if channel in choice.silent else role
        yield ChannelFinding(
            channel=channel,
            role=role,
            of=choice.copies.get(channel, bearers.get(channel)),
            level_db=_known(one.loud_db),
            noise_db=_known(one.noise_db),
        )


def _known(level_db: float) -> float | None:
    """The level; null for digital silence."""
    return level_db if level_db > decibels(np.zeros(1, np.uint8))[0] else None


def _reason(wanted: str, choice: Choice, measured: Measured) -> str:
    """Why the channels are heard as they are, in a sentence."""
    parts = [_why(wanted, choice, measured)]
    if choice.copies:
        told = (f"{copy} of {first}" for copy, first in sorted(choice.copies.items()))
        parts.append(f"copies are left out: {', '.join(told)}")
    if choice.silent:
        named = ", ".join(map(str, choice.silent))
        parts.append(f"never louder than {SILENT_DB:g} dB: {named}")
    return "; ".join(parts)


def _why(wanted: str, choice: Choice, measured: Measured) -> str:
    if choice.method == "single":
        return f"only channel {choice.groups[0][0]} has sound that no other has"
    if wanted != "auto":
        return f"channels={wanted} was asked for"
    if choice.method == "mix":
        return "the channels hold the same voices, about equally loud"
    leaks = [
        gain
        for one in measured.pairs
        for gain in one.crosstalk_db
        if gain is not None and one.relation == "independent"
    ]
    leaking = f"; the loudest leak is {max(leaks):.0f} dB, and is not heard" if leaks else ""
    return f"the channels hold voices of their own{leaking}"
