"""One instant, deterministic fake per protocol.

Their world is simple: loud sound is speech, each loud half second of a region is one word,
and a voice is a level. So tests can paint recordings with numpy and know the answers.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.settle import settle, words_of
from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.calibration import Calibration
from diascribe.errors import LanguageError, OptionsError, UnknownModelError, WeightsError
from diascribe.flags import TEXT_DOES_NOT_FIT, joined
from diascribe.protocols import (
    Aligner,
    Choice,
    Clustering,
    Decoding,
    Diarizer,
    LanguageDetector,
    Packing,
    Recognizer,
    Region,
    SpeechThresholds,
)
from diascribe.span import Span
from diascribe.timeline import Grid, spread
from diascribe.transcript import Diarization, Model, Quality, Segment, Turn, Word

LOUD = 0.02
"""Root mean square above which sound is speech to every fake."""

SHOUTED = 0.25
"""Root mean square above which speech is German to every fake, and English below."""

LETTER = re.compile("[A-Za-z]")
"""What an aligner knows how to find."""

WORD_S = 0.5
VAD_GRID = Grid(step=0.032, width=0.032)
WINDOW_GRID = Grid(step=0.1, width=0.1)

UNSURE = Quality(log_prob=-1.5, compression_ratio=1.1, no_speech=0.9, temperature=0.0)
"""What a recognizer says of a text that it does not believe in."""


def fake_model(stage: str) -> Model:
    return Model(stage, f"fake-{stage}", "1", "a fake")


def tone(duration: float, level: float = 0.1) -> NDArray[np.int16]:
    """A 200 Hz tone as int16 (time, 1), `level` of full scale."""
    time = np.arange(round(duration * SAMPLE_RATE)) / SAMPLE_RATE
    wave = level * np.sqrt(2) * np.sin(2 * np.pi * 200 * time)
    samples: NDArray[np.int16] = np.round(32_767 * wave).astype(np.int16)
    return samples[:, None]


def silence(duration: float) -> NDArray[np.int16]:
    """Digital silence as int16 (time, 1)."""
    return np.zeros((round(duration * SAMPLE_RATE), 1), np.int16)


def level_of(samples: NDArray[np.float32]) -> float:
    """Root mean square of samples (time,); 0 for none."""
    return float(np.sqrt(np.mean(np.square(samples)))) if samples.size else 0.0


@dataclass(frozen=True)
class FakeVad:
    """Speech is loud, to the frame of 32 ms."""

    model: Model = field(default_factory=lambda: fake_model("activity"))
    grid: Grid = VAD_GRID

    def probabilities(self, audio: Audio) -> Generator[float, None, NDArray[np.float32]]:
        frame = round(self.grid.step * SAMPLE_RATE)
        samples = audio.read(0, len(audio.samples))
        levels = [level_of(samples[i : i + frame]) for i in range(0, len(samples), frame)]
        yield audio.duration
        return (np.array(levels) > LOUD).astype(np.float32)


@dataclass(frozen=True)
class FakeSegmenter:
    """One loud speaker a window, and two who say nothing."""

    model: Model = field(default_factory=lambda: fake_model("segmentation"))
    window_s: float = 5.0
    frames: int = 50
    local_speakers: int = 3
    grid: Grid = WINDOW_GRID

    def activity(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        frames = windows.reshape(len(windows), self.frames, -1)
        activity = np.zeros((*frames.shape[:2], self.local_speakers), np.float32)
        activity[:, :, 0] = np.sqrt(np.mean(np.square(frames), axis=2)) > LOUD
        return activity


FAKE_CALIBRATION = Calibration(threshold=0.05, least_clean_s=0.65, edge_s=0.5, fragment_s=0.3)


@dataclass(frozen=True)
class FakeEncoder:
    """A voice is its level: each decibel above the faintest speech turns the vector by 2°."""

    model: Model = field(default_factory=lambda: fake_model("encoding"))
    dimension: int = 2
    calibration: Calibration = FAKE_CALIBRATION
    verification_threshold: float | None = 0.97

    def embed(
        self, windows: NDArray[np.float32], masks: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        repeats = windows.shape[1] // masks.shape[1]
        power = np.square(windows[:, : repeats * masks.shape[1]])
        by_frame = power.reshape(len(windows), masks.shape[1], repeats).mean(axis=2)
        weight = masks.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.einsum("wf,wfs->ws", by_frame, masks) / weight
            angle = np.deg2rad(20 * np.log10(mean / LOUD**2))
        return np.stack([np.cos(angle), np.sin(angle)], axis=-1).astype(np.float32)


@dataclass(frozen=True)
class FakeDetector:
    """German is shouted: its share of the speech, as far as the detector is sure of anything."""

    sureness: float = 0.95

    def detect(self, audio: Audio, spans: Sequence[Span]) -> Iterator[Mapping[str, float]]:
        frame = SAMPLE_RATE // 10
        for span in spans:
            samples = audio.cut(span)
            levels = [level_of(samples[i : i + frame]) for i in range(0, len(samples), frame)]
            spoken = [level for level in levels if level > LOUD]
            share = sum(level > SHOUTED for level in spoken) / max(1, len(spoken))
            german = self.sureness * share + (1 - self.sureness) * (1 - share)
            yield {"en": 1 - german, "de": german}


@dataclass(frozen=True)
class FakeRecognizer:
    """Hears `word1`, `word2`… in the loud half seconds of each region."""

    model: Model = field(default_factory=lambda: fake_model("recognition"))
    languages: tuple[str, ...] = ("en",)
    detector: LanguageDetector | None = None
    packing: Packing = field(default_factory=Packing)
    heeds: frozenset[str] = frozenset()
    placement: frozenset[str] = frozenset({"device", "compute_type"})

    def check(self, decoding: Decoding) -> None:
        if decoding.task == "translate":
            raise OptionsError(("task: a fake cannot translate",))

    def recognize(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment]:
        self.check(decoding)
        others = {one.language for one in regions} - {None, *self.languages}
        if others:
            raise LanguageError(f"a fake speaks {self.languages}, not {others}")
        return (self._segment(audio, region) for region in regions)

    def _segment(self, audio: Audio, region: Region) -> Segment:
        starts = region.start + WORD_S * np.arange(int(region.duration / WORD_S))
        spans = (Span(start, start + WORD_S) for start in starts.tolist())
        loud = [span for span in spans if level_of(audio.cut(span)) > LOUD]
        words = tuple(
            Word(one.start, one.end, text=f"word{i}", timing="recognizer", confidence=1.0)
            for i, one in enumerate(loud, start=1)
        )
        text = " ".join(word.text for word in words)
        confidence = 1.0 if words else None
        start, end = (words[0].start, words[-1].end) if words else (region.start, region.end)
        return Segment(
            start,
            end,
            text=text,
            language=region.language or "en",
            words=words,
            confidence=confidence,
        )


@dataclass(frozen=True)
class TroubledRecognizer(FakeRecognizer):
    """A fake with the faults of large recognizers, which shorter regions are too short for."""

    heeds: frozenset[str] = frozenset({"temperature"})
    packing: Packing = field(default_factory=lambda: Packing(joined_gap_s=5.0))
    loops_above_s: float = np.inf
    """Of longer regions it writes the same three words over and over, in all half seconds."""
    deaf_above_s: float = np.inf
    """Of longer regions it hears the first second only."""
    doubts_above_s: float = np.inf
    """Of longer regions it is not sure itself."""
    phantom: str = ""
    """What it writes into a silence within a region."""
    phantom_quality: Quality = UNSURE
    """How sure it is that somebody said that."""
    asked: list[tuple[tuple[Region, ...], Decoding]] = field(default_factory=list)
    """What it was asked, each time."""

    def recognize(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment]:
        self.asked.append((tuple(regions), decoding))
        for region in regions:
            yield from self._troubled(audio, region)

    def _troubled(self, audio: Audio, region: Region) -> Iterator[Segment]:
        heard = self._segment(audio, region)
        if region.duration > self.loops_above_s:
            loop = ("and", "so", "on")
            words = tuple(replace(one, text=loop[i % 3]) for i, one in enumerate(heard.words))
            heard = replace(heard, words=words, text=" ".join(one.text for one in words))
        if heard.words and region.duration > self.deaf_above_s:
            words = heard.words[:2]
            end, text = words[-1].end, " ".join(one.text for one in words)
            heard = replace(heard, end=end, words=words, text=text)
        if region.duration > self.doubts_above_s:
            heard = replace(heard, flags=("low_confidence",), quality=UNSURE)
        yield heard
        pauses = [
            Span(one.end, other.start)
            for one, other in pairwise(heard.words)
            if self.phantom and other.start - one.end > 3
        ]
        for pause in pauses:
            yield self._made_up(Span(pause.start + 1, pause.end - 1))

    def _made_up(self, span: Span) -> Segment:
        texts = self.phantom.split()
        words = tuple(
            Word(one.start, one.end, text=text, timing="recognizer")
            for one, text in zip(spread(texts, span), texts, strict=True)
        )
        return Segment(
            span.start,
            span.end,
            text=self.phantom,
            language="en",
            words=words,
            quality=self.phantom_quality,
        )


@dataclass(frozen=True)
class FakeAligner:
    """Finds every word with letters exactly where it already was, but for `zzz`: no text fits."""

    model: Model = field(default_factory=lambda: fake_model("alignment"))
    languages: tuple[str, ...] = ("en",)
    longest_s: float | None = None

    def align(self, audio: Audio, segments: Sequence[Segment]) -> Iterator[Segment]:
        assert all(segment.end <= audio.duration for segment in segments)
        for segment in segments:
            words = words_of(segment, spaced=True)
            if any("zzz" in word.text for word in words):
                flags = joined(segment.flags, (TEXT_DOES_NOT_FIT,))
                yield replace(segment, words=words, flags=flags)
                continue
            found = [
                replace(word, timing="aligned", score=1.0) if LETTER.search(word.text) else word
                for word in words
            ]
            yield replace(segment, words=settle(segment, found))


@dataclass(frozen=True)
class FakeShelf:
    """One recognizer, whatever is wanted, and one aligner for the languages that it knows."""

    one: Recognizer = field(default_factory=FakeRecognizer)
    aligner: Aligner = field(default_factory=FakeAligner)
    other: Diarizer[Any] | None = None
    """The diarizer that may be named, by what its first model is called."""

    def recognizer(self, choice: Choice) -> Recognizer:
        if choice.model not in {None, self.one.model.name}:
            raise WeightsError(f"a fake has {self.one.model.name}, not {choice.model}")
        return self.one

    def diarizer(self, choice: Choice) -> Diarizer[Any]:
        if self.other is None or choice.model != self.other.models[0].name:
            raise UnknownModelError(f"{choice.model}: not installed")
        return self.other

    def aligners(self, language: str) -> Sequence[Aligner]:
        return (self.aligner,) if language in self.aligner.languages else ()


@dataclass(frozen=True)
class FakeDiarizer:
    """Finds the turns that it was told, whatever it hears; `prepare` gives the duration."""

    turns: tuple[Turn, ...] = ()
    models: tuple[Model, ...] = field(default_factory=lambda: (fake_model("diarization"),))
    clustering_threshold: float | None = None
    most_speakers: int | None = None
    heeds: frozenset[str] = frozenset()
    prepared_type: type[float] = float

    def voice_distance(self, threshold: float | None) -> float | None:
        return self.clustering_threshold if threshold is None else threshold

    def prepare(self, audio: Audio, speech: SpeechThresholds) -> Generator[float, None, float]:
        assert speech.offset <= speech.onset
        yield audio.duration
        return audio.duration

    def cluster(self, prepared: float, clustering: Clustering) -> Diarization:
        assert clustering.speakers.low >= 1
        turns = tuple(turn for turn in self.turns if turn.end <= prepared)
        speakers = sorted({turn.speaker for turn in turns})
        axes = np.eye(max(2, len(speakers)), dtype=np.float32)
        voices = {speaker: axes[i] for i, speaker in enumerate(speakers)}
        return Diarization(turns=turns, exclusive=turns, voices=voices)
