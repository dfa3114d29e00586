"""A streaming diarizer to whom a voice is a level, as it is to the other fakes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from fakes import tone
from numpy.typing import NDArray

from diascribe.algorithms.aosc import Heard, Memory, SpeakerCache
from diascribe.algorithms.logmel import GROUP, LogMel, begin_sound
from diascribe.models.streaming.diarizer import StreamingDiarizer
from diascribe.models.streaming.listening import StreamingListener
from diascribe.models.streaming.published import SORTFORMER_10_S, SORTFORMER_KEEPING
from diascribe.transcript import Model

LEVELS = (0.02, 0.1, 0.5)
"""How loud each voice is: a voice is a level."""


@dataclass(frozen=True)
class LevelEars:
    """A network that knows voices by their level, in the order of `LEVELS`, and one more alone.

    Below all levels nobody speaks.
    """

    speakers: int = 4
    frames: int = GROUP
    dimension: int = 1
    silence: NDArray[np.float32] | None = None

    def hear(self, memory: Memory, features: NDArray[np.float32]) -> Heard:
        groups = [features[place : place + GROUP] for place in range(0, len(features), GROUP)]
        tokens = np.array([[one[len(one) // 2].max()] for one in groups], np.float32)
        loud = np.concatenate([memory.cache, memory.fifo, tokens])[:, 0]
        activity = np.full((len(loud), self.frames, self.speakers), 0.01, np.float32)
        who = np.digitize(loud, EDGES) - 1
        for speaker in range(len(LEVELS)):
            activity[who == speaker, :, speaker] = 0.9
        return Heard(tokens, activity)


def loudest(level: float) -> float:
    """What the loudest mel of a tone of that level is; of five times the level it is 3.2 more."""
    samples = tone(1, level)[:, 0].astype(np.float32) / np.float32(32_768)
    _, frames = LogMel().feed(begin_sound(), samples)
    return float(np.median(frames.max(axis=1)))


EDGES = [loudest(level) - 1.0 for level in LEVELS]


def level_diarizer() -> StreamingDiarizer:
    """A streaming diarizer that knows voices by their level."""
    cache = SpeakerCache(SORTFORMER_10_S, SORTFORMER_KEEPING)
    by = StreamingListener(LevelEars(), LogMel(), cache)
    return StreamingDiarizer(by, Model("diarization", "ears", "1"), most_speakers=4, frame_s=0.01)
