"""Samples to log-mel frames as NVIDIA's speech models hear them, however the samples come.

Frames of 25 ms every 10 ms, in groups of eight: one token of a streaming diarizer. A group is
always computed by itself, so that its numbers are the same to the last bit whether samples come
one by one or by the hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.mel import banded, mel_filters

MELS = 128
HOP = 160
"""Samples from frame to frame: 10 ms."""

WINDOW = 400
"""Samples of a frame: 25 ms, centred on the frame's first sample of 10 ms."""

FFT_SIZE = 512
GROUP = 8
"""Frames of a token: 80 ms."""

PRE_EMPHASIS = 0.97
GUARD = np.float32(2**-24)
"""Added before the logarithm, which digital silence would make infinite."""


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """The samples that frames yet to come are made of; fewer than a token and a frame."""

    waiting: NDArray[np.float32]
    """Pre-emphasised samples (time,) from the beginning of the next frame on."""
    last: NDArray[np.float32]
    """The newest sample (1,) as it came."""


def begin_sound() -> Sound:
    """A sound of which nothing was heard yet: before it there is silence."""
    return Sound(np.zeros(WINDOW // 2, np.float32), np.zeros(1, np.float32))


class LogMel:
    """Makes log-mel frames. It holds no recording's state."""

    def __init__(self, filters: NDArray[np.float32] | None = None) -> None:
        self._filters = mel_filters(MELS, FFT_SIZE) if filters is None else filters
        """(frequency, mel)."""

    def feed(self, sound: Sound, samples: NDArray[np.float32]) -> tuple[Sound, NDArray[np.float32]]:
        """The sound with more samples (time,), and the frames (frame, mel) of whole tokens."""
        before = np.concatenate([sound.last, samples[:-1]]) if len(samples) else samples
        emphasised = samples - np.float32(PRE_EMPHASIS) * before
        waiting = np.concatenate([sound.waiting, emphasised])
        groups = max(0, (len(waiting) - WINDOW) // HOP + 1) // GROUP
        frames = self._frames(waiting, groups)
        last = samples[-1:].copy() if len(samples) else sound.last
        return Sound(waiting[groups * GROUP * HOP :].copy(), last), frames

    def finish(self, sound: Sound) -> NDArray[np.float32]:
        """The last frames (frame, mel), as many as 10 ms begun and ended within the sound.

        After the sound there is silence.
        """
        count = (len(sound.waiting) - WINDOW // 2) // HOP
        groups = -(-count // GROUP)
        padding = groups * GROUP * HOP + WINDOW - len(sound.waiting)
        return self._frames(np.pad(sound.waiting, (0, max(0, padding))), groups)[:count]

    def _frames(self, emphasised: NDArray[np.float32], groups: int) -> NDArray[np.float32]:
        """Frames (frame, mel) of so many tokens."""
        if not groups:
            return np.zeros((0, MELS), np.float32)
        pieces = np.lib.stride_tricks.sliding_window_view(emphasised, WINDOW)[::HOP]
        framed = pieces[: groups * GROUP].reshape(groups, 1, GROUP, WINDOW)
        power = [banded(group * _faded(), self._filters, FFT_SIZE)[0] for group in framed]
        frames: NDArray[np.float32] = np.log(np.concatenate(power) + GUARD)
        return frames


@lru_cache(maxsize=1)
def _faded() -> NDArray[np.float32]:
    """Hann's window (time,) with both ends 0, as `torch.hann_window(periodic=False)`."""
    window: NDArray[np.float32] = np.hanning(WINDOW).astype(np.float32)
    window.flags.writeable = False
    return window
