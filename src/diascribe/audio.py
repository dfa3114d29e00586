"""Decoded sound: a recording's channels and the mono views that models read."""

from __future__ import annotations

import mmap
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.span import Span

SAMPLE_RATE = 16_000
"""Samples per second of everything after decoding: what speech models are trained on."""

FRAME = 160
"""Samples of a frame of what is known of a recording's channels: 10 ms."""

FRAME_S = FRAME / SAMPLE_RATE
"""Seconds of such a frame."""

FULL_SCALE = 32_768.0
"""One more than the largest int16: dividing by it maps samples into [-1, 1)."""


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """One mono view of a recording; the only place where seconds become samples.

    `samples` is int16 (time, channel) and usually memory-mapped: nothing is read before
    `cut` asks for it. Where several channels are heard the view is their mean.
    """

    samples: NDArray[np.int16]
    channels: tuple[int, ...] | None = None
    """Those that are heard, counted from 0; null hears all."""
    heard: NDArray[np.bool_] | None = None
    """Where false (frame of `FRAME_S`,) the view is silent; null hears everything."""

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / SAMPLE_RATE

    @property
    def span(self) -> Span:
        """The whole of it."""
        return Span(0.0, self.duration)

    def cut(self, span: Span) -> NDArray[np.float32]:
        """Samples of `span` as float32 (time,) in [-1, 1), cut off at the recording's end."""
        first, last = round(span.start * SAMPLE_RATE), round(span.end * SAMPLE_RATE)
        return self.read(first, last - first)

    def read(self, first: int, count: int) -> NDArray[np.float32]:
        """`count` samples from sample `first` on, float32 (time,); fewer at the end."""
        block = self.samples[max(0, first) : max(0, first + count)]
        wanted = block if self.channels is None else block[:, list(self.channels)]
        mono = wanted[:, 0] if wanted.shape[1] == 1 else wanted.mean(axis=1, dtype=np.float32)
        scaled: NDArray[np.float32] = np.multiply(mono, 1 / FULL_SCALE, dtype=np.float32)
        _let_go(block)
        if self.heard is not None:
            scaled *= _gains(self.heard, max(0, first), len(scaled))
        return scaled


def _gains(heard: NDArray[np.bool_], first: int, count: int) -> NDArray[np.float32]:
    """Factors (time,) of `count` samples from sample `first` on, from 0 to 1 within a frame."""
    places = (first + np.arange(count) + 0.5) / FRAME - 0.5
    frames = np.arange(first // FRAME - 1, (first + count) // FRAME + 2)
    known = heard[frames.clip(0, len(heard) - 1)]
    gains: NDArray[np.float32] = np.interp(places, frames, known).astype(np.float32)
    return gains


def _let_go(block: NDArray[np.int16]) -> None:
    """Give back the memory of a block of a mapped file; the block stays readable.

    Pages once read would count as the process's memory until it ends: 115 MB an hour.
    Arrays that are no view of a mapped file are left alone.
    """
    owner: object = block.base
    while isinstance(owner, np.ndarray | memoryview):
        owner = owner.base if isinstance(owner, np.ndarray) else owner.obj
    if not isinstance(owner, mmap.mmap) or not hasattr(owner, "madvise") or not block.size:
        return
    whole = np.frombuffer(owner, np.uint8)
    first = block.ctypes.data - whole.ctypes.data
    aligned = first - first % mmap.PAGESIZE
    owner.madvise(mmap.MADV_DONTNEED, aligned, first - aligned + _extent(block))


def _extent(block: NDArray[np.int16]) -> int:
    """Bytes from a block's first sample to its last, gaps between channels included."""
    return block.strides[0] * len(block)


@dataclass(frozen=True, slots=True)
class Remark:
    """What a listener must know about a decoded file; `code` is stable."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """The decoded 16 kHz channels of one media file and what its container said.

    `samples` is int16 (time, channel); sample 0 is second 0 of the container's clock.
    """

    samples: NDArray[np.int16]
    name: str
    container: str = ""
    codec: str = ""
    source_rate_hz: int = SAMPLE_RATE
    remarks: tuple[Remark, ...] = ()
    """Coded `media_damaged`, `media_gaps`, `media_cut_off` or `media_other_tracks`."""

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / SAMPLE_RATE

    @property
    def channels(self) -> int:
        """How many channels were decoded."""
        return int(self.samples.shape[1])

    def channel(self, index: int) -> Audio:
        """The view of one channel, counted from 0."""
        return Audio(self.samples[:, index : index + 1])

    def read(self, first: int, count: int) -> NDArray[np.float32]:
        """`count` samples from sample `first` on, float32 (time, channel); fewer at the end."""
        block = self.samples[max(0, first) : max(0, first + count)]
        scaled: NDArray[np.float32] = np.multiply(block, 1 / FULL_SCALE, dtype=np.float32)
        _let_go(block)
        return scaled

    def mix(self) -> Audio:
        """The view of all channels mixed down."""
        return Audio(self.samples)
