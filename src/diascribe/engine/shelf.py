"""The models that are installed, opened when they are first wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diascribe.errors import WeightsError
from diascribe.models.pocketsphinx.aligner import PocketsphinxAligner
from diascribe.models.pocketsphinx.recognizer import PocketsphinxRecognizer
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.protocols import Aligner, Choice, Recognizer

EMBEDDED = "pocketsphinx-en-us"


@dataclass(frozen=True, slots=True)
class InstalledModels:
    """The recognizers and aligners of this machine; `workers` stay the caller's to close."""

    workers: Workers

    def recognizer(self, choice: Choice) -> Recognizer:
        """The recognizer that a request names, or the best one.

        Raises:
            WeightsError: it is not installed; says what is.
        """
        if choice.model not in {None, EMBEDDED}:
            raise WeightsError(f"model: wanted {EMBEDDED}, got {choice.model}")
        return PocketsphinxRecognizer(self.workers)

    def aligners(self, language: str, device: str) -> Sequence[Aligner]:
        """The aligners for a language, the best first; none where there is none."""
        del device  # the embedded one knows only processors
        embedded = PocketsphinxAligner(self.workers)
        return (embedded,) if language in embedded.languages else ()
