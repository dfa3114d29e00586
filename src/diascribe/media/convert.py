"""Frames of any format to 16 kHz int16."""

from __future__ import annotations

from collections.abc import Iterator

import av
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE
from diascribe.errors import MediaError

_BLOCK = 1 << 16
"""Samples converted at once: an hour of Opus has 180,000 frames, and each conversion has a
cost of its own."""

_FLOATS = {
    name: np.dtype(kind)
    for name, kind in (("flt", "f4"), ("fltp", "f4"), ("dbl", "f8"), ("dblp", "f8"))
}

_LOUDEST = 8.0
"""18 dB over full scale: louder is damage, and infinities within the resampler's filter
would turn their neighbours into noise."""

_STRUCT_PLANES = 8
"""Planes that FFmpeg keeps inside a frame; PyAV looks past the end of a longer list."""


class Converter:
    """Converts one stretch of frames that share format, layout and rate.

    The resampler's own delay is made up for: output sample 0 is input sample 0. Values
    outside full scale are cut off at it; NaN becomes 0.
    """

    def __init__(self) -> None:
        self.samples = 0
        """Samples pushed so far, at the frames' own rate."""
        self._fifo = av.AudioFifo()
        self._resampler = av.AudioResampler("s16", rate=SAMPLE_RATE)

    def push(self, frame: AudioFrame) -> bool:
        """Take a frame in; whether a block's worth waits for `convert`."""
        self.samples += frame.samples
        frame.pts = None  # the queue insists on perfect timestamps or none
        self._fifo.write(frame)
        return self._fifo.samples >= _BLOCK

    def convert(self) -> Iterator[NDArray[np.int16]]:
        """What waits, but for the filter's delay, as blocks of (time, channel)."""
        if self._fifo.samples:
            yield from self._resampled(self._fifo.read())

    def finish(self) -> Iterator[NDArray[np.int16]]:
        """All that is left, as blocks of (time, channel)."""
        yield from self.convert()
        yield from self._resampled(None)

    def _resampled(self, frame: AudioFrame | None) -> Iterator[NDArray[np.int16]]:
        if frame is not None:
            _sanitize(frame)
        try:
            blocks = self._resampler.resample(frame)
        except (av.FFmpegError, ValueError) as error:
            raise MediaError(f"wanted sound that can be resampled: {error}") from error
        for block in blocks:
            if block is not None:  # a resampler with nothing to do hands back its input
                count = block.samples * block.layout.nb_channels
                packed = np.frombuffer(memoryview(block.planes[0]), np.int16, count)
                yield packed.reshape(block.samples, -1)


def _sanitize(frame: AudioFrame) -> None:
    """Make float samples finite, in place."""
    kind = _FLOATS.get(frame.format.name)
    planes = frame.layout.nb_channels if frame.format.is_planar else 1
    if kind is None or planes > _STRUCT_PLANES:
        return
    count = frame.samples * frame.layout.nb_channels // planes
    for plane in frame.planes[:planes]:
        samples = np.frombuffer(memoryview(plane), kind, count)
        if not (samples.min() >= -_LOUDEST and samples.max() <= _LOUDEST):  # NaN is neither
            samples[:] = np.nan_to_num(samples.clip(-1, 1))
