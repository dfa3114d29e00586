"""WhisperX's JSON as other programs write it, of which only what is read here is asked for.

Whisper's and faster-whisper's own JSON has the same shape and is read alike.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from diascribe.errors import TranscriptFormatError
from diascribe.wire.decode import problem

Second = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _share(value: float | None) -> float | None:
    """The number if it is from 0 to 1; null for others, as the `NaN` of a failed alignment."""
    return value if value is not None and 0 <= value <= 1 else None


Share = Annotated[float | None, AfterValidator(_share)]


class ForeignPart(BaseModel):
    """A part of somebody else's file: unknown fields are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    start: Second | None = None
    end: Second | None = None
    speaker: str | None = None

    @model_validator(mode="after")
    def _ordered(self) -> ForeignPart:
        if (self.start is None) != (self.end is None):
            message = f"wanted start and end or neither, got only {self._given()}"
            raise ValueError(message)
        if self.start is not None and self.end is not None and self.end < self.start:
            message = f"wanted an end not before {self.start}, got {self.end}"
            raise ValueError(message)
        return self

    def _given(self) -> str:
        """The one time that there is."""
        return f"a start, {self.start}" if self.end is None else f"an end, {self.end}"


class ForeignWord(ForeignPart):
    """One word; without times where the aligner found none."""

    word: str
    score: Share = None
    """How well the aligner found it."""
    probability: Share = None
    """How sure Whisper was."""


class ForeignSegment(ForeignPart):
    """A stretch of speech."""

    start: Second
    end: Second
    text: str
    words: tuple[ForeignWord, ...] | None = None


class ForeignResult(BaseModel):
    """One recording."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    segments: tuple[ForeignSegment, ...]
    word_segments: tuple[ForeignWord, ...] | None = None
    """The words of all segments once more, or the only ones."""
    language: str | None = None


def from_whisperx(text: str) -> ForeignResult:
    """The parts of the JSON.

    Raises:
        TranscriptFormatError: names every field that is absent or wrong at once.
    """
    try:
        return ForeignResult.model_validate_json(text)
    except ValidationError as error:
        raise TranscriptFormatError(tuple(map(problem, error.errors()))) from error
