"""What of a recording the network hears at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.protocols import Packing
from diascribe.span import Span

WINDOW_S = 30.0
"""Seconds that the network always hears; what is shorter is padded."""

FRAMES = 3000
"""Frames of features in a window: one each 10 ms."""

FEWEST_SAMPLES = SAMPLE_RATE // 10
"""No word is shorter than 0.1 s."""

PACKING = Packing(longest_s=WINDOW_S, joined_gap_s=5.0)
"""A window costs the same however full it is, so that speech is joined until it is. Pauses within
talk are shorter than 5 s; longer ones hold something else, out of which Whisper makes texts."""

Extractor = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Features (mel, frame) of samples (time,), in frames of 10 ms, one more than they fill."""


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A region and its sound (time,), no more than the network hears."""

    span: Span
    sound: NDArray[np.float32]

    @property
    def audible(self) -> bool:
        """Whether there can be a word in it: digital silence and clicks have none."""
        return len(self.sound) >= FEWEST_SAMPLES and bool(self.sound.any())

    @property
    def frames(self) -> int:
        """Frames of 10 ms that are sound; the rest is padding."""
        return min(FRAMES, math.ceil(len(self.sound) * FRAMES / (WINDOW_S * SAMPLE_RATE)))


def window_of(audio: Audio, span: Span) -> Window:
    """The window over a span; of one that is too long the beginning."""
    return Window(span, audio.cut(span)[: round(WINDOW_S * SAMPLE_RATE)])


def features_of(windows: Sequence[Window], extract: Extractor) -> NDArray[np.float32]:
    """Features (window, mel, frame), padded with zeros to the length that the network hears.

    The last frame, which an extractor has half beyond the sound, is left out: both as
    faster-whisper does in its batches, so that its models hear what they are used to.
    """
    each = [extract(one.sound)[:, :-1][:, :FRAMES] for one in windows]
    padded = [np.pad(one, ((0, 0), (0, FRAMES - one.shape[1]))) for one in each]
    return np.stack(padded).astype(np.float32, copy=False)
