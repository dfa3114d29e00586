"""What a network hears: log probabilities of letters, in short sounds or in long ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.ctc import with_star
from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.errors import ModelError, WeightsError
from diascribe.models.ctc.layout import Layout
from diascribe.span import Span
from diascribe.weights.session import Session

PIECE_S = 26.0
"""Of long sound so much is kept of each run of the network."""

MARGIN_S = 2.0
"""More sound on both sides of a piece: enough for the network's last letters to be the same."""

FRAMES_OFF = 1
"""A network may pad its sound, or not: so many frames more or fewer are the same strides."""

SAMPLES, MASK = "input_values", "attention_mask"
"""What the network's inputs are called."""

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames that are run at once, and those of them that are kept, counted from the first."""

    run: range
    kept: slice


class Network:
    """A network that spells sounds. One instance serves all threads."""

    def __init__(self, session: Session, layout: Layout, *, name: str) -> None:
        wanted = {SAMPLES, MASK} & set(session.inputs)
        if SAMPLES not in wanted or wanted != set(session.inputs):
            raise WeightsError(
                f"{session.name}: wanted the input {SAMPLES}, got {', '.join(session.inputs)}"
            )
        self._name = name
        self._session = session
        self._layout = layout
        self.frames = layout.frames
        self.pads = MASK in session.inputs and layout.masked
        """Whether sounds of several lengths can be run at once."""

    def spell(self, sounds: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Log probabilities (frame, token + star) of each of the sounds (time,), run at once.

        Raises:
            ModelError: the network fails, or gives what are no numbers.
            WeightsError: it gives other tokens than its vocabulary has.
        """
        counts = [self.frames.count(len(sound)) for sound in sounds]
        if not max(counts, default=0):
            return [np.zeros((0, self._layout.vocabulary.size + 1), np.float32) for _ in sounds]
        longest = max(map(len, sounds))
        rows = [self._normalized(sound) for sound in sounds]
        batch = np.stack([np.pad(row, (0, longest - len(row))) for row in rows])
        mask = np.arange(longest) < np.array([[len(sound)] for sound in sounds])
        given: dict[str, NDArray[Any]] = {SAMPLES: batch, MASK: mask.astype(np.int64)}
        found = self._session.run({name: given[name] for name in self._session.inputs})[0]
        self._check(found, self.frames.count(longest))
        blank = self._layout.vocabulary.blank
        logits = [found[item, :count] for item, count in enumerate(counts)]
        if not all(np.isfinite(one.max(axis=-1)).all() for one in logits):
            raise ModelError(f"{self._name}: gave values that are no numbers")
        return [with_star(_log_softmax(one), blank=blank) for one in logits]

    def long(
        self, audio: Audio, span: Span, pool: ThreadPoolExecutor, threads: int
    ) -> Iterator[NDArray[np.float32]]:
        """Log probabilities (frame, token + star) of the whole span, piece after piece."""
        first, last = (round(second * SAMPLE_RATE) for second in (span.start, span.end))

        def spell(piece: Piece) -> NDArray[np.float32]:
            hop, run = self.frames.hop, piece.run
            count = (len(run) - 1) * hop + self.frames.field
            return self.spell([audio.read(first + run.start * hop, count)])[0][piece.kept]

        return ahead(pool, spell, self._pieces(last - first), in_hand=threads + 1)

    def _pieces(self, samples: int) -> Iterator[Piece]:
        total = self.frames.count(samples)
        step, margin = (
            round(seconds * SAMPLE_RATE / self.frames.hop) for seconds in (PIECE_S, MARGIN_S)
        )
        for first in range(0, total, step):
            begin, end = max(0, first - margin), min(total, first + step + margin)
            yield Piece(range(begin, end), slice(first - begin, first - begin + step))

    def _normalized(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        """The samples (time,) as the network was trained with them."""
        if not self._layout.normalized or not len(sound):
            return sound
        centred: NDArray[np.float32] = sound - sound.mean()
        scaled: NDArray[np.float32] = centred / np.sqrt(sound.var() + np.float32(1e-7))
        return scaled

    def _check(self, found: NDArray[np.float32], frames: int) -> None:
        """Refuse an output (item, frame, token) of another model than its files tell of."""
        size = self._layout.vocabulary.size
        if found.ndim != 3 or found.shape[2] != size:
            raise WeightsError(
                f"{self._session.name}: wanted logits of {size} tokens as in vocab.json,"
                f" got an output of shape {found.shape}"
            )
        if abs(found.shape[1] - frames) > FRAMES_OFF:
            raise WeightsError(
                f"{self._session.name}: wanted {frames} frames by the conv_kernel and conv_stride"
                f" of config.json, got {found.shape[1]}: is it this network's?"
            )


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Natural logarithms of probability, of logits (frame, token)."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    found: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return found


def ahead(
    pool: ThreadPoolExecutor,
    work: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    in_hand: int,
) -> Iterator[Result]:
    """The result of each item in order; as many in hand as keep every thread busy."""
    waiting: deque[Future[Result]] = deque()
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) > in_hand:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
