"""JSON as a transcript, or all the reasons why it is none."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from diascribe.errors import TranscriptFormatError
from diascribe.said import value_said
from diascribe.transcript import (
    Likeness,
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
from diascribe.wire.channels import decode_decision
from diascribe.wire.result import (
    QualityPart,
    Result,
    SegmentPart,
    SpeakerPart,
    TurnPart,
    WordPart,
)

WANTED: Mapping[str, str] = MappingProxyType(
    {
        "missing": "a value",
        "extra_forbidden": "no such field",
        "json_invalid": "JSON ({error})",
        "float_type": "a number",
        "float_parsing": "a number",
        "finite_number": "a finite number",
        "greater_than_equal": "a number from {ge:g} up",
        "less_than_equal": "a number up to {le:g}",
        "int_type": "a whole number",
        "int_parsing": "a whole number",
        "int_from_float": "a whole number",
        "string_type": "text",
        "string_too_long": "at most {max_length} characters",
        "string_too_short": "text",
        "string_pattern_mismatch": "text that matches {pattern}",
        "literal_error": "{expected}",
        "bool_type": "true or false",
        "bool_parsing": "true or false",
        "tuple_type": "a list",
        "dict_type": "an object",
        "model_type": "an object",
        "model_attributes_type": "an object",
    }
)
"""What was wanted, by pydantic's type of error."""


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
        speakers=tuple(_speaker(who, one) for who, one in result.speakers.items()),
        speaker_count_confidence=result.speaker_count_confidence,
        channel_decision=decode_decision(result.channel_decision),
        repairs=result.repairs,
        models=tuple(Model(one.stage, one.name, one.revision, one.note) for one in result.models),
        applied=result.applied,
        warnings=tuple(Notice(one.code, one.stage, one.message) for one in result.warnings),
        timings=tuple(StageTime(stage, one.seconds) for stage, one in result.timings.items()),
    )


def _speaker(who: str, part: SpeakerPart) -> Speaker:
    second = part.runner_up
    return Speaker(
        who,
        part.time,
        name=part.name,
        score=part.score,
        runner_up=Likeness(second.name, second.score) if second else None,
        voice=part.voice,
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
    """One problem, its place first: `segments[0].start: wanted …, got …`."""
    keys = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in detail["loc"])
    place = "".join(keys).removeprefix(".") or "result"
    return f"{place}: {wanted_and_got(detail)}"


def wanted_and_got(detail: ErrorDetails) -> str:
    """What pydantic refused, in our words: `wanted …, got …`."""
    if detail["type"] == "value_error":  # not pydantic's, and says what came
        return detail["msg"].removeprefix("Value error, ")
    got = "none" if detail["type"] == "missing" else value_said(detail["input"])
    return f"wanted {_wanted(detail)}, got {got}"


def _wanted(detail: ErrorDetails) -> str:
    """What should have been there; in pydantic's words where we have none."""
    known = WANTED.get(detail["type"])
    if known is None:
        return detail["msg"].removeprefix("Input should be ")
    return known.format(**detail.get("ctx", {}))
