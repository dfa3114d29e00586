"""The arrival-order speaker cache: what a streaming diarizer remembers of a recording.

Medennikov et al. 2025, "Streaming Sortformer: Speaker Cache-Based Online Speaker Diarization
with Arrival-Time Ordering" (Interspeech). A network hears, as tokens of one clock, the cache,
the newest tokens before now and a chunk with its surroundings, and tells how probably each
speaker is active in each of them. Since the cache holds tokens of every speaker in the order in
which they arrived, a channel of the network is the same person from beginning to end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.aosc_keep import Keeping, keep


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How many tokens take part in a step.

    Raises:
        ValueError: a count is negative, or of tokens that every step needs zero.
    """

    chunk: int
    """Tokens that a step decides on."""
    left: int = 0
    """Tokens before them that are heard again from the sound."""
    right: int = 0
    """Tokens after them that are heard, and decided on later."""
    fifo: int
    """Newest decided tokens, remembered as they came."""
    update: int
    """Oldest of those that move to the cache at once when there are more, at least."""
    cache: int
    """Tokens remembered of all that was before."""

    def __post_init__(self) -> None:
        if (
            min(self.chunk, self.update, self.cache) < 1
            or min(self.left, self.right, self.fifo) < 0
        ):
            msg = f"a schedule needs tokens to decide on, to move and to keep, got {self}"
            raise ValueError(msg)

    @property
    def ahead(self) -> int:
        """Tokens from the first one that a step decides on to the last one that it hears."""
        return self.chunk + self.right


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """What is remembered of a recording so far. Its size does not grow with the recording."""

    cache: NDArray[np.float32]
    """(token, dimension): in order until it was full once, since then by speaker."""
    activity: NDArray[np.float32]
    """Probability (token, speaker) of each token of a cache that was full once. Before that the
    network hears the cache in order, and its newest opinion counts."""
    fifo: NDArray[np.float32]
    """(token, dimension): the newest, in order."""
    silence: NDArray[np.float32]
    """Token (dimension,) that stands for silence."""
    silent_tokens: int | None
    """Tokens of which it is the mean so far; null where it was learned in training."""
    full: bool = False
    """Whether the cache was full once."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What a network makes of a step."""

    tokens: NDArray[np.float32]
    """(token, dimension) of the chunk and its surroundings."""
    activity: NDArray[np.float32]
    """Probability (token, frame, speaker) of the cache, the fifo and these tokens, in this
    order; a token has one or several frames."""


@dataclass(frozen=True, slots=True)
class SpeakerCache:
    """The rules by which memory changes. It holds no recording's state.

    Raises:
        ValueError: the cache has no room for a token of each speaker beside the silent ones.
    """

    schedule: Schedule
    keeping: Keeping

    def __post_init__(self) -> None:
        least = self.keeping.speakers * (1 + self.keeping.silent_slots)
        if self.schedule.cache < least:
            msg = f"a cache for {self.keeping} needs {least} tokens, got {self.schedule.cache}"
            raise ValueError(msg)

    def begin(self, dimension: int, learned_silence: NDArray[np.float32] | None = None) -> Memory:
        """The memory of a recording of which nothing was heard yet."""
        unheard = np.zeros((0, dimension), np.float32)
        return Memory(
            cache=unheard,
            activity=np.zeros((0, self.keeping.speakers), np.float32),
            fifo=unheard,
            silence=np.zeros(dimension, np.float32) if learned_silence is None else learned_silence,
            silent_tokens=0 if learned_silence is None else None,
        )

    def advance(
        self, memory: Memory, heard: Heard, chunk: slice
    ) -> tuple[Memory, NDArray[np.float32]]:
        """The memory after a step, and the probabilities (frame, speaker) that it decided on.

        `chunk` says which of the tokens heard are those that the step decides on.
        """
        cached, remembered = len(memory.cache), len(memory.cache) + len(memory.fifo)
        activity = heard.activity.mean(axis=1)  # (token, speaker)
        now = slice(remembered + chunk.start, remembered + chunk.stop)
        decided = heard.activity[now].reshape(-1, heard.activity.shape[2])
        fifo = np.concatenate([memory.fifo, heard.tokens[chunk]])
        fifo_activity = np.concatenate([activity[cached:remembered], activity[now]])
        leaving = self._leaving(len(fifo))
        after = replace(memory, fifo=fifo[leaving:])
        if not leaving:
            return after, decided
        after = _heard_silence(after, fifo[:leaving], fifo_activity[:leaving], self.keeping)
        newest = memory.activity if memory.full else activity[:cached]
        grown = np.concatenate([newest, fifo_activity[:leaving]])
        return self._grown(after, fifo[:leaving], grown), decided

    def _leaving(self, waiting: int) -> int:
        """How many of the tokens that wait move to the cache: none while all may stay."""
        over = waiting - self.schedule.fifo
        return min(waiting, max(self.schedule.update, over)) if over > 0 else 0

    def _grown(
        self, memory: Memory, tokens: NDArray[np.float32], activity: NDArray[np.float32]
    ) -> Memory:
        """The memory with tokens more in its cache; of too many the most telling ones."""
        cache = np.concatenate([memory.cache, tokens])
        if len(cache) <= self.schedule.cache:
            return replace(memory, cache=cache, activity=activity)
        kept = keep(activity, size=self.schedule.cache, keeping=self.keeping)
        return replace(
            memory,
            cache=kept.of(cache, empty=memory.silence),
            activity=kept.of(activity, empty=np.zeros(activity.shape[1], np.float32)),
            full=True,
        )


def _heard_silence(
    memory: Memory,
    tokens: NDArray[np.float32],
    activity: NDArray[np.float32],
    keeping: Keeping,
) -> Memory:
    """The memory with what silence sounds like after these tokens (token, dimension)."""
    silent = tokens[activity.sum(axis=1) < keeping.silent_below]
    if memory.silent_tokens is None or not len(silent):
        return memory
    count = memory.silent_tokens + len(silent)
    total = memory.silence * memory.silent_tokens + silent.sum(axis=0)
    return replace(memory, silence=(total / count).astype(np.float32), silent_tokens=count)
