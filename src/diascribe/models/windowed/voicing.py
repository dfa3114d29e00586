"""Two ways of turning voices into vectors: window by window, or out of long stretches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE
from diascribe.models.windowed.ahead import Ahead
from diascribe.models.windowed.masks import Masks
from diascribe.models.windowed.prepared import LocalVoices
from diascribe.models.windowed.sound import Sound
from diascribe.protocols import SpeakerEncoder

BATCH_S = 20.0
"""Seconds of windows per call. What the first layers make of more no longer fits where the C
library keeps memory between calls: the system then gives and clears it anew for each
(docs/decisions/0031)."""


class SharingEncoder(SpeakerEncoder, Protocol):
    """An encoder whose features of a stretch serve every window in it."""

    @property
    def hop(self) -> int:
        """Samples from one frame of features to the next."""
        ...

    def frames(self, samples: int) -> int:
        """Frames of features that so many samples give."""
        ...

    def samples(self, frames: int) -> int:
        """Samples that so many frames of features need."""
        ...

    def features(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Features (window, feature, frame) of samples (window, time)."""
        ...

    def lasting(self, masks: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which voices (window, local speaker) of masks (window, frame, local) get a vector."""
        ...

    def pool(
        self, features: Sequence[NDArray[np.float32]], masks: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Vectors (window, local speaker, dimension); NaN rows for voices that do not last.

        `features` are (feature, frame) of each window in which any voice lasts, in order.
        """
        ...


class Voicing(Protocol):
    """Turns the voices of a recording into vectors."""

    def hear(self, sound: Sound, masks: Masks, ahead: Ahead) -> Iterator[tuple[int, LocalVoices]]:
        """Windows done so far and what was found since, in order."""
        ...


@dataclass(frozen=True, slots=True)
class EachWindow:
    """Every window by itself: the encoder hears each second of sound many times."""

    encoder: SpeakerEncoder

    def hear(self, sound: Sound, masks: Masks, ahead: Ahead) -> Iterator[tuple[int, LocalVoices]]:
        """Windows done so far and what was found since, in order."""
        work = partial(self._embed, sound, masks)
        for batch, voices in ahead.map(work, sound.batches_of(BATCH_S)):
            yield batch.stop, voices

    def _embed(self, sound: Sound, masks: Masks, batch: slice) -> LocalVoices:
        chosen = masks.of(batch)
        return chosen.voices(self.encoder.embed(sound.batch(batch), chosen.weights))


@dataclass(frozen=True, slots=True)
class SharedFeatures:
    """Features of stretches that follow one another, each second heard once.

    Windows are cut out of the features, over the seams between stretches too. Against windows
    by themselves two things differ: the mean that is taken off the sound's spectrum is that of a
    stretch, and a window's first and last frames see what lies beyond it.
    """

    encoder: SharingEncoder
    stretch_s: float = 48.0

    def hear(self, sound: Sound, masks: Masks, ahead: Ahead) -> Iterator[tuple[int, LocalVoices]]:
        """Windows done so far and what was found since, in order."""
        plan = Plan.of(sound, self.encoder, self.stretch_s)
        wanted = self._wanted(sound, masks, plan)
        held = np.zeros((0, 0), np.float32)
        done = 0
        for stretch, features in ahead.map(partial(self._features, sound, plan, wanted), plan):
            held = _joined(held, features)
            last = plan.complete(stretch)
            batch = slice(done, last)
            if last > done:
                yield last, self._pooled(masks, batch, held, plan, plan.frame(stretch + 1))
                done = last
            held = held[:, -min(plan.length, held.shape[1]) :]

    def _wanted(self, sound: Sound, masks: Masks, plan: Plan) -> NDArray[np.bool_]:
        """The stretches (stretch,) in which any window needs features."""
        wanted = np.zeros(plan.stretches, bool)
        for batch in sound.batches(64):
            heard = self.encoder.lasting(masks.of(batch).weights).any(axis=1)
            for window in (batch.start + np.flatnonzero(heard)).tolist():
                first, last = plan.start(window), plan.start(window) + plan.length - 1
                wanted[first // plan.size : last // plan.size + 1] = True
        return wanted

    def _features(
        self, sound: Sound, plan: Plan, wanted: NDArray[np.bool_], stretch: int
    ) -> NDArray[np.float32] | int:
        """Features (feature, frame) of a stretch; of one that nobody needs, their number."""
        frames = plan.frame(stretch + 1) - plan.frame(stretch)
        if not wanted[stretch]:
            return frames
        first = plan.frame(stretch) * self.encoder.hop
        samples = sound.cut(first, self.encoder.samples(frames))
        (features,) = self.encoder.features(samples[None])
        found: NDArray[np.float32] = features
        return found

    def _pooled(
        self, masks: Masks, batch: slice, held: NDArray[np.float32], plan: Plan, end: int
    ) -> LocalVoices:
        """The voices of the windows that end within features held up to the frame `end`."""
        chosen = masks.of(batch)
        heard = self.encoder.lasting(chosen.weights).any(axis=1)
        offset = end - held.shape[1]
        starts = [
            plan.start(one) - offset for one in (batch.start + np.flatnonzero(heard)).tolist()
        ]
        cut = [held[:, first : first + plan.length] for first in starts]
        return chosen.voices(self.encoder.pool(cut, chosen.weights))


@dataclass(frozen=True, slots=True)
class Plan:
    """Which frames of features belong to which stretch and window."""

    windows: int
    step: float
    """Frames from one window's start to the next one's."""
    length: int
    """Frames of a window."""
    size: int
    """Frames of a stretch; the last one may have a few less."""

    @classmethod
    def of(cls, sound: Sound, encoder: SharingEncoder, stretch_s: float) -> Plan:
        """The plan for a recording, in as few stretches as are no longer than that.

        They are equally long, for the mean of a short rest would be that of a few sounds.
        """
        length = encoder.frames(sound.length)
        longest = max(length, round(stretch_s * SAMPLE_RATE / encoder.hop))
        whole = cls(sound.windows.count, sound.step / encoder.hop, length, longest)
        return replace(whole, size=-(-whole.frames // whole.stretches))

    @property
    def frames(self) -> int:
        """Frames of all windows together."""
        return self.start(self.windows - 1) + self.length

    @property
    def stretches(self) -> int:
        """How many there are."""
        return -(-self.frames // self.size)

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.stretches))

    def start(self, window: int) -> int:
        """The frame nearest to where a window starts; where steps are whole frames, just there."""
        return round(window * self.step)

    def frame(self, stretch: int) -> int:
        """The first frame of a stretch."""
        return min(stretch * self.size, self.frames)

    def complete(self, stretch: int) -> int:
        """Windows that end within the stretches up to this one."""
        last = self.frame(stretch + 1) - self.length
        done = int(max(0, last) // self.step)
        while done < self.windows and self.start(done) <= last:
            done += 1
        return done


def _joined(held: NDArray[np.float32], features: NDArray[np.float32] | int) -> NDArray[np.float32]:
    """Features (feature, frame) of both, zeros for those that nobody needs."""
    if isinstance(features, int):
        features = np.zeros((held.shape[0], features), np.float32)
    rows = max(len(held), len(features))
    return np.concatenate([_rows(held, rows), _rows(features, rows)], axis=1)


def _rows(features: NDArray[np.float32], rows: int) -> NDArray[np.float32]:
    """The same features; where there are none of a stretch, zeros in so many rows."""
    return features if len(features) == rows else np.zeros((rows, features.shape[1]), np.float32)
