"""Silero voice activity detection: 32 ms frames, one recurrent state per recording."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.timeline import Grid
from diascribe.transcript import Model
from diascribe.weights.session import Session

FRAME = 512  # samples: 32 ms, the only frame that the 16 kHz network takes
CONTEXT = 64  # samples of the frame before that each frame begins with
STATE = 128  # numbers in each half of the recurrent state
BLOCK = 1024  # frames per call: half a minute; longer ones are slower (docs/decisions/0031)
LAG_S = 0.016
"""The network answers half a frame late: measured on the boundaries of labelled speech."""


@dataclass(frozen=True, slots=True, eq=False)
class SileroState:
    """What the network remembers between two blocks of one recording."""

    hidden: NDArray[np.float32]
    cell: NDArray[np.float32]
    context: NDArray[np.float32]

    @classmethod
    def start(cls) -> SileroState:
        """The state before the first sample."""
        empty = np.zeros((1, 1, STATE), np.float32)
        return cls(empty, empty, np.zeros(CONTEXT, np.float32))


class SileroVad:
    """Finds speech; sharp edges, but deaf to faint voices."""

    grid = Grid(step=FRAME / SAMPLE_RATE, width=FRAME / SAMPLE_RATE, start=-LAG_S)

    def __init__(self, session: Session, revision: str) -> None:
        self._session = session
        self.model = Model("activity", "silero-vad", revision)

    def probabilities(self, audio: Audio) -> Generator[float, None, NDArray[np.float32]]:
        """Probability of speech (frame,) on `grid`; yields seconds of audio done."""
        state, blocks = SileroState.start(), [np.zeros(0, np.float32)]
        total = len(audio.samples)
        for first in range(0, total, BLOCK * FRAME):
            samples = audio.read(first, BLOCK * FRAME)
            padded = np.pad(samples, (0, -len(samples) % FRAME))
            block, state = self.step(padded, state)
            blocks.append(block)
            yield (first + len(samples)) / SAMPLE_RATE
        return np.concatenate(blocks)

    def step(
        self, samples: NDArray[np.float32], state: SileroState
    ) -> tuple[NDArray[np.float32], SileroState]:
        """Probabilities (frame,) of whole frames of samples (time,), and the state after."""
        frames = samples.reshape(-1, FRAME)
        before = np.concatenate([state.context[None], frames[:-1, -CONTEXT:]])
        output, hidden, cell = self._session.run(
            {"input": np.hstack([before, frames]), "h": state.hidden, "c": state.cell}
        )
        return output.ravel(), SileroState(hidden, cell, frames[-1, -CONTEXT:])
