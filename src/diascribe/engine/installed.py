"""The seam to the models that are installed, whoever keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from diascribe.protocols import Aligner, Choice, Diarizer, Recognizer


class Shelf(Protocol):
    """The models that are installed; each is opened when it is wanted, and kept a while."""

    def recognizer(self, choice: Choice) -> Recognizer:
        """The recognizer that a request names, or the best one for its language.

        Raises:
            UnknownModelError: it is not installed; says what is.
            WeightsError: it is damaged.
        """
        ...

    def diarizer(self, choice: Choice) -> Diarizer[Any]:
        """The diarizer that a request names.

        Raises:
            UnknownModelError: it is not installed; says what is.
            WeightsError: it is damaged, or no diarizer that this version runs.
        """
        ...

    def aligners(self, language: str) -> Sequence[Aligner]:
        """The aligners for a language, the best first; none where there is none."""
        ...
