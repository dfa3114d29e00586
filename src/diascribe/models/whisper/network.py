"""The seam to the network: what it is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from diascribe.errors import ModelError

FRAME_S = 0.02
"""Seconds of one frame of the encoder's output: where its attention can point to."""

SAMPLES = 5
"""Texts drawn above temperature 0, of which the likeliest is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How texts are sought: along beams at temperature 0, by drawing lots above."""

    temperature: float = 0.0
    beam_size: int = 5
    """Ignored above temperature 0, where the likeliest of `SAMPLES` is taken."""
    patience: float = 1.0
    length_penalty: float = 1.0
    suppressed: tuple[int, ...] = ()
    """Tokens never written; -1 stands for those that the model's own files name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The best text that one search found."""

    tokens: tuple[int, ...]
    """The prefix that was prompted is part of it; the end of the text is not."""
    log_prob: float
    """Mean natural logarithm of the probability of its tokens and of its end, without those of
    the prefix, which were not sought."""
    no_speech: float
    """Probability that nobody speaks."""


@dataclass(frozen=True, slots=True)
class Path:
    """Where the decoder attended when it wrote a text."""

    starts: tuple[int, ...]
    """First frame of each token, and then of the text's end; none where nothing was found."""
    probabilities: tuple[float, ...]
    """Of each token, given those before it."""


class MemoryShortError(ModelError):
    """The network has no room for so many windows at once."""


class Encoded(Protocol):
    """What the encoder made of some windows; it is kept as long as they are worked on."""

    def part(self, rows: Sequence[int]) -> Encoded:
        """The same of some of the windows."""
        ...

    def generate(self, prompts: Sequence[Sequence[int]], search: Search) -> list[Draft]:
        """A text for each window, after its prompt.

        All prompts have as many tokens, and `<|startoftranscript|>` at the same place.
        """
        ...

    def align(
        self, start: Sequence[int], texts: Sequence[Sequence[int]], frames: Sequence[int]
    ) -> list[Path]:
        """Where in each window its text is; `frames` of 10 ms are sound, the rest padding.

        Texts are tokens without times, at least one each, and `start` their beginning.
        """
        ...

    def detect(self) -> list[Mapping[str, float]]:
        """The probability of each language in each window."""
        ...


class Network(Protocol):
    """The encoder and the decoder; calls from several threads are served in turn."""

    def encode(self, features: NDArray[np.float32]) -> Encoded:
        """The encoder's output for features (window, mel, frame)."""
        ...

    @property
    def aligns(self) -> bool:
        """Whether it knows when words are spoken; one that does not is never asked."""
        ...

    def room(self, beam_size: int) -> int:
        """How many windows may be worked on at once with the memory that is free; at least 1."""
        ...
