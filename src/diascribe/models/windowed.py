"""The windowed diarizer: segment short windows, embed each voice, cluster, stitch.

Bredin 2023, "pyannote.audio 2.1 speaker diarization pipeline" (Interspeech), with a second
opinion on speech from a voice activity detector, and speakers found as
`algorithms.speakers` says.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.assign import assign_speakers
from diascribe.algorithms.hysteresis import drop_short, fill_gaps, hysteresis, to_spans
from diascribe.algorithms.reconstruct import (
    FULL,
    absorb_fragments,
    count_speakers,
    exclusive,
    most_active,
    speaker_scores,
)
from diascribe.algorithms.speakers import Voices, find_speakers
from diascribe.algorithms.speech import anybody, pool_speech
from diascribe.algorithms.windows import Windows, count_windows, cut_windows, overlap_mean
from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.protocols import (
    Clustering,
    Segmenter,
    SpeakerCount,
    SpeakerEncoder,
    SpeechThresholds,
    Vad,
)
from diascribe.timeline import Grid
from diascribe.transcript import Diarization, Notice, Turn

BATCH = 8
"""Windows per call: larger batches are no faster, and take more memory
(benchmarks/results/choices.jsonl)."""

LEAST_CLEAN_S = 0.65
"""With less speech than this to themselves in a window, a speaker's overlapped speech is
used as well (pyannote.audio's `exclude_overlap`)."""

LEAST_TRAINING_S = 1.0
"""Vectors of less speech are assigned to speakers, but do not help to find them."""


EDGE_S = 0.5
"""At its edges a window hears too little of a voice to tell whose it is: there the other
windows decide. Measured: a fifth less confusion (docs/decisions/0011)."""

FRAGMENT_S = 0.3
"""Shorter pieces of one voice stuck to another's turn are the other's: no word is shorter
and answered without a pause (docs/decisions/0011)."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class LocalVoices:
    """The voices heard in windows."""

    owners: NDArray[np.intp]
    """Window and local speaker (vector, 2) of each vector."""
    vectors: NDArray[np.float32]
    """(vector, dimension), each of length 1."""
    seconds: NDArray[np.float32]
    """Speech behind each vector (vector,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """All that the networks found in one recording."""

    duration: float
    windows: Windows
    activity: NDArray[np.uint8]
    """(window, frame, local speaker), 0 to 255."""
    speech: NDArray[np.bool_]
    """(frame,) of the recording."""
    voices: LocalVoices


class WindowedDiarizer:
    """Tells who spoke when. One instance serves all threads."""

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
        self.clustering_threshold = encoder.clustering_threshold

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
        return Prepared(audio.duration, windows, activity, spoken, _joined(found_voices))

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
        chosen = _prefer_clean(masks, least=round(LEAST_CLEAN_S / self._segmenter.grid.step))
        vectors = self._encoder.embed(self._samples(audio, batch), chosen.astype(np.float32))
        window, local = np.nonzero(~np.isnan(vectors[:, :, 0]))
        seconds = chosen.sum(axis=1)[window, local] * self._segmenter.grid.step
        owners = np.stack([window + batch.start, local], axis=1)
        return LocalVoices(owners, vectors[window, local], seconds.astype(np.float32))

    def cluster(self, prepared: Prepared, clustering: Clustering) -> Diarization:
        """Turns and voices as wanted; runs no network."""
        local = prepared.voices
        threshold = clustering.threshold
        if threshold is None:
            threshold = self.clustering_threshold
        wanted = clustering.speakers
        speakers = find_speakers(_training(local, wanted.low), threshold=threshold, count=wanted)
        active = prepared.activity.max(axis=1, initial=0) > FULL // 2
        labels = assign_speakers(_similarity(local, speakers, active.shape), active)
        return _stitched(prepared, labels, speakers, clustering)


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


def _prefer_clean(masks: NDArray[np.bool_], *, least: int) -> NDArray[np.bool_]:
    """Each speaker's frames (window, frame, local) to themselves, or all where those are few."""
    alone = masks & (masks.sum(axis=2, keepdims=True) == 1)
    return np.where(alone.sum(axis=1, keepdims=True) >= least, alone, masks)


def _joined(batches: list[LocalVoices]) -> LocalVoices:
    return LocalVoices(
        owners=np.concatenate([one.owners for one in batches]),
        vectors=np.concatenate([one.vectors for one in batches]),
        seconds=np.concatenate([one.seconds for one in batches]),
    )


def _training(local: LocalVoices, least: int) -> Voices:
    """The vectors that help to find speakers: those of enough speech, or all if too few are."""
    enough = local.seconds >= LEAST_TRAINING_S
    rows = enough if enough.sum() >= least else np.ones(len(enough), bool)
    return Voices(local.vectors[rows], local.seconds[rows])


def _similarity(
    local: LocalVoices, speakers: NDArray[np.float32], shape: tuple[int, int]
) -> NDArray[np.float32]:
    """Cosine similarity (window, local, speaker), NaN where there is no vector."""
    similarity = np.full((*shape, len(speakers)), np.nan, np.float32)
    similarity[local.owners[:, 0], local.owners[:, 1]] = local.vectors @ speakers.T
    return similarity


def _stitched(
    prepared: Prepared,
    labels: NDArray[np.intp],
    speakers: NDArray[np.float32],
    clustering: Clustering,
) -> Diarization:
    """Turns on the recording's timeline, speakers numbered by first speech."""
    windows = prepared.windows
    weights = _edge_weights(windows)
    scores = speaker_scores(prepared.activity, labels, len(speakers), windows, weights)
    count = count_speakers(prepared.activity, windows)
    count = np.where(prepared.speech, np.maximum(count, 1), 0).astype(np.uint8)
    active = absorb_fragments(
        most_active(scores, count), shorter_than=round(FRAGMENT_S / windows.grid.step)
    )
    _tidy(active, windows.grid, clustering)
    names = _names(active)
    return Diarization(
        turns=_turns(active, names, prepared),
        exclusive=_turns(exclusive(active, scores), names, prepared),
        voices={name: speakers[row] for row, name in names.items()},
        warnings=tuple(_shortfall(len(names), clustering.speakers)),
    )


def _names(active: NDArray[np.bool_]) -> dict[int, str]:
    """The label of each speaker who speaks at all, numbered by first speech."""
    heard = np.flatnonzero(active.any(axis=0))
    order = heard[np.argsort(active[:, heard].argmax(axis=0), kind="stable")]
    return {speaker: f"SPEAKER_{place:02d}" for place, speaker in enumerate(order.tolist())}


def _shortfall(found: int, wanted: SpeakerCount) -> Iterator[Notice]:
    """A warning where fewer speakers are heard than were asked for."""
    if found < (wanted.exact or wanted.least or 0):
        yield Notice(
            "fewer_speakers",
            "diarization",
            f"wanted at least {wanted.low} speakers, found voices that differ for {found}",
        )


def _edge_weights(windows: Windows) -> NDArray[np.uint8]:
    """How far to trust each frame (frame,) of a window, from 1 at the edges to 16."""
    edge = round(EDGE_S / windows.grid.step)
    weights = np.full(windows.frames, 16, np.uint8)
    weights[:edge] = weights[windows.frames - edge :] = 1
    return weights


def _tidy(active: NDArray[np.bool_], grid: Grid, clustering: Clustering) -> None:
    """Fill short pauses and drop short turns of each speaker, in place."""
    pause = round(clustering.min_duration_off_s / grid.step)
    turn = round(clustering.min_duration_on_s / grid.step)
    for speaker in range(active.shape[1]):
        filled = fill_gaps(active[:, speaker], shorter_than=pause)
        active[:, speaker] = drop_short(filled, shorter_than=turn)


def _turns(
    active: NDArray[np.bool_], names: Mapping[int, str], prepared: Prepared
) -> tuple[Turn, ...]:
    """Activity (frame, speaker) as turns within the recording, by start."""
    turns = [
        Turn(span.start, min(span.end, prepared.duration), speaker=name)
        for speaker, name in names.items()
        for span in to_spans(active[:, speaker], prepared.windows.grid)
        if span.start < prepared.duration
    ]
    return tuple(sorted(turns, key=lambda turn: (turn.start, turn.end, turn.speaker)))
