"""What the engine finds: words, segments, turns, speakers and the transcript of them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from diascribe.span import Span

Applied = bool | int | float | str | tuple[str, ...] | None
"""The value of an option."""

Timing = Literal["aligned", "recognizer", "interpolated"]
"""How a word's times were found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(Span):
    """One spoken word. It always has times; `timing` says how far to trust them."""

    start: float = field(kw_only=False)
    end: float = field(kw_only=False)
    text: str
    timing: Timing
    confidence: float | None = None
    """How sure the recognizer is, 0 to 1; null when it does not say."""
    score: float | None = None
    """How well the aligner found it in the sound, 0 to 1; null unless `aligned`."""
    speaker: str | None = None
    speaker_confidence: float | None = None
    """Share of the word inside its speaker's turns, 0 to 1; null without a speaker."""
    speaker_reason: str | None = None
    """Why there is no speaker, or why one was given without a turn over the word."""
    overlap: bool = False
    """Whether somebody else speaks at the same time."""
    channel: int | None = None


def mean_confidence(words: Iterable[Word]) -> float | None:
    """The words' confidence weighted by their durations; null where none has any."""
    known = [(word.confidence, word.duration) for word in words if word.confidence is not None]
    seconds = sum(duration for _, duration in known)
    return sum(share * duration for share, duration in known) / seconds if seconds else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What a recognizer's decoder says of the window in which it found a text."""

    log_prob: float
    """Mean natural logarithm of the probability of its tokens."""
    compression_ratio: float
    """Bytes of the text over those of its zlib compression: loops compress well."""
    no_speech: float
    """Probability that nobody speaks."""
    temperature: float
    """At which it was decoded: above 0 where earlier attempts failed their checks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment(Span):
    """A stretch of speech by one speaker; its words are in order and inside it."""

    start: float = field(kw_only=False)
    end: float = field(kw_only=False)
    text: str
    language: str | None
    """ISO 639 code of its text; null where the recognizer does not say."""
    words: tuple[Word, ...] = ()
    speaker: str | None = None
    confidence: float | None = None
    quality: Quality | None = None
    """Null where the recognizer does not say."""
    flags: tuple[str, ...] = ()
    """What to mistrust about it, and what was done."""
    channel: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn(Span):
    """One speaker speaking. Turns of two speakers may overlap: that is overlapped speech."""

    start: float = field(kw_only=False)
    end: float = field(kw_only=False)
    speaker: str
    confidence: float | None = None
    channel: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Diarization:
    """Who spoke when. Labels are `SPEAKER_00`, `SPEAKER_01`… in order of first speech.

    `exclusive` holds the same speech with at most one speaker at any time.
    `voices` maps each label to its unit vector (dimension,); it is empty where the diarizer
    makes none.
    """

    turns: tuple[Turn, ...] = ()
    exclusive: tuple[Turn, ...] = ()
    voices: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    warnings: tuple[Notice, ...] = ()
    count_confidence: float | None = None
    """How steady the number of speakers is, 0 to 1: the share of the clusterings at thresholds
    5 and 10 % lower and higher that find as many. Null where the number was given, where nobody
    speaks, where channels were heard apart, or where speakers are not found by clustering."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A known voice and how like it a speaker's is."""

    name: str
    score: float
    """Cosine similarity, -1 to 1."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """One speaker of a transcript and the seconds for which they spoke."""

    id: str
    time: float
    name: str | None = None
    """Who it is, where a known voice matched; null otherwise."""
    score: float | None = None
    """Cosine similarity to the voice that matched, -1 to 1; null where none did."""
    runner_up: Likeness | None = None
    """The likest known voice else; null where no other was compared."""
    voice: str | None = None
    """What the voice is called in all recordings where it was met; null where none is kept."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model that took part: its stage, its name, where it came from, a word of caution."""

    stage: str
    name: str
    revision: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning: something the reader of a result must know; `code` is stable."""

    code: str
    stage: str
    message: str


@dataclass(frozen=True, slots=True)
class StageTime:
    """How long one stage took, in seconds of work."""

    stage: str
    seconds: float


ChannelMethod = Literal["single", "mix", "split"]
"""One channel heard, several heard as one, or each by itself."""

ChannelRole = Literal["heard", "mixed", "duplicate", "silent"]
"""What became of a channel."""

ChannelRelation = Literal["duplicate", "shared", "independent"]
"""Two channels with the same sound, with the same voices, or with voices of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFinding:
    """What was found about one channel, and what became of it."""

    channel: int
    """Counted from 0."""
    role: ChannelRole
    of: int | None = None
    """Which channel is heard instead of a duplicate, or bears what is heard of mixed ones."""
    level_db: float | None
    """Level of its loudest sound; null where there is none at all."""
    noise_db: float | None
    """Level of its quietest tenth; null where that is digital silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPair:
    """How alike two channels are, on the seconds in which either is loud."""

    first: int
    second: int
    relation: ChannelRelation
    similarity: float
    """Median correlation of their sound at the best delay, 0 to 1."""
    envelope: float
    """Median correlation of their levels, -1 to 1."""
    gain_db: float
    """Median level of the second over the first."""
    delay_ms: float
    """Median delay of the second after the first."""
    inverted: bool
    """Whether the second has the other polarity."""
    crosstalk_db: tuple[float | None, float | None]
    """Gain at which the first is heard on the second, and the other way; null: not heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDecision:
    """How a recording's channels were heard, and why."""

    wanted: str
    """What was asked for: `auto`, `mix` or `split`."""
    method: ChannelMethod
    reason: str
    channels: tuple[ChannelFinding, ...]
    pairs: tuple[ChannelPair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """Who said what and when in one recording.

    Segments and turns are sorted by start; each segment has at most one speaker; every
    speaker that a word names has a turn.
    """

    duration: float
    language: str | None
    """Null when no speech was recognized."""
    language_probability: float | None = None
    segments: tuple[Segment, ...] = ()
    turns: tuple[Turn, ...] = ()
    exclusive_turns: tuple[Turn, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    speaker_count_confidence: float | None = None
    """How steady the number of speakers is (`Diarization.count_confidence`)."""
    channel_decision: ChannelDecision | None = None
    """Null where the recording has one channel."""
    repairs: Mapping[str, int] = field(default_factory=dict)
    """How often each kind of repair was made."""
    models: tuple[Model, ...] = ()
    applied: Mapping[str, Applied] = field(default_factory=dict)
    warnings: tuple[Notice, ...] = ()
    timings: tuple[StageTime, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of all segments, in order."""
        return tuple(word for segment in self.segments for word in segment.words)

    def name_of(self, speaker: str) -> str:
        """The name to print for a speaker's id: the person's or the voice's, else the id."""
        names = {one.id: one.name or one.voice for one in self.speakers}
        return names.get(speaker) or speaker
