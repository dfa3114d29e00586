"""A recording heard from its beginning to its end, as it comes: live and offline alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.aosc import Memory, SpeakerCache
from diascribe.algorithms.logmel import GROUP, MELS, LogMel, Sound, begin_sound
from diascribe.models.streaming.networks import Network


@dataclass(frozen=True, slots=True, eq=False)
class HeardSoFar:
    """How far a recording was heard. A value: whoever keeps an older one can go on from there."""

    sound: Sound
    features: NDArray[np.float32]
    """(frame, mel) that steps yet to come hear."""
    decided: int
    """Tokens at their beginning that were decided on, and are heard once more."""
    memory: Memory


class StreamingListener:
    """Hears recordings as they come. It holds no recording's state; one serves all threads.

    The probabilities are the same to the last bit however the samples are cut, and are final:
    what comes later does not change them.
    """

    def __init__(self, network: Network, features: LogMel, cache: SpeakerCache) -> None:
        self._network = network
        self._features = features
        self._cache = cache

    def begin(self) -> HeardSoFar:
        """The hearing of a recording of which nothing came yet."""
        memory = self._cache.begin(self._network.dimension, self._network.silence)
        return HeardSoFar(begin_sound(), np.zeros((0, MELS), np.float32), 0, memory)

    def feed(
        self, hearing: HeardSoFar, samples: NDArray[np.float32]
    ) -> tuple[HeardSoFar, NDArray[np.float32]]:
        """The hearing with more samples (time,), and the probabilities (frame, speaker) now final.

        They follow on those that were given before. There may be none.
        """
        sound, features = self._features.feed(hearing.sound, samples)
        waiting = np.concatenate([hearing.features, features])
        after = replace(hearing, sound=sound, features=waiting)
        found = [np.zeros((0, self._network.speakers), np.float32)]
        while _tokens(after.features) - after.decided >= self._cache.schedule.ahead:
            after, decided = self._step(after, self._cache.schedule.chunk)
            found.append(decided)
        kept = replace(after, features=after.features.copy())  # of what was fed no more than that
        return kept, np.concatenate(found)

    def finish(self, hearing: HeardSoFar) -> NDArray[np.float32]:
        """The probabilities (frame, speaker) of what is left when the recording has ended."""
        features = np.concatenate([hearing.features, self._features.finish(hearing.sound)])
        after = replace(hearing, features=features)
        found = [np.zeros((0, self._network.speakers), np.float32)]
        while (left := _tokens(after.features) - after.decided) > 0:
            after, decided = self._step(after, min(left, self._cache.schedule.chunk))
            found.append(decided)
        frames = len(features) - hearing.decided * GROUP
        return np.concatenate(found)[: -(-frames * self._network.frames // GROUP)]

    def _step(self, hearing: HeardSoFar, count: int) -> tuple[HeardSoFar, NDArray[np.float32]]:
        """The hearing after so many tokens more are decided on, and their probabilities."""
        schedule = self._cache.schedule
        chunk = slice(hearing.decided, hearing.decided + count)
        heard = self._network.hear(
            hearing.memory, hearing.features[: (chunk.stop + schedule.right) * GROUP]
        )
        memory, decided = self._cache.advance(hearing.memory, heard, chunk)
        left = min(schedule.left, chunk.stop)
        features = hearing.features[(chunk.stop - left) * GROUP :]
        return HeardSoFar(hearing.sound, features, left, memory), decided


def _tokens(features: NDArray[np.float32]) -> int:
    """Tokens of features (frame, mel); only the last of a recording is of fewer frames."""
    return -(-len(features) // GROUP)
