"""Where there is speech to recognize."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.hysteresis import hysteresis, keep_long, pad, to_spans
from diascribe.algorithms.packing import pack
from diascribe.audio import Audio
from diascribe.protocols import Packing, Region, SpeechThresholds, Vad
from diascribe.span import Span
from diascribe.timeline import merge

LEAST_SPEECH_S = 0.1
"""Shorter speech is a click: no word is shorter, and a padded click gives phantom words."""

BRIDGED_S = 0.3
"""Shorter pauses are within a sentence; a recognizer hears better with them than without."""

PAD_S = 0.2
"""Sound kept on both sides: first and last phones are weak, and detectors answer late."""


def find_regions(
    vad: Vad, audio: Audio, thresholds: SpeechThresholds, packing: Packing
) -> Generator[float, None, list[Region]]:
    """Sorted, disjoint spans with speech; yields seconds of audio done."""
    probabilities = yield from vad.probabilities(audio)
    return regions(probabilities, vad, audio, thresholds, packing)


def regions(
    probabilities: NDArray[np.float32],
    vad: Vad,
    audio: Audio,
    thresholds: SpeechThresholds,
    packing: Packing,
) -> list[Region]:
    """Spans with speech, padded, from the probability of each of the detector's frames."""
    spoken = hysteresis(probabilities, onset=thresholds.onset, offset=thresholds.offset)
    spans = [span for span in to_spans(spoken, vad.grid) if span.start < audio.duration]
    lasting = keep_long(merge(spans, gap_s=BRIDGED_S), at_least_s=LEAST_SPEECH_S)
    padded = pad(lasting, pad_s=PAD_S, within=audio.span)
    pieces = pack(padded, max_s=packing.longest_s, gap_s=packing.joined_gap_s, quiet=_pauses(spans))
    return [Region(one.start, one.end) for one in pieces]


def _pauses(spans: Sequence[Span]) -> Iterator[float]:
    """The middles of what lies between the spans."""
    return ((before.end + after.start) / 2 for before, after in pairwise(spans))
