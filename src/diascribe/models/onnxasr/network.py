"""What a recognizer asks of a network, whichever package runs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text, and when the network wrote it."""

    text: str
    """A blank at its beginning where a word begins with it."""
    start: float
    """Seconds from the beginning of the sound: the frame in which it was written."""
    probability: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What a network made of a sound."""

    text: str
    tokens: tuple[Token, ...] | None
    """Null where the network does not say when it wrote them."""


class Network(Protocol):
    """A recognizer's network; one instance serves all threads, a call uses one core."""

    def hear(self, sound: NDArray[np.float32], language: str | None, target: str | None) -> Heard:
        """The text of a sound (time,) in its language, or translated into `target`.

        Raises:
            ModelError: the network fails, for want of memory as a rule.
        """
        ...
