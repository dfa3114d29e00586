"""The expensive half: the networks hear every window.

With a second opinion on speech from a voice activity detector (docs/decisions/0011).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.hysteresis import hysteresis
from diascribe.algorithms.reconstruct import FULL
from diascribe.algorithms.speech import anybody, pool_speech
from diascribe.algorithms.windows import Windows, count_windows, cut_windows, overlap_mean
from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.models.windowed.prepared import LocalVoices, Prepared
from diascribe.protocols import Segmenter, SpeakerEncoder, SpeechThresholds, Vad

BATCH = 8
"""Windows per call: larger batches are no faster, and take more memory
(benchmarks/results/choices.jsonl)."""

T = TypeVar("T")


class Hearing:
    """Runs the networks over recordings. One instance serves all threads."""

    def __init__(
        self,
        *,
        vad: Vad,
        segmenter: Segmenter,
        encoder: SpeakerEncoder,
        step_s: float,
        threads: int,
    ) -> None:
        self._vad = vad
        self._segmenter = segmenter
        self._encoder = encoder
        self._step_s = step_s
        self._threads = threads
        self.models = (vad.model, segmenter.model, encoder.model)
        self.calibration = encoder.calibration

    def prepare(self, audio: Audio, speech: SpeechThresholds) -> Generator[float, None, Prepared]:
        """Segment every window, then embed its voices; yields seconds of audio done.

        Both passes read the recording, so each counts for half of it.
        """
        windows, stop = self._windows(audio), Event()
        pool = ThreadPoolExecutor(self._threads)
        try:
            listening = pool.submit(_listen, self._vad.probabilities(audio), stop)
            activity = np.zeros(self._shape(windows), np.uint8)
            for batch, found in self._ahead(pool, partial(self._segment, audio), windows):
                activity[batch] = found
                yield _seconds(batch, windows, audio) / 2
            probability = self._speech(listening.result(), activity, windows)
            spoken = hysteresis(probability, onset=speech.onset, offset=speech.offset)
            found_voices = []
            embed = partial(self._embed, audio, activity, cut_windows(spoken, windows))
            for batch, voices in self._ahead(pool, embed, windows):
                found_voices.append(voices)
                yield (audio.duration + _seconds(batch, windows, audio)) / 2
        finally:  # closed midway, nothing goes on in the background
            stop.set()
            pool.shutdown(cancel_futures=True)
        return Prepared(audio.duration, windows, activity, spoken, LocalVoices.joined(found_voices))

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

    def _samples(self, audio: Audio, batch: slice) -> NDArray[np.float32]:
        """Samples (window, time) of a batch of windows, zeros after the recording's end."""
        step, length = (
            round(seconds * SAMPLE_RATE) for seconds in (self._step_s, self._segmenter.window_s)
        )
        wanted = (batch.stop - batch.start - 1) * step + length
        samples = audio.read(batch.start * step, wanted)
        padded = np.pad(samples, (0, wanted - len(samples)))
        return np.lib.stride_tricks.sliding_window_view(padded, length)[::step]

    def _ahead(
        self, pool: ThreadPoolExecutor, work: Callable[[slice], T], windows: Windows
    ) -> Iterator[tuple[slice, T]]:
        """Each batch and its result, in order; as many in hand as keep every thread busy."""
        waiting: deque[tuple[slice, Future[T]]] = deque()
        for batch in _batches(windows):
            waiting.append((batch, pool.submit(work, batch)))
            if len(waiting) > self._threads + 1:
                first, result = waiting.popleft()
                yield first, result.result()
        for first, result in waiting:
            yield first, result.result()

    def _segment(self, audio: Audio, batch: slice) -> NDArray[np.uint8]:
        """Activity (window, frame, local speaker) of a batch, 0 to 255."""
        activity = self._segmenter.activity(self._samples(audio, batch))
        return np.rint(activity * FULL).astype(np.uint8)

    def _speech(
        self, heard: NDArray[np.float32], activity: NDArray[np.uint8], windows: Windows
    ) -> NDArray[np.float32]:
        """Probability of speech (frame,) from the detector and the segmentation together."""
        if not len(heard):  # a recording without samples
            return np.zeros(windows.total_frames, np.float32)
        frames = np.arange(windows.total_frames)
        times = windows.grid.middle(0) + frames * windows.grid.step
        heard_at = self._vad.grid.middle(0) + np.arange(len(heard)) * self._vad.grid.step
        sharp = np.interp(times, heard_at, heard).astype(np.float32)
        robust = overlap_mean(_anybody(activity), windows)
        return pool_speech(sharp, robust, frame_s=windows.grid.step)

    def _embed(
        self, audio: Audio, activity: NDArray[np.uint8], spoken: NDArray[np.bool_], batch: slice
    ) -> LocalVoices:
        """The voices of a batch of windows."""
        masks = (activity[batch] > FULL // 2) & spoken[batch][:, :, None]
        alone = masks & (masks.sum(axis=2, keepdims=True) == 1)
        least = round(self.calibration.least_clean_s / self._segmenter.grid.step)
        chosen = _prefer_clean(masks, alone, least=least)
        vectors = self._encoder.embed(self._samples(audio, batch), chosen.astype(np.float32))
        window, local = np.nonzero(~np.isnan(vectors[:, :, 0]))
        seconds = chosen.sum(axis=1)[window, local] * self._segmenter.grid.step
        owners = np.stack([window + batch.start, local], axis=1)
        return LocalVoices(
            owners=owners,
            vectors=vectors[window, local],
            seconds=seconds.astype(np.float32),
            alone=alone.mean(axis=1, dtype=np.float32)[window, local],
        )


def _batches(windows: Windows) -> list[slice]:
    return [
        slice(first, min(first + BATCH, windows.count)) for first in range(0, windows.count, BATCH)
    ]


def _seconds(batch: slice, windows: Windows, audio: Audio) -> float:
    """Seconds of audio behind the end of a batch."""
    last = int(batch.stop) - 1
    return min(audio.duration, last * windows.step_s + windows.window_s)


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


def _prefer_clean(
    masks: NDArray[np.bool_], alone: NDArray[np.bool_], *, least: int
) -> NDArray[np.bool_]:
    """Each speaker's frames (window, frame, local) to themselves, or all where those are few."""
    return np.where(alone.sum(axis=1, keepdims=True) >= least, alone, masks)
