"""Where there is speech to recognize."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.filling import Room, fill
from diascribe.algorithms.hysteresis import hysteresis, keep_long, pad, to_spans
from diascribe.audio import Audio
from diascribe.protocols import Packing, Region, SpeechThresholds, Vad
from diascribe.span import Span
from diascribe.timeline import Grid, Index, merge
from diascribe.transcript import Notice

LEAST_SPEECH_S = 0.1
"""Shorter speech is a click: no word is shorter, and a padded click gives phantom words."""

BRIDGED_S = 0.3
"""Shorter pauses are within a sentence; a recognizer hears better with them than without."""

PAD_S = 0.2
"""Sound kept on both sides: first and last phones are weak, and detectors answer late."""

UNSURE_S = 0.032
"""Where speech begins and ends is known to a frame of the detector, silero's 32 ms."""

LEAST_PAUSE_S = 0.15
"""Between two regions, where there is a choice: a shorter silence may be within a word, before
its p, t or k. Chosen by hand."""


@dataclass(frozen=True)  # without slots: what is asked for often is kept
class Speech:
    """Where a detector hears speech in a recording."""

    heard: Sequence[Span]
    """Sorted and disjoint, to the frame: short pauses are kept, nothing is padded."""
    recording: Span
    sure: Sequence[Span] | None = None
    """The same at the usual thresholds; null where no lower ones are asked for."""

    @cached_property
    def lasting(self) -> list[Span]:
        """Without pauses within a sentence and without clicks; not padded."""
        return keep_long(merge(self.heard, gap_s=BRIDGED_S), at_least_s=LEAST_SPEECH_S)

    @cached_property
    def believed(self) -> list[Span]:
        """`lasting` at the usual thresholds at least: what is said elsewhere needs a witness."""
        if self.sure is None:
            return self.lasting
        return keep_long(merge(self.sure, gap_s=BRIDGED_S), at_least_s=LEAST_SPEECH_S)

    @cached_property
    def padded(self) -> list[Span]:
        """What a recognizer should hear."""
        return pad(self.lasting, pad_s=PAD_S, within=self.recording)

    @cached_property
    def possible(self) -> list[Span]:
        """Outside of these the detector is sure that nobody speaks."""
        return pad(self.lasting, pad_s=UNSURE_S, within=self.recording)

    @cached_property
    def pauses(self) -> list[float]:
        """The middles of all pauses: good places to cut."""
        return [(before.end + after.start) / 2 for before, after in pairwise(self.heard)]

    @cached_property
    def _places(self) -> Index[Span]:
        return Index(self.padded)

    def within(self, span: Span) -> list[Span]:
        """What a recognizer should hear of a span."""
        return [
            Span(max(one.start, span.start), min(one.end, span.end))
            for one in self._places.overlapping(span)
        ]

    def pauses_in(self, span: Span) -> list[float]:
        """The middles of the pauses within a span."""
        first, last = bisect_right(self.pauses, span.start), bisect_left(self.pauses, span.end)
        return self.pauses[first:last]

    def regions(self, packing: Packing) -> list[Region]:
        """Sorted, disjoint regions as a recognizer hears them best, and as few as can be."""
        lasting = Index(self.lasting)
        spoken = [one for one in self.heard if lasting.overlapping(one)]
        room = Room(packing.longest_s, packing.joined_gap_s, PAD_S, UNSURE_S, LEAST_PAUSE_S)
        pieces = fill(spoken, room, within=self.recording)
        return [Region(one.start, one.end) for one in pieces]


def find_speech(
    vad: Vad, audio: Audio, thresholds: SpeechThresholds
) -> Generator[float, None, Speech]:
    """Where there is speech; yields seconds of audio done."""
    probabilities = yield from vad.probabilities(audio)
    usual = SpeechThresholds()
    least = SpeechThresholds(
        max(usual.onset, thresholds.onset), max(usual.offset, thresholds.offset)
    )
    heard, sure = (_heard(probabilities, vad.grid, audio, one) for one in (thresholds, least))
    return Speech(heard, audio.span, None if least == thresholds else sure)


def _heard(
    probabilities: NDArray[np.float32], grid: Grid, audio: Audio, thresholds: SpeechThresholds
) -> list[Span]:
    """Where probabilities (frame,) tell of speech, to the frame."""
    spoken = hysteresis(probabilities, onset=thresholds.onset, offset=thresholds.offset)
    ends = audio.duration
    return [
        Span(span.start, min(ends, span.end))
        for span in to_spans(spoken, grid)
        if span.start < ends
    ]


def find_regions(
    vad: Vad, audio: Audio, thresholds: SpeechThresholds, packing: Packing
) -> Generator[float, None, list[Region]]:
    """Sorted, disjoint spans with speech; yields seconds of audio done."""
    speech = yield from find_speech(vad, audio, thresholds)
    return speech.regions(packing)


def nobody_speaks(speech: Sequence[Span]) -> Iterator[Notice]:
    """A warning where there is no speech at all."""
    if not speech:
        yield Notice("no_speech", "activity", "no speech was found")
