"""Findings of the stages to one transcript that keeps every promise made of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from diascribe.algorithms.attribute import Attribution
from diascribe.algorithms.languages import most_spoken
from diascribe.audio import Recording
from diascribe.engine.alignment import Aligned
from diascribe.engine.identify.identifying import Identified
from diascribe.engine.identify.matching import Identity
from diascribe.engine.options import Options, applied
from diascribe.engine.profile import other_models
from diascribe.timeline import total
from diascribe.transcript import (
    ChannelDecision,
    Diarization,
    Model,
    Notice,
    Segment,
    Speaker,
    StageTime,
    Transcript,
    Turn,
)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the stages found; null where a stage was not asked for or failed."""

    segments: Sequence[Segment] | None
    diarization: Diarization | None
    identified: Identified = field(default_factory=Identified)
    language: str | None = None
    """The language of the whole; null lets the segments tell."""
    language_probability: float | None = None
    channels: ChannelDecision | None = None
    """How channels were heard; null where there is one."""
    repairs: Mapping[str, int] = field(default_factory=dict)
    models: tuple[Model, ...] = ()
    warnings: tuple[Notice, ...] = ()
    timings: tuple[StageTime, ...] = ()


def assemble(recording: Recording, options: Options, findings: Findings) -> Transcript:
    """The transcript of one recording."""
    diarization = findings.diarization or Diarization()
    segments = _attributed(findings, options)
    language = _language(findings, segments)
    return Transcript(
        duration=recording.duration,
        language=language,
        language_probability=findings.language_probability if language else None,
        segments=tuple(segments),
        turns=diarization.turns,
        exclusive_turns=diarization.exclusive,
        speakers=tuple(_speakers(diarization.turns, findings.identified.identities)),
        speaker_count_confidence=diarization.count_confidence,
        channel_decision=findings.channels,
        repairs=findings.repairs,
        models=findings.models,
        applied=applied(options),
        warnings=(
            *_media_warnings(recording),
            *diarization.warnings,
            *findings.warnings,
            *findings.identified.warnings,
            *_profile_warnings(findings, options),
        ),
        timings=findings.timings,
    )


def assemble_aligned(
    recording: Recording,
    options: Options,
    text: str | Transcript,
    aligned: Aligned,
    timings: tuple[StageTime, ...],
) -> Transcript:
    """The transcript of one recording whose text was given; a transcript's speakers stay."""
    found = Findings(
        aligned.segments, None, models=aligned.models, warnings=aligned.warnings, timings=timings
    )
    plain = assemble(recording, options, found)
    if isinstance(text, str):
        return plain
    return replace(
        text,
        duration=plain.duration,
        language=plain.language,
        segments=tuple(sorted(aligned.segments, key=lambda one: (one.start, one.end))),
        turns=_inside(text.turns, plain.duration),
        exclusive_turns=_inside(text.exclusive_turns, plain.duration),
        models=tuple(dict.fromkeys((*text.models, *plain.models))),
        applied=plain.applied,
        warnings=(*text.warnings, *plain.warnings),
        timings=timings,
    )


def _inside(turns: Iterable[Turn], duration: float) -> tuple[Turn, ...]:
    """The turns, those cut off that reach over the recording's end."""
    return tuple(
        replace(turn, end=min(turn.end, duration)) for turn in turns if turn.start < duration
    )


def _attributed(findings: Findings, options: Options) -> list[Segment]:
    """Segments with text, by start, their words given to speakers where there are any."""
    spoken = [one for one in findings.segments or () if one.text.strip()]
    if findings.diarization is None:
        reason = "diarization_failed" if options.diarization else "diarization_off"
        named = [_unattributed(segment, reason) for segment in spoken]
    else:
        gap_s = options.attribution_gap_s
        named = Attribution.of(findings.diarization, gap_s=gap_s).attribute(spoken)
    return sorted(named, key=lambda one: (one.start, one.end))


def _unattributed(segment: Segment, reason: str) -> Segment:
    words = tuple(replace(word, speaker_reason=reason) for word in segment.words)
    return replace(segment, words=words)


def _language(findings: Findings, segments: Sequence[Segment]) -> str | None:
    """The language of the whole, or what most is spoken in; null where nothing is."""
    if segments and findings.language:
        return findings.language
    return most_spoken((one.language, one.duration) for one in segments)


def _speakers(turns: Iterable[Turn], identities: Mapping[str, Identity]) -> Iterable[Speaker]:
    """The speakers in order of their labels, with the time that their turns cover."""
    spoken: dict[str, list[Turn]] = {}
    for turn in turns:
        spoken.setdefault(turn.speaker, []).append(turn)
    return (
        _speaker(who, total(spoken[who]), identities.get(who, Identity())) for who in sorted(spoken)
    )


def _speaker(who: str, time: float, identity: Identity) -> Speaker:
    return Speaker(
        id=who,
        time=time,
        name=identity.name,
        score=identity.score,
        runner_up=identity.runner_up,
        voice=identity.voice,
    )


def _media_warnings(recording: Recording) -> Iterable[Notice]:
    return (Notice(one.code, "media", one.message) for one in recording.remarks)


def _profile_warnings(findings: Findings, options: Options) -> Iterable[Notice]:
    if options.profile is None:
        return ()
    diarized = findings.diarization is not None
    return other_models(options.profile, findings.models, diarized=diarized)
