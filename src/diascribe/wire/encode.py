"""A transcript as JSON. Times are rounded here, once, to the millisecond."""

from __future__ import annotations

from collections.abc import Iterable

from diascribe.formats.clock import milliseconds, seconds
from diascribe.transcript import Quality, Segment, Speaker, Transcript, Turn, Word
from diascribe.wire.channels import encode_decision
from diascribe.wire.result import (
    SCHEMA_VERSION,
    ModelPart,
    QualityPart,
    Result,
    RunnerUpPart,
    SegmentPart,
    SpeakerPart,
    TimingPart,
    TurnPart,
    WarningPart,
    WordPart,
)

SHARE_DIGITS = 3
"""Digits of a probability or a share behind the point."""


def to_json(transcript: Transcript) -> str:
    """The result as indented UTF-8 JSON, its keys always in the schema's order."""
    return encode(transcript).model_dump_json(indent=2) + "\n"


def encode(transcript: Transcript) -> Result:
    """The result's fields, rounded."""
    segments = tuple(_segment(*numbered) for numbered in enumerate(transcript.segments))
    return Result(
        schema_version=SCHEMA_VERSION,
        segments=segments,
        word_segments=tuple(word for segment in segments for word in segment.words),
        language=transcript.language,
        detected_language=transcript.language,
        language_probability=_share(transcript.language_probability),
        duration=_time(transcript.duration),
        turns=_turns(transcript.turns),
        exclusive_turns=_turns(transcript.exclusive_turns),
        speakers=_speakers(transcript),
        speaker_count_confidence=_share(transcript.speaker_count_confidence),
        channel_decision=encode_decision(transcript.channel_decision),
        repairs=dict(transcript.repairs),
        models=tuple(
            ModelPart(stage=one.stage, name=one.name, revision=one.revision, note=one.note)
            for one in transcript.models
        ),
        applied=dict(transcript.applied),
        warnings=tuple(
            WarningPart(code=one.code, stage=one.stage, message=one.message)
            for one in transcript.warnings
        ),
        timings=_timings(transcript),
    )


def _segment(index: int, segment: Segment) -> SegmentPart:
    return SegmentPart(
        id=index,
        start=_time(segment.start),
        end=_time(segment.end),
        text=segment.text,
        speaker=segment.speaker,
        channel=segment.channel,
        language=segment.language,
        confidence=_share(segment.confidence),
        quality=_quality(segment.quality),
        flags=segment.flags,
        words=tuple(map(_word, segment.words)),
    )


def _quality(quality: Quality | None) -> QualityPart | None:
    if quality is None:
        return None
    return QualityPart(
        avg_logprob=round(quality.log_prob, SHARE_DIGITS),
        compression_ratio=round(quality.compression_ratio, SHARE_DIGITS),
        no_speech_prob=round(quality.no_speech, SHARE_DIGITS),
        temperature=round(quality.temperature, SHARE_DIGITS),
    )


def _word(word: Word) -> WordPart:
    return WordPart(
        word=word.text,
        start=_time(word.start),
        end=_time(word.end),
        score=_share(word.score),
        confidence=_share(word.confidence),
        timing=word.timing,
        speaker=word.speaker,
        speaker_score=_share(word.speaker_confidence),
        speaker_reason=word.speaker_reason,
        overlap=word.overlap,
        channel=word.channel,
    )


def _turns(turns: Iterable[Turn]) -> tuple[TurnPart, ...]:
    return tuple(
        TurnPart(
            start=_time(one.start),
            end=_time(one.end),
            speaker=one.speaker,
            confidence=_share(one.confidence),
            channel=one.channel,
        )
        for one in turns
    )


def _speakers(transcript: Transcript) -> dict[str, SpeakerPart]:
    return {one.id: _speaker(one) for one in transcript.speakers}


def _speaker(speaker: Speaker) -> SpeakerPart:
    second = speaker.runner_up
    return SpeakerPart(
        name=speaker.name,
        score=_likeness(speaker.score),
        runner_up=RunnerUpPart(name=second.name, score=_rounded(second.score)) if second else None,
        voice=speaker.voice,
        time=_time(speaker.time),
    )


def _timings(transcript: Transcript) -> dict[str, TimingPart]:
    """Seconds by stage, those of a stage that ran more than once added up."""
    spent: dict[str, float] = {}
    for one in transcript.timings:
        spent[one.stage] = spent.get(one.stage, 0.0) + one.seconds
    duration = _time(transcript.duration)
    return {stage: _timing(_time(work), duration) for stage, work in spent.items()}


def _timing(work: float, duration: float) -> TimingPart:
    factor = round(work / duration, SHARE_DIGITS) if duration else None
    return TimingPart(seconds=work, realtime_factor=factor)


def _time(second: float) -> float:
    return seconds(milliseconds(second))


def _likeness(value: float | None) -> float | None:
    return None if value is None else _rounded(value)


def _rounded(score: float) -> float:
    """A cosine to three digits; float32 may be past 1 by an epsilon."""
    return round(min(1.0, max(-1.0, float(score))), SHARE_DIGITS)


def _share(value: float | None) -> float | None:
    return None if value is None else round(float(value), SHARE_DIGITS)
