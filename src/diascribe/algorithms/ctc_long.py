"""CTC forced alignment of a long text in a long recording, in bounded memory.

Frames come in blocks. Only ways within a beam of the best one are followed, so only the part
of the text around it is looked at; and as soon as all of them share their past, that past is
settled and forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.ctc import (
    BLOCK,
    ENTERED,
    LEFT,
    NEVER,
    SKIPPED,
    Placed,
    Scores,
    are_apart,
    before_all,
    emissions,
    step,
)

BEAM = 3000.0
"""Nats below the best way at which a way is given up: what some minutes of speech cost that the
text lacks, or half a minute of text that nobody says."""

MOST_BYTES = 64 * 2**20
"""Of pasts that are not settled. Beyond it the best way's older half is taken for settled."""

LOOK_BACK = 2000
"""Frames between two looks for a shared past, at least: 40 s of the usual 20 ms."""


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """How the ways went through some frames."""

    first: int
    """Its first frame."""
    lowest: int
    """The token of the text that its first column stands for."""
    log_probs: NDArray[np.float32]
    """(frame, token of the vocabulary)."""
    ways: NDArray[np.uint8]
    """How each token and the blank before it were reached (frame, token)."""

    @property
    def bytes(self) -> int:
        """Of memory."""
        return self.ways.nbytes + self.log_probs.nbytes

    def back(self, codes: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Where ways that end at `codes` were in each frame (frame, way), and before (way,).

        A code is twice a token's place in the text, and one more in the token itself than in
        the blank before it.
        """
        path = np.empty((len(self.ways), len(codes)), np.intp)
        for frame in range(len(self.ways) - 1, -1, -1):
            path[frame] = codes
            way = self.ways[frame, codes // 2 - self.lowest]
            codes = np.where(codes % 2 == 1, _before_token(codes, way), _before_blank(codes, way))
        return path, codes


def _before_token(codes: NDArray[np.intp], way: NDArray[np.uint8]) -> NDArray[np.intp]:
    came = way & ~np.uint8(LEFT)
    before: NDArray[np.intp] = codes - (came == ENTERED) - 2 * (came == SKIPPED)
    return before


def _before_blank(codes: NDArray[np.intp], way: NDArray[np.uint8]) -> NDArray[np.intp]:
    before: NDArray[np.intp] = codes - (way & LEFT != 0)
    return before


class LongText:
    """Follows one target through blocks of frames; `feed` them all, then `finish`.

    What is kept grows with the text, and by at most `most_bytes` beside it.
    """

    def __init__(
        self,
        target: Sequence[int],
        *,
        blank: int,
        beam: float = BEAM,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        used = np.unique([blank, *target])
        self._columns = used
        self._blank = int(np.searchsorted(used, blank))
        self._labels = np.searchsorted(used, np.asarray(target, np.intp))[None]
        self._apart = are_apart(self._labels)
        self._beam = beam
        self._most_bytes = most_bytes
        self._frames = 0
        self._look_at = LOOK_BACK
        self._lowest = 0
        self._scores = before_all(self._labels[:, :0])
        self._pending: list[_Block] = []
        shape = self._labels.shape[1]
        latest = np.iinfo(np.intp).max
        self._placed = Placed(
            np.full(shape, latest), np.full(shape, -1), np.zeros(shape, np.float32)
        )

    def feed(self, log_probs: NDArray[np.float32]) -> None:
        """Go on through log probabilities (frame, token of the vocabulary)."""
        for first in range(0, len(log_probs), BLOCK):
            self._advance(log_probs[first : first + BLOCK, self._columns])
            self._prune()
        too_much = sum(block.bytes for block in self._pending) > self._most_bytes
        if too_much or self._frames >= self._look_at:
            self._settle(forced=too_much)
            self._look_at = self._frames + max(LOOK_BACK, BLOCK * len(self._pending))

    def finish(self) -> Placed | None:
        """Where the tokens lie; null where the sound ended before the text did.

        Where the past did not fit into memory, also where no way that was kept gets to the end.
        """
        tokens = self._labels.shape[1]
        reached = self._lowest + self._scores.tokens.shape[1]
        final = self._interleaved()[-2:]  # the last token and the blank after it
        if reached < tokens or final.max() == NEVER:
            return None
        ends_in_token = len(final) == 2 and final[0] >= final[1]
        self._commit(len(self._pending), 2 * tokens - ends_in_token)
        return self._placed

    def _advance(self, log_probs: NDArray[np.float32]) -> None:
        """Go through a block; the ways reach one token further with each frame."""
        self._widen(len(log_probs))
        here = slice(self._lowest, self._lowest + self._scores.tokens.shape[1])
        labels, apart = self._labels[:, here], self._apart[:, here]
        ways = np.zeros((len(log_probs), labels.shape[1] + 1), np.uint8)
        frames = emissions(log_probs[None], labels, self._blank)
        for frame, (picked, blanks) in enumerate(frames):
            self._scores, reached = step(self._scores, picked, blanks, apart)
            ways[frame] = reached[0]
        self._pending.append(_Block(self._frames, self._lowest, log_probs, ways))
        self._frames += len(log_probs)

    def _widen(self, tokens: int) -> None:
        """Let the ways reach so many tokens more, as far as there are any."""
        reached = self._lowest + self._scores.tokens.shape[1]
        more = min(tokens, self._labels.shape[1] - reached)
        self._scores = Scores(
            np.pad(self._scores.tokens, ((0, 0), (0, more)), constant_values=NEVER),
            np.pad(self._scores.blanks, ((0, 0), (0, more)), constant_values=NEVER),
        )

    def _prune(self) -> None:
        """Give up the ways that are further behind the best one than the beam."""
        tokens, blanks = self._scores.tokens[0], self._scores.blanks[0]
        least = max(tokens.max(initial=NEVER), blanks.max()) - self._beam
        inside, before = np.flatnonzero(tokens >= least), np.flatnonzero(blanks >= least)
        low = min(inside.min(initial=len(tokens)), before.min(initial=len(tokens)))
        high = max(inside.max(initial=-1) + 1, before.max(initial=0))
        self._lowest += int(low)
        self._scores = Scores(
            self._scores.tokens[:, low:high], self._scores.blanks[:, low : high + 1]
        )

    def _settle(self, *, forced: bool) -> None:
        """Settle the past that all ways share; where `forced` and none is, the best one's."""
        codes = self._codes()
        for index in range(len(self._pending) - 1, 0, -1):
            _, codes = self._pending[index].back(codes)
            if (codes == codes[0]).all():
                self._commit(index, int(codes[0]))
                return
        if forced:
            self._force(len(self._pending) // 2)

    def _force(self, count: int) -> None:
        """Settle `count` blocks by the best way, and give up all that went elsewhere."""
        codes = self._codes()
        for block in reversed(self._pending[count:]):
            _, codes = block.back(codes)
        scores = self._interleaved()
        kept = codes[np.argmax(scores[scores > NEVER])]
        scores[np.flatnonzero(scores > NEVER)[codes != kept]] = NEVER
        self._scores = Scores(scores[None, 1::2], scores[None, ::2])
        self._commit(count, int(kept))

    def _interleaved(self) -> NDArray[np.float32]:
        """The scores of the first blank, the first token, the second blank and so on."""
        scores = np.empty(2 * self._scores.tokens.shape[1] + 1, np.float32)
        scores[::2], scores[1::2] = self._scores.blanks[0], self._scores.tokens[0]
        return scores

    def _codes(self) -> NDArray[np.intp]:
        """Where the ways are that are followed."""
        return 2 * self._lowest + np.flatnonzero(self._interleaved() > NEVER)

    def _commit(self, count: int, code: int) -> None:
        """Put down where the way that ends at `code` found tokens in the first blocks."""
        for block in reversed(self._pending[:count]):
            path, before = block.back(np.array([code]))
            self._put(block, path[:, 0])
            code = int(before[0])
        del self._pending[:count]

    def _put(self, block: _Block, path: NDArray[np.intp]) -> None:
        frames = np.flatnonzero(path % 2)
        tokens = path[frames] // 2
        picked = block.log_probs[frames, self._labels[0, tokens]]
        np.add.at(self._placed.log_prob, tokens, picked)
        # A token may lie across blocks, and these may be settled at different times.
        np.minimum.at(self._placed.first, tokens, frames + block.first)
        np.maximum.at(self._placed.last, tokens, frames + block.first)
