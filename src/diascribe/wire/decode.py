"""JSON as a transcript, or all the reasons why it is none."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from diascribe.errors import TranscriptFormatError
from diascribe.transcript import (
    Model,
    Notice,
    Quality,
    Segment,
    Speaker,
    StageTime,
    Transcript,
    Turn,
    Word,
)
from diascribe.wire.result import QualityPart, Result, SegmentPart, TurnPart, WordPart

SHOWN_CHARS = 60
"""Enough of a wrong value to find it in a file."""


def from_json(text: str) -> Transcript:
    """The transcript that `to_json` wrote, to the millisecond.

    Raises:
        TranscriptFormatError: names every field that is absent, unknown or wrong at once.
    """
    try:
        result = Result.model_validate_json(text)
    except ValidationError as error:
        raise TranscriptFormatError(tuple(map(problem, error.errors()))) from error
    return decode(result)


def decode(result: Result) -> Transcript:
    """The transcript of a result's fields; `word_segments` only repeats the words."""
    return Transcript(
        duration=result.duration,
        language=result.language,
        language_probability=result.language_probability,
        segments=tuple(map(_segment, result.segments)),
        turns=tuple(map(_turn, result.turns)),
        exclusive_turns=tuple(map(_turn, result.exclusive_turns)),
        speakers=tuple(Speaker(who, one.time, one.name) for who, one in result.speakers.items()),
        repairs=result.repairs,
        models=tuple(Model(one.stage, one.name, one.revision, one.note) for one in result.models),
        applied=result.applied,
        warnings=tuple(Notice(one.code, one.stage, one.message) for one in result.warnings),
        timings=tuple(StageTime(stage, one.seconds) for stage, one in result.timings.items()),
    )


def _segment(part: SegmentPart) -> Segment:
    return Segment(
        part.start,
        part.end,
        text=part.text,
        language=part.language,
        words=tuple(map(_word, part.words)),
        speaker=part.speaker,
        confidence=part.confidence,
        quality=_quality(part.quality),
        flags=part.flags,
        channel=part.channel,
    )


def _quality(part: QualityPart | None) -> Quality | None:
    if part is None:
        return None
    return Quality(
        log_prob=part.avg_logprob,
        compression_ratio=part.compression_ratio,
        no_speech=part.no_speech_prob,
        temperature=part.temperature,
    )


def _word(part: WordPart) -> Word:
    return Word(
        part.start,
        part.end,
        text=part.word,
        timing=part.timing,
        confidence=part.confidence,
        score=part.score,
        speaker=part.speaker,
        speaker_confidence=part.speaker_score,
        speaker_reason=part.speaker_reason,
        overlap=part.overlap,
        channel=part.channel,
    )


def _turn(part: TurnPart) -> Turn:
    return Turn(
        part.start,
        part.end,
        speaker=part.speaker,
        confidence=part.confidence,
        channel=part.channel,
    )


def problem(detail: ErrorDetails) -> str:
    """One problem, its place first: `segments[0].start: …, got …`."""
    keys = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in detail["loc"])
    place = "".join(keys).removeprefix(".") or "result"
    message = detail["msg"].removeprefix("Value error, ")
    if detail["type"] in {"missing", "value_error"}:
        return f"{place}: {message}"
    return f"{place}: {message}, got {_short(detail['input'])}"


def _short(value: object) -> str:
    """The value as it would be typed, cut off where it gets long."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}…"
