"""The seams: what the engine asks of a model, whichever family it comes from.

Objects hold weights and never a recording's state, so one instance serves all threads.
Long methods are generators: what they yield is progress, and where they yield a caller
may stop them. Every time that leaves a seam is on the recording's own clock.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from diascribe.audio import Audio
from diascribe.calibration import Calibration
from diascribe.span import Span
from diascribe.timeline import Grid
from diascribe.transcript import Diarization, Model, Segment

P = TypeVar("P")
"""What a diarizer prepares: its own type, opaque to everybody else."""


@dataclass(frozen=True, slots=True)
class SpeakerCount:
    """How many speakers a caller wants: exactly, at least, at most; null where free."""

    exact: int | None = None
    least: int | None = None
    most: int | None = None

    @property
    def low(self) -> int:
        """The fewest speakers allowed."""
        return self.exact or self.least or 1

    @property
    def high(self) -> int | None:
        """The most speakers allowed; null where there is no limit."""
        return self.exact or self.most


Mode = Literal["exact", "shared", "fast"]
"""How a windowed diarizer hears: every window by itself, windows cut out of features that they
share, or fewer of those."""

Precision = Literal["auto", "float32", "bfloat16", "int8"]
"""What a diarizer's networks calculate in; pooling, and what comes after it, is float32."""

Task = Literal["transcribe", "translate"]
"""Text in the language spoken, or in English."""


@dataclass(frozen=True, slots=True)
class Region(Span):
    """Speech to recognize, and the language it is in."""

    language: str | None = None
    """ISO 639 code; null where the recognizer has one language, or finds out unasked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """How a recognizer decodes; each takes what it knows, and tells of it in `heeds`."""

    task: Task = "transcribe"
    initial_prompt: str | None = None
    """What was said before: names and style for the first region."""
    prefix: str | None = None
    """How the text of the first region begins."""
    hotwords: str | None = None
    """Words that are likely, in every region."""
    suppress_numerals: bool = False
    """Numbers come as words: digits and symbols are never written."""
    timestamps: bool = False
    """The recognizer writes times between its sentences, which costs speed."""
    batch_size: int | None = None
    """Most regions decoded at once; null takes what memory allows."""
    temperature: float = 0.0
    """Where the ladder of temperatures starts, which doubtful regions climb."""
    beam_size: int = 5
    patience: float = 1.0
    length_penalty: float = 1.0
    no_speech_threshold: float = 0.6
    log_prob_threshold: float = -1.0
    compression_ratio_threshold: float = 2.4


@dataclass(frozen=True, slots=True)
class Packing:
    """The regions that a recognizer hears best."""

    longest_s: float = 30.0
    """Longer speech is cut, at pauses where there are any."""
    joined_gap_s: float = 0.0
    """Pauses up to this long stay within a region, where both sides fit into one."""


@dataclass(frozen=True, slots=True)
class SpeechThresholds:
    """Speech begins above `onset` and ends below `offset`, both probabilities."""

    onset: float = 0.5
    offset: float = 0.363


@dataclass(frozen=True, slots=True)
class Clustering:
    """How a diarizer decides who is who."""

    speakers: SpeakerCount = SpeakerCount()
    threshold: float | None = None
    """Distance that parts two voices; null takes the encoder's own."""
    min_duration_on_s: float = 0.0
    """Shorter turns are dropped."""
    min_duration_off_s: float = 0.0
    """Shorter pauses within one speaker's turn are filled."""


class Vad(Protocol):
    """Finds speech."""

    @property
    def model(self) -> Model:
        """What it is, for the result."""
        ...

    @property
    def grid(self) -> Grid:
        """Where its frames lie."""
        ...

    def probabilities(self, audio: Audio) -> Generator[float, None, NDArray[np.float32]]:
        """Probability of speech (frame,) on `grid`; yields seconds of audio done."""
        ...


class Segmenter(Protocol):
    """Tells apart the few speakers within a short window, without knowing who they are."""

    @property
    def model(self) -> Model:
        """What it is, for the result."""
        ...

    @property
    def window_s(self) -> float:
        """Seconds of a window."""
        ...

    @property
    def frames(self) -> int:
        """Frames of a window."""
        ...

    @property
    def local_speakers(self) -> int:
        """Speakers told apart within a window."""
        ...

    @property
    def grid(self) -> Grid:
        """Frames within a window that starts at 0."""
        ...

    def activity(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Activity 0 to 1 (window, frame, local speaker) of samples (window, time)."""
        ...


class SpeakerEncoder(Protocol):
    """Turns a voice into a vector; vectors of one voice point the same way."""

    @property
    def model(self) -> Model:
        """What it is, for the result."""
        ...

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        ...

    @property
    def calibration(self) -> Calibration:
        """What its vectors mean."""
        ...

    @property
    def verification_threshold(self) -> float | None:
        """Cosine similarity from which on two vectors are one person's; null if not calibrated."""
        ...

    def embed(
        self, windows: NDArray[np.float32], masks: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Vectors (window, local speaker, dimension); NaN rows where a mask is too short.

        `windows` is (window, time) samples; `masks` is (window, frame, local speaker) in
        0 to 1, its frames spread evenly over the window.
        """
        ...


class LanguageDetector(Protocol):
    """Tells which language is spoken."""

    def detect(self, audio: Audio, spans: Sequence[Span]) -> Iterator[Mapping[str, float]]:
        """For each span the probability of each language, which sum to 1.

        Spans are at most 30 s long; of longer ones the beginning is heard.
        """
        ...


class Recognizer(Protocol):
    """Turns speech into text."""

    @property
    def model(self) -> Model:
        """What it is, for the result."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages it knows, as ISO 639 codes."""
        ...

    @property
    def detector(self) -> LanguageDetector | None:
        """Tells its languages apart; null where it has one, or finds out unasked."""
        ...

    @property
    def packing(self) -> Packing:
        """The regions it hears best."""
        ...

    @property
    def heeds(self) -> frozenset[str]:
        """The fields of `Decoding` that make a difference to it.

        With none it decodes in one way only, and is never asked to hear a stretch again.
        """
        ...

    @property
    def placement(self) -> frozenset[str]:
        """The fields of `Choice` on where it runs and how precisely that it follows."""
        ...

    def check(self, decoding: Decoding) -> None:
        """Refuse what it cannot do, before anything is heard.

        Raises:
            OptionsError: it cannot translate, or a prompt is too long.
        """
        ...

    def recognize(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment]:
        """Segments in the order of `regions`, at least one a region, words inside it.

        Where nothing was recognized, the segment is empty and covers its region.

        Raises:
            LanguageError: a region is in a language that it does not know.
        """
        ...


@runtime_checkable
class Stepwise(Protocol):
    """A recognizer that works for long between segments, and can be stopped there."""

    def recognize_stepwise(
        self, audio: Audio, regions: Sequence[Region], decoding: Decoding
    ) -> Iterator[Segment | None]:
        """The segments of `recognize`, and null wherever the work may be stopped."""
        ...


class Aligner(Protocol):
    """Finds the times of words whose text is known."""

    @property
    def model(self) -> Model:
        """What it is, for the result."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages it knows, as ISO 639 codes."""
        ...

    @property
    def longest_s(self) -> float | None:
        """Seconds of the longest segment that it aligns well; null where any length will do."""
        ...

    def align(self, audio: Audio, segments: Sequence[Segment]) -> Iterator[Segment]:
        """The same segments in the same order, their words timed anew.

        Words of its text come where a segment has none. Words that are not found keep a
        recognizer's times where those lie in order, and are interpolated else. A segment
        whose text is not what is said keeps its words' times and is flagged
        `text_does_not_fit`.
        """
        ...


class Diarizer(Protocol[P]):
    """Tells who spoke when: the expensive half once, the cheap half as often as wanted."""

    @property
    def models(self) -> tuple[Model, ...]:
        """What it consists of, for the result."""
        ...

    @property
    def prepared_type(self) -> type[P]:
        """The type of what it prepares: a frozen dataclass of data, which can be kept."""
        ...

    @property
    def clustering_threshold(self) -> float | None:
        """The distance that parts two voices where none is given; null where none can be."""
        ...

    @property
    def heeds(self) -> frozenset[str]:
        """Of `diarization_mode` and `diarization_precision`, those that make a difference to it."""
        ...

    @property
    def most_speakers(self) -> int | None:
        """Most speakers that it tells apart; null without limit."""
        ...

    def voice_distance(self, threshold: float | None) -> float | None:
        """The cosine distance of voices that a clustering threshold stands for.

        Null as a threshold is its own; null as a distance says that it gives no voices.
        """
        ...

    def prepare(self, audio: Audio, speech: SpeechThresholds) -> Generator[float, None, P]:
        """Everything that needs a network; yields seconds of audio done."""
        ...

    def cluster(self, prepared: P, clustering: Clustering) -> Diarization:
        """Turns and voices as wanted; runs no network: under a second for an hour.

        Raises:
            OptionsError: more speakers are wanted than it tells apart.
        """
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """Which recognizer or diarizer is wanted, and where it is to run."""

    model: str | None = None
    """A model's name in the catalogue or its folder; null takes the best recognizer installed."""
    device: str = "auto"
    """`cpu`, `cuda`, or `auto`: the best there is."""
    compute_type: str = "auto"
    """Precision, such as `int8` or `float16`; `auto` suits the device."""
    language: str | None = None
    """The language that it is wanted for; null where that is to be detected."""
    mode: Mode = "exact"
    """How a diarizer hears."""
    precision: Precision = "auto"
    """What a diarizer's networks calculate in."""
