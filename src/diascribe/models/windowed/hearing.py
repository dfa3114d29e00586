"""The expensive half: the networks hear every window.

With a second opinion on speech from a voice activity detector (docs/decisions/0011).
"""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import CancelledError
from functools import partial
from threading import Event
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.hysteresis import between_pauses
from diascribe.algorithms.reconstruct import FULL, count_speakers
from diascribe.algorithms.speech import anybody, pool_speech, rise
from diascribe.algorithms.windows import Windows, count_windows, cut_windows, overlap_mean
from diascribe.audio import Audio
from diascribe.models.windowed.ahead import Ahead
from diascribe.models.windowed.masks import Masks
from diascribe.models.windowed.prepared import LocalVoices, Prepared
from diascribe.models.windowed.sound import Sound
from diascribe.models.windowed.voicing import (
    BATCH_S,
    EachWindow,
    SharedFeatures,
    SharingEncoder,
    Voicing,
)
from diascribe.protocols import Segmenter, SpeakerEncoder, SpeechThresholds, Vad

T = TypeVar("T")


class WindowListener:
    """Runs the networks over recordings. One instance serves all threads."""

    def __init__(
        self,
        *,
        vad: Vad | None,
        segmenter: Segmenter,
        encoder: SpeakerEncoder,
        step_s: float,
        threads: int,
        voicing: Voicing | None = None,
    ) -> None:
        """Without a detector, speech is where the segmentation counts anybody.

        `voicing` is how voices become vectors; null hears every window by itself.
        """
        self._vad = vad
        self._segmenter = segmenter
        self._voicing = voicing or EachWindow(encoder)
        self._step_s = step_s
        self._threads = threads
        self.models = (*([vad.model] if vad else []), segmenter.model, encoder.model)
        self.calibration = encoder.calibration

    @classmethod
    def sharing(
        cls, *, segmenter: Segmenter, encoder: SharingEncoder, step_s: float, threads: int
    ) -> WindowListener:
        """One whose windows share the encoder's features; its step is whole frames of them."""
        return cls(
            vad=None,
            segmenter=segmenter,
            encoder=encoder,
            step_s=step_s,
            threads=threads,
            voicing=SharedFeatures(encoder),
        )

    def prepare(self, audio: Audio, speech: SpeechThresholds) -> Generator[float, None, Prepared]:
        """Segment every window, then embed its voices; yields seconds of audio done.

        Both passes read the recording, so each counts for half of it.
        """
        sound, stop = Sound(audio, self._windows(audio)), Event()
        ahead, found_voices = Ahead(self._threads), []
        try:
            heard = partial(_listen, self._vad.probabilities(audio), stop) if self._vad else None
            listening = ahead.pool.submit(heard) if heard else None
            activity = np.zeros(self._shape(sound.windows), np.uint8)
            batches = sound.batches_of(BATCH_S)
            for batch, found in ahead.map(partial(self._segment, sound), batches):
                activity[batch] = found
                yield sound.seconds(batch.stop) / 2
            probability = listening.result() if listening else None
            spoken = self._spoken(probability, activity, sound, speech)
            masks = self._masks(activity, spoken, sound.windows)
            for done, voices in self._voicing.hear(sound, masks, ahead):
                found_voices.append(voices)
                yield (audio.duration + sound.seconds(done)) / 2
        finally:  # closed midway, nothing goes on in the background
            stop.set()
            ahead.close()
        joined = LocalVoices.joined(found_voices)
        return Prepared(audio.duration, sound.windows, activity, spoken, joined)

    def _windows(self, audio: Audio) -> Windows:
        window_s = self._segmenter.window_s
        return Windows(
            count=count_windows(audio.duration, window_s=window_s, step_s=self._step_s),
            step_s=self._step_s,
            window_s=window_s,
            frames=self._segmenter.frames,
            grid=self._segmenter.grid,
        )

    def _shape(self, windows: Windows) -> tuple[int, int, int]:
        return windows.count, windows.frames, self._segmenter.local_speakers

    def _segment(self, sound: Sound, batch: slice) -> NDArray[np.uint8]:
        """Activity (window, frame, local speaker) of a batch, 0 to 255.

        In windows of digital silence nobody speaks: no network is asked.
        """
        samples = sound.batch(batch)
        sounding = np.flatnonzero(samples.any(axis=1))
        activity = np.zeros((len(samples), *self._shape(sound.windows)[1:]), np.uint8)
        if len(sounding):
            found = self._segmenter.activity(samples[sounding])
            activity[sounding] = np.rint(found * FULL).astype(np.uint8)
        return activity

    def _spoken(
        self,
        heard: NDArray[np.float32] | None,
        activity: NDArray[np.uint8],
        sound: Sound,
        speech: SpeechThresholds,
    ) -> NDArray[np.bool_]:
        """Where somebody speaks (frame,), by what the detector `heard` where there is one."""
        if heard is None:
            return count_speakers(activity, sound.windows) > 0
        probability = self._speech(heard, activity, sound)
        return between_pauses(probability, onset=speech.onset, offset=speech.offset)

    def _speech(
        self, heard: NDArray[np.float32], activity: NDArray[np.uint8], sound: Sound
    ) -> NDArray[np.float32]:
        """Probability of speech (frame,) from detector, segmentation and level together."""
        windows = sound.windows
        if not len(heard):  # a recording without samples
            return np.zeros(windows.total_frames, np.float32)
        assert self._vad is not None, "somebody heard it"
        frames = np.arange(windows.total_frames)
        times = windows.grid.middle(0) + frames * windows.grid.step
        heard_at = self._vad.grid.middle(0) + np.arange(len(heard)) * self._vad.grid.step
        sharp = np.interp(times, heard_at, heard).astype(np.float32)
        robust = overlap_mean(_anybody(activity), windows)
        above = rise(sound.levels(), frame_s=windows.grid.step)
        return pool_speech(sharp, robust, above, frame_s=windows.grid.step)

    def _masks(
        self, activity: NDArray[np.uint8], spoken: NDArray[np.bool_], windows: Windows
    ) -> Masks:
        return Masks(
            activity=activity,
            spoken=cut_windows(spoken, windows) if self._vad else None,
            least_clean=round(self.calibration.least_clean_s / windows.grid.step),
            frame_s=windows.grid.step,
        )


def _listen(steps: Generator[float, None, T], stop: Event) -> T:
    """The generator's result, its progress unseen.

    Raises:
        CancelledError: it was told to stop.
    """
    while not stop.is_set():
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
    raise CancelledError


def _anybody(activity: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Probability (window, frame) of any local speaker, computed in blocks to bound memory."""
    probability = np.empty(activity.shape[:2], np.float32)
    for first in range(0, len(activity), 1024):
        block = slice(first, first + 1024)
        probability[block] = anybody(activity[block].astype(np.float32) / np.float32(FULL))
    return probability
