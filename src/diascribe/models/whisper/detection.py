"""Which language is spoken, as the network hears it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from diascribe.audio import Audio
from diascribe.models.whisper.network import Network
from diascribe.models.whisper.windows import Extractor, features_of, window_of
from diascribe.span import Span


@dataclass(frozen=True, slots=True)
class WhisperDetector:
    """Tells the languages of a multilingual model apart."""

    network: Network
    extract: Extractor

    def detect(self, audio: Audio, spans: Sequence[Span]) -> Iterator[Mapping[str, float]]:
        """For each span the probability of each language; of long spans the beginning is heard.

        Spans are heard in batches; who stops early should ask for few at once.
        """
        size = self.network.room(beam_size=1)
        for first in range(0, len(spans), size):
            windows = [window_of(audio, one) for one in spans[first : first + size]]
            yield from self.network.encode(features_of(windows, self.extract)).detect()
