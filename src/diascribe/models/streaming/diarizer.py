"""The streaming diarizers as the engine asks them: the networks once, turns as often as wanted."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.decide import most_talkative, speaking, spoken
from diascribe.algorithms.reconstruct import BLOCK, FULL, exclusive
from diascribe.algorithms.turns import named, shortfall, tidy, to_turns
from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.errors import OptionsError
from diascribe.models.streaming.listening import StreamingListener
from diascribe.protocols import Clustering, SpeakerCount, SpeechThresholds
from diascribe.timeline import Grid
from diascribe.transcript import Diarization, Model, Notice

BLOCK_S = 30.0
"""Seconds read at once: progress is told as often."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """All that the network found in one recording."""

    duration: float
    activity: NDArray[np.uint8]
    """Probability (frame, speaker), 0 to 255."""
    heard: NDArray[np.bool_]
    """Frames (frame,) in which anybody speaks."""


class StreamingDiarizer:
    """Tells who spoke when. One instance serves all threads."""

    clustering_threshold = None
    """It compares no voices: the network says itself who is who."""

    heeds = frozenset({"device"})
    """It hears in one way, in the precision of its file."""

    prepared_type = Prepared

    def __init__(
        self, listener: StreamingListener, model: Model, *, most_speakers: int, frame_s: float
    ) -> None:
        self._listener = listener
        self._grid = Grid(step=frame_s, width=frame_s)
        self.models = (model,)
        self.most_speakers = most_speakers

    def voice_distance(self, threshold: float | None) -> None:
        """Nothing: it gives no voices."""
        del threshold

    def prepare(self, audio: Audio, speech: SpeechThresholds) -> Generator[float, None, Prepared]:
        """Hear the recording once, from its beginning to its end; yields seconds of audio done."""
        hearing, step = self._listener.begin(), round(BLOCK_S * SAMPLE_RATE)
        found = []
        for first in range(0, len(audio.samples), step):
            hearing, final = self._listener.feed(hearing, audio.read(first, step))
            found.append(_bytes(final))
            yield min(audio.duration, (first + step) / SAMPLE_RATE)
        found.append(_bytes(self._listener.finish(hearing)))
        activity = np.concatenate(found)
        return Prepared(audio.duration, activity, spoken(activity, speech))

    def cluster(self, prepared: Prepared, clustering: Clustering) -> Diarization:
        """Turns as wanted, and no voices; runs no network.

        Raises:
            OptionsError: more speakers are wanted than it tells apart.
        """
        wanted = clustering.speakers
        self._check(wanted)
        active, found = self._active(prepared, wanted)
        tidy(active, self._grid, clustering)
        names = named(active)
        alone = _alone(active, prepared.activity)
        return Diarization(
            turns=to_turns(active, names, self._grid, prepared.duration),
            exclusive=to_turns(alone, names, self._grid, prepared.duration),
            warnings=(*self._limits(found, wanted), *shortfall(len(names), wanted)),
        )

    def _active(self, prepared: Prepared, wanted: SpeakerCount) -> tuple[NDArray[np.bool_], int]:
        """Who speaks (frame, speaker) of as many as are wanted, and how many were found."""
        everybody = np.arange(self.most_speakers)
        active = speaking(prepared.activity, prepared.heard, everybody)
        found = most_talkative(active, self.most_speakers)
        kept = most_talkative(active, wanted.high or self.most_speakers)
        if len(kept) < len(found):
            active = speaking(prepared.activity, prepared.heard, kept)
        return active, len(found)

    def _check(self, wanted: SpeakerCount) -> None:
        if wanted.low > self.most_speakers:
            limit = f"{self.models[0].name} tells at most {self.most_speakers} apart"
            raise OptionsError((f"speakers: {limit}, wanted {wanted.low}",))

    def _limits(self, found: int, wanted: SpeakerCount) -> Iterator[Notice]:
        """What to say of speakers who were merged, or may have been by the network."""
        name = self.models[0].name
        if wanted.high is not None and found > wanted.high:
            yield Notice(
                "speakers_merged",
                "diarization",
                f"{name} found {found} speakers, and at most {wanted.high} were wanted: those who"
                " speak most are kept, and what the others say is given to the likeliest of them",
            )
        elif found == self.most_speakers and wanted.high != found:
            yield Notice(
                "speaker_limit",
                "diarization",
                f"{name} tells at most {found} speakers apart and found as many: if there are"
                " more, some of them are one",
            )


def _alone(active: NDArray[np.bool_], activity: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The same speech (frame, speaker) with one speaker a frame: the likeliest of those active."""
    alone = np.empty_like(active)
    for first in range(0, len(active), BLOCK):
        block = slice(first, first + BLOCK)
        alone[block] = exclusive(active[block], activity[block].astype(np.uint16))
    return alone


def _bytes(activity: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Probability as 0 to 255, for a quarter of the memory."""
    return np.rint(activity * FULL).astype(np.uint8)
