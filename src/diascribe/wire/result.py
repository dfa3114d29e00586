"""The result as JSON: its fields, their meaning and their schema."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from diascribe.transcript import ChannelMethod, ChannelRelation, ChannelRole, Timing

SCHEMA_VERSION = "1.2"
"""Readers of 1.x read every 1.y with y <= x: a new field raises the second number, and
anything that such a reader would misunderstand raises the first."""

MAJOR = SCHEMA_VERSION.partition(".")[0]


def _same_major(version: str) -> str:
    if version.partition(".")[0] != MAJOR:
        message = f"wanted schema version {MAJOR}.x, got {version}"
        raise ValueError(message)
    return version


Second = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Likeness = Annotated[float, Field(ge=-1, le=1)]


class Part(BaseModel):
    """A part of the result: unknown fields are refused."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


class Stretch(Part):
    """A stretch of the recording."""

    start: Second
    """Seconds from the recording's start, on whole milliseconds."""
    end: Second
    """Seconds from the recording's start, on whole milliseconds; not before `start`."""

    @model_validator(mode="after")
    def _ordered(self) -> Stretch:
        if self.end < self.start:
            message = f"wanted an end not before {self.start}, got {self.end}"
            raise ValueError(message)
        return self


class WordPart(Stretch):
    """One spoken word."""

    word: str
    """Its text."""
    score: Share | None
    """How well the aligner found it in the sound; null unless `timing` is `aligned`."""
    confidence: Share | None
    """How sure the recognizer is; null when it does not say."""
    timing: Timing
    """How its times were found."""
    speaker: str | None
    """The speaker's id; null where nobody is known."""
    speaker_score: Share | None
    """Share of the word inside its speaker's turns; null without a speaker."""
    speaker_reason: str | None
    """Why there is no speaker, or why one was given without a turn over the word."""
    overlap: bool
    """Whether somebody else speaks at the same time."""
    channel: int | None
    """The channel it was heard on, from 0; null where channels were mixed."""


class QualityPart(Part):
    """What a recognizer's decoder says of the window in which it found a text."""

    avg_logprob: float
    """Mean natural logarithm of the probability of its tokens."""
    compression_ratio: Annotated[float, Field(ge=0)]
    """Bytes of the text over those of its zlib compression: loops compress well."""
    no_speech_prob: Share
    """Probability that nobody speaks."""
    temperature: Annotated[float, Field(ge=0)]
    """At which it was decoded: above 0 where earlier attempts failed their checks."""


class SegmentPart(Stretch):
    """A stretch of speech by one speaker."""

    id: int
    """Its place among the segments, from 0."""
    text: str
    """What was said."""
    speaker: str | None
    """The speaker's id; null where nobody is known."""
    channel: int | None
    """The channel it was heard on, from 0; null where channels were mixed."""
    language: str | None
    """The code of its text's language, English in translations; null where nobody says."""
    confidence: Share | None
    """How sure the recognizer is of it; null when it does not say."""
    quality: QualityPart | None = None
    """What the recognizer's decoder says of its window; null where it does not say."""
    flags: tuple[str, ...]
    """What to mistrust about it, and what was done."""
    words: tuple[WordPart, ...]
    """Its words in order, inside it."""


class TurnPart(Stretch):
    """One speaker speaking."""

    speaker: str
    """The speaker's id."""
    confidence: Share | None
    """How sure the diarizer is; null when it does not say."""
    channel: int | None
    """The channel it was heard on, from 0; null where channels were mixed."""


class RunnerUpPart(Part):
    """The known voice that a speaker is likest else."""

    name: str
    """Who it is."""
    score: Likeness
    """Cosine similarity of the voices."""


class SpeakerPart(Part):
    """One speaker of the recording."""

    name: str | None
    """Who it is, where a known voice matched; null otherwise."""
    score: Likeness | None = None
    """Cosine similarity to the voice that matched; null where none did."""
    runner_up: RunnerUpPart | None = None
    """The likest known voice else; null where no other was compared."""
    voice: str | None = None
    """What the voice is called in all recordings where it was met; null where none is kept."""
    time: Second
    """Seconds for which they spoke."""


Level = Annotated[float, Field(ge=-200, le=200)]
Correlation = Annotated[float, Field(ge=-1, le=1)]


class ChannelPart(Part):
    """What was found about one channel, and what became of it."""

    channel: int
    """Counted from 0."""
    role: ChannelRole
    """Heard by itself, heard mixed with others, or left out as a copy or as silent."""
    of: int | None
    """The channel heard instead of a copy, or that words of mixed channels bear; else null."""
    level_db: Level | None
    """Level of its loudest sound, in dB of full scale; null where there is none at all."""
    noise_db: Level | None
    """Level that it is under for a tenth of the time; null for digital silence."""


class PairPart(Part):
    """How alike two channels are, in the seconds in which either is loud."""

    first: int
    """One of them, counted from 0."""
    second: int
    """The other."""
    relation: ChannelRelation
    """Copies of one sound, the same voices, or voices of their own."""
    similarity: Share
    """Median correlation of their sound at the best delay, whatever its sign."""
    envelope: Correlation
    """Median correlation of their levels."""
    gain_db: Level
    """Median level of the second over the first, in dB."""
    delay_ms: float
    """Median delay of the second after the first, in milliseconds."""
    inverted: bool
    """Whether the second has the other polarity."""
    crosstalk_db: Level | None
    """Gain in dB at which the first leaks into the second; null where it does not."""
    crosstalk_back_db: Level | None
    """Gain in dB at which the second leaks into the first; null where it does not."""


class DecisionPart(Part):
    """How the channels were heard, and why."""

    wanted: str
    """What was asked for: the option `channels`."""
    method: ChannelMethod
    """One channel heard, several as one, or each by itself."""
    reason: str
    """Why, in a sentence."""
    channels: tuple[ChannelPart, ...]
    """The channels, in order."""
    pairs: tuple[PairPart, ...]
    """Every two of them that are not silent."""


class ModelPart(Part):
    """A model that took part."""

    stage: str
    """What it did."""
    name: str
    """What it is called."""
    revision: str
    """Which version of it ran."""
    note: str
    """A word of caution; empty where there is none."""


class WarningPart(Part):
    """Something that the reader of a result must know."""

    code: str
    """Stable, for programs."""
    stage: str
    """Where it happened."""
    message: str
    """What happened, for people."""


class TimingPart(Part):
    """How long one stage took."""

    seconds: Second
    """Seconds of work."""
    realtime_factor: Second | None
    """Seconds of work for each second of the recording; null for an empty recording."""


class Result(Part):
    """Who said what and when in one recording."""

    schema_version: Annotated[str, Field(pattern=r"^\d+\.\d+$"), AfterValidator(_same_major)]
    """The version of this schema; readers refuse another first number."""
    segments: tuple[SegmentPart, ...]
    """Stretches of speech by one speaker each, sorted by start."""
    word_segments: tuple[WordPart, ...]
    """The words of all segments once more, where readers of WhisperX look for them."""
    language: str | None
    """The code of the language spoken; null when no speech was recognized."""
    detected_language: str | None
    """The same as `language`, under the name that the RunPod worker gives it."""
    language_probability: Share | None
    """How sure the detection of the language is; null when it was not detected."""
    duration: Second
    """Seconds of the recording."""
    turns: tuple[TurnPart, ...]
    """Who spoke when, sorted by start; turns of two speakers may overlap."""
    exclusive_turns: tuple[TurnPart, ...]
    """The same speech with at most one speaker at any time."""
    speakers: dict[str, SpeakerPart]
    """The speakers by id, in order of first speech."""
    speaker_count_confidence: Share | None = None
    """How steady the number of speakers is: the share of the clusterings at thresholds 5 and
    10 % lower and higher that find as many; null where the number was given or is not found so,
    or where channels were heard apart."""
    channel_decision: DecisionPart | None = None
    """How the channels were heard, and why; null where there is only one."""
    repairs: dict[str, int] = {}
    """How often each kind of repair was made; empty where nothing was repaired."""
    models: tuple[ModelPart, ...]
    """The models that took part."""
    applied: dict[str, bool | int | float | str | tuple[str, ...] | None]
    """The options as they were used."""
    warnings: tuple[WarningPart, ...]
    """What the reader must know."""
    timings: dict[str, TimingPart]
    """How long each stage took."""


def schema() -> dict[str, Any]:
    """The JSON schema of a result, every field described."""
    return Result.model_json_schema(mode="serialization")
