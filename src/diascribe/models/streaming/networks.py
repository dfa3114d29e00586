"""The networks of published exports, behind one seam: what they hear in a step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.aosc import Heard, Memory
from diascribe.algorithms.logmel import GROUP, MELS
from diascribe.errors import ModelError, WeightsError
from diascribe.weights.session import Session


class Network(Protocol):
    """Hears memory and a chunk, and tells how probably each speaker is active."""

    @property
    def speakers(self) -> int:
        """Most speakers that it tells apart."""
        ...

    @property
    def frames(self) -> int:
        """Frames that it tells apart within a token."""
        ...

    @property
    def dimension(self) -> int:
        """Numbers in a token."""
        ...

    @property
    def silence(self) -> NDArray[np.float32] | None:
        """The token (dimension,) that it learned for silence; null where it learned none."""
        ...

    def hear(self, memory: Memory, features: NDArray[np.float32]) -> Heard:
        """What it makes of memory and new features (frame, mel), of which it hears all.

        Raises:
            ModelError: it fails.
        """
        ...


class Sortformer:
    """One network from features to probabilities: NeMo's own export (`forward_for_export`)."""

    INPUTS = ("chunk", "chunk_lengths", "spkcache", "spkcache_lengths", "fifo", "fifo_lengths")
    ACTIVITY, TOKENS = "spkcache_fifo_chunk_preds", "chunk_pre_encode_embs"

    frames = 1
    silence = None

    def __init__(self, session: Session) -> None:
        _check(session, self.INPUTS, (self.ACTIVITY, self.TOKENS))
        for name in ("chunk", "spkcache", "fifo"):
            _check_free(session, name)
        self._session = session
        self.dimension = session.sizes("spkcache")[2] or 0
        probe = self._run(_nothing(self.dimension), _silence())
        self.speakers = _last(probe[self.ACTIVITY], session, self.ACTIVITY)
        _check_shape(session, probe[self.TOKENS], (1, 1, self.dimension))
        _check_shape(session, probe[self.ACTIVITY], (1, 1, self.speakers))

    def hear(self, memory: Memory, features: NDArray[np.float32]) -> Heard:
        """What it makes of memory and new features (frame, mel)."""
        found = self._run(memory, features)
        remembered = len(memory.cache) + len(memory.fifo)
        tokens = _tokens(features)
        activity = found[self.ACTIVITY][0, : remembered + tokens, None]
        return _complete(
            Heard(found[self.TOKENS][0, :tokens], activity), remembered, tokens, self._session
        )

    def _run(
        self, memory: Memory, features: NDArray[np.float32]
    ) -> Mapping[str, NDArray[np.float32]]:
        given: dict[str, NDArray[Any]] = {}
        named = {"chunk": features, "spkcache": memory.cache, "fifo": memory.fifo}
        for name, rows in named.items():
            given[name] = rows[None]
            given[f"{name}_lengths"] = np.array([len(rows)], np.int64)
        return dict(zip(self._session.outputs, self._session.run(given), strict=True))


class Nemotron:
    """Two networks: one makes tokens of features, one hears tokens, whoever remembers them."""

    FEATURES, EMBEDDED = "features", "embeds"
    TOKENS, LOGITS = "embeds", "logits"

    frames = GROUP

    def __init__(self, embed: Session, step: Session, silence: NDArray[np.float32]) -> None:
        _check(embed, (self.FEATURES,), (self.EMBEDDED,))
        _check(step, (self.TOKENS,), (self.LOGITS,))
        _check_free(embed, self.FEATURES)
        _check_free(step, self.TOKENS)
        self._embed, self._step = embed, step
        self.silence = silence
        self.dimension = len(silence)
        _check_shape(embed, self._tokens(_silence())[None], (1, 1, self.dimension))
        logits = self._logits(silence[None])
        self.speakers = _last(logits, step, self.LOGITS)
        _check_shape(step, logits, (1, GROUP, self.speakers))

    def hear(self, memory: Memory, features: NDArray[np.float32]) -> Heard:
        """What it makes of memory and new features (frame, mel)."""
        tokens = self._tokens(features)
        heard = np.concatenate([memory.cache, memory.fifo, tokens])
        activity = (1 + np.tanh(self._logits(heard)[0] / 2)) / 2  # the logistic, never too large
        by_token = activity.reshape(-1, self.frames, self.speakers)
        remembered = len(heard) - len(tokens)
        return _complete(Heard(tokens, by_token), remembered, _tokens(features), self._step)

    def _tokens(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Tokens (token, dimension) of features (frame, mel)."""
        tokens: NDArray[np.float32] = self._embed.run({self.FEATURES: features[None]})[0][0]
        return tokens

    def _logits(self, tokens: NDArray[np.float32]) -> NDArray[np.float32]:
        """Logits (1, token * frame, speaker) of tokens (token, dimension)."""
        return self._step.run({self.TOKENS: tokens[None]})[0]


def _check(session: Session, inputs: Sequence[str], outputs: Sequence[str]) -> None:
    """Refuse a network that takes or gives something else."""
    if set(session.inputs) != set(inputs) or not set(outputs) <= set(session.outputs):
        raise WeightsError(
            f"{session.name}: wanted the inputs {', '.join(inputs)} and the outputs"
            f" {', '.join(outputs)}, got {', '.join(session.inputs)}"
            f" and {', '.join(session.outputs)}"
        )


def _check_free(session: Session, name: str) -> None:
    """Refuse a network that takes only so many frames or tokens at once."""
    sizes = session.sizes(name)
    if len(sizes) != 3 or sizes[1] is not None:
        raise WeightsError(
            f"{session.name}: wanted an input {name} of any length, got one of the sizes {sizes}:"
            " an export with dynamic axes is needed"
        )


def _check_shape(session: Session, found: NDArray[np.float32], shape: tuple[int, ...]) -> None:
    if found.shape != shape:
        raise WeightsError(
            f"{session.name}: wanted an output of the sizes {shape} for 80 ms of silence,"
            f" got {found.shape}"
        )


def _last(found: NDArray[np.float32], session: Session, name: str) -> int:
    """The size of an output's last axis."""
    if found.ndim != 3:
        raise WeightsError(f"{session.name}: wanted an output {name} of 3 axes, got {found.ndim}")
    return int(found.shape[2])


def _complete(heard: Heard, remembered: int, tokens: int, session: Session) -> Heard:
    """The same; refuses fewer tokens than were given."""
    found = (len(heard.tokens), len(heard.activity))
    if found != (tokens, remembered + tokens):
        raise ModelError(
            f"{session.name}: wanted {tokens} tokens and probabilities of {remembered + tokens},"
            f" got {found[0]} and {found[1]}"
        )
    return heard


def _tokens(features: NDArray[np.float32]) -> int:
    """Tokens of features (frame, mel); the last may be of fewer frames."""
    return -(-len(features) // GROUP)


def _silence() -> NDArray[np.float32]:
    """A token's features (frame, mel) of digital silence, to see what a network gives."""
    return np.full((GROUP, MELS), np.log(np.float32(2**-24)), np.float32)


def _nothing(dimension: int) -> Memory:
    nothing = np.zeros((0, dimension), np.float32)
    return Memory(nothing, nothing, nothing, np.zeros(dimension, np.float32), 0)
