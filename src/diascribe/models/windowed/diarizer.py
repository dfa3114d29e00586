"""The diarizer itself: its two halves joined."""

from __future__ import annotations

from collections.abc import Generator

from diascribe.audio import Audio
from diascribe.models.windowed.finding import SpeakerFinder
from diascribe.models.windowed.hearing import WindowListener
from diascribe.models.windowed.prepared import Prepared
from diascribe.models.windowed.stitching import stitch
from diascribe.protocols import Clustering, SpeechThresholds
from diascribe.transcript import Diarization


class WindowedDiarizer:
    """Tells who spoke when. One instance serves all threads."""

    prepared_type = Prepared

    def __init__(
        self, hearing: WindowListener, finder: SpeakerFinder, heeds: frozenset[str] = frozenset()
    ) -> None:
        """`heeds` names the options by which it was opened."""
        self._hearing = hearing
        self._finder = finder
        self.models = hearing.models
        self.clustering_threshold = finder.threshold
        self.most_speakers = None
        self.heeds = heeds

    def voice_distance(self, threshold: float | None) -> float:
        """The cosine distance of voices that a clustering threshold stands for."""
        given = self.clustering_threshold if threshold is None else threshold
        return self._finder.voice_distance(given)

    def prepare(self, audio: Audio, speech: SpeechThresholds) -> Generator[float, None, Prepared]:
        """Segment every window, then embed its voices; yields seconds of audio done."""
        return self._hearing.prepare(audio, speech)

    def cluster(self, prepared: Prepared, clustering: Clustering) -> Diarization:
        """Turns and voices as wanted; runs no network."""
        found = self._finder.find(prepared.voices, prepared.active, clustering)
        return stitch(prepared, found, clustering, self._hearing.calibration)
