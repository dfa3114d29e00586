"""Frames put on a spool where the container's clock wants them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE
from diascribe.media.clock import gap
from diascribe.media.convert import Converter
from diascribe.media.spool import Spool


class Track:
    """Converts stretches of unbroken, uniform frames and puts silence between them."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._converter = Converter()
        self._shape: tuple[str, str, int] | None = None
        """Format, layout and rate of the stretch; null before the first frame."""
        self.gaps = 0.0
        """Seconds of silence put between frames; that before the first does not count."""
        self._begin = 0.0
        """Where the stretch begins."""

    @property
    def position(self) -> float:
        """The second at which the sound so far ends."""
        rate_hz = self._shape[2] if self._shape else SAMPLE_RATE
        return self._begin + self._converter.samples / rate_hz

    def add(self, frame: AudioFrame, start: float | None) -> bool:
        """Add a frame that wants to start at `start`; whether the spool has grown."""
        position = self.position
        silence = gap(position, start)
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if silence or shape != self._shape:
            until = position + silence
            self.gaps += silence if self._shape else 0.0
            self.finish()
            self._spool.silence_until(round(until * SAMPLE_RATE))
            self._converter = Converter()
            self._shape = shape
            self._begin = max(until, self._spool.length / SAMPLE_RATE)
        ready = self._converter.push(frame)
        if ready:
            self._write(self._converter.convert())
        return ready

    def finish(self) -> None:
        """Write what is still being converted."""
        self._write(self._converter.finish())

    def _write(self, blocks: Iterable[NDArray[np.int16]]) -> None:
        for block in blocks:
            self._spool.append(_widened(block, self._spool.channels))


def _widened(samples: NDArray[np.int16], channels: int) -> NDArray[np.int16]:
    """Samples (time, channel) of a stream that changed its channels midway, mixed to fit."""
    if samples.shape[1] == channels:
        return samples
    mono = samples.mean(axis=1, keepdims=True).astype(np.int16)
    return np.repeat(mono, channels, axis=1)
