"""Sound of a voice to its vector."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.cluster import unit
from diascribe.audio import Audio
from diascribe.protocols import SpeakerEncoder
from diascribe.span import Span

WINDOW_S = 5.0
"""As much as the diarizer gives an encoder at once."""

STEP_S = 2.5

LEAST_S = 0.5
"""Shorter pieces are left out where there are longer ones."""

MOST_S = 120.0
"""Of speech: more makes no better vector."""

MASK_STEP_S = 0.01


def voice_of(
    encoder: SpeakerEncoder, audio: Audio, spans: Sequence[Span]
) -> Generator[float, None, NDArray[np.float32] | None]:
    """The unit vector (dimension,) of the voice in some spans; yields the share done, 0 to 1.

    Null where nothing is long enough. Pauses inside the spans are heard as well: without
    them a voice is less like itself (docs/decisions/0023).
    """
    windows = list(_windows(spans))
    sums = np.zeros(encoder.dimension, np.float32)
    for done, span in enumerate(windows, start=1):
        samples = audio.cut(span)[None, :]  # (window, time)
        frames = max(1, round(span.duration / MASK_STEP_S))
        vector = encoder.embed(samples, np.ones((1, frames, 1), np.float32))[0, 0]
        if not np.isnan(vector).any():
            sums += vector * np.float32(span.duration)
        yield done / len(windows)
    return unit(sums) if sums.any() else None


def _windows(spans: Sequence[Span]) -> Iterator[Span]:
    """Windows over the first spans that have speech enough, equally spaced within each."""
    longest = max((one.duration for one in spans), default=0.0)
    left_s = MOST_S
    for span in spans:
        if span.duration < min(LEAST_S, longest) or left_s <= 0:
            continue
        left_s -= span.duration
        length = min(WINDOW_S, span.duration)
        count = 1 + int(np.ceil((span.duration - length) / STEP_S))
        for start in np.linspace(span.start, span.end - length, count).tolist():
            yield Span(start, min(start + length, span.end))
