"""The format `verbose_json`: segments with what the decoder says of them, and words."""

from __future__ import annotations

import zlib
from typing import Any

from diascribe.formats.tokens import tidy
from diascribe.server.openai.asked import Asked
from diascribe.server.openai.languages import english_name
from diascribe.server.openai.plain import usage
from diascribe.server.openai.text import Piece, log_of, pieces, whole
from diascribe.transcript import Transcript

UNSAID = {"temperature": 0.0, "avg_logprob": 0.0, "no_speech_prob": 0.0}
"""What stands where the recognizer does not say: clients that check types want numbers."""

FRAMES_PER_S = 100
"""Frames of Whisper, in which `seek` counts."""


def as_verbose_json(transcript: Transcript, asked: Asked) -> dict[str, Any]:
    """The transcript with the lists that were asked for."""
    parts = pieces(transcript)
    translated = asked.task == "translate"
    lists: dict[str, Any] = {}
    if "word" in asked.granularities:
        lists["words"] = words(transcript)
    if "segment" in asked.granularities:
        lists["segments"] = [_segment(place, one) for place, one in enumerate(parts)]
    return {
        "task": asked.task,
        "language": "english" if translated else english_name(transcript.language),
        "duration": round(transcript.duration, 3),
        "text": whole(parts),
        **lists,
        **({} if translated else {"usage": usage(transcript)}),
    }


def words(transcript: Transcript) -> list[dict[str, Any]]:
    """The words that are no blanks, with their times."""
    said = ((one, tidy(one.text)) for one in transcript.words)
    return [
        {"word": text, "start": round(one.start, 3), "end": round(one.end, 3)}
        for one, text in said
        if text
    ]


def has_unsaid(transcript: Transcript) -> bool:
    """Whether some segment has figures that nobody said."""
    return any(one.segment.quality is None for one in pieces(transcript))


def _segment(place: int, piece: Piece) -> dict[str, Any]:
    """A segment. No recognizer here tells its tokens."""
    segment = piece.segment
    return {
        "id": place,
        "seek": round(segment.start * FRAMES_PER_S),
        "start": round(segment.start, 3),
        "end": round(segment.end, 3),
        "text": piece.spaced,
        "tokens": [],
        **_quality(piece),
    }


def _quality(piece: Piece) -> dict[str, float]:
    """What the decoder says; else what can be known without it, and `UNSAID`."""
    said, sure = piece.segment.quality, piece.segment.confidence
    if said is None:
        likely = {} if sure is None else {"avg_logprob": log_of(sure)}
        return {**UNSAID, **likely, "compression_ratio": _compression_ratio(piece.bare)}
    return {
        "temperature": said.temperature,
        "avg_logprob": round(said.log_prob, 4),
        "compression_ratio": round(said.compression_ratio, 4),
        "no_speech_prob": round(said.no_speech, 4),
    }


def _compression_ratio(text: str) -> float:
    """Bytes of a text over those of its zlib compression."""
    plain = text.encode()
    return round(len(plain) / len(zlib.compress(plain)), 4)
