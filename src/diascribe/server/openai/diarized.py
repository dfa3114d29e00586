"""The format `diarized_json`: who said what and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diascribe.server.openai.labels import NOBODY, labels
from diascribe.server.openai.plain import usage
from diascribe.server.openai.text import Piece, pieces, whole
from diascribe.transcript import Transcript


def as_diarized_json(transcript: Transcript) -> dict[str, Any]:
    """The segments with the labels of their speakers."""
    return {
        "task": "transcribe",
        "duration": round(transcript.duration, 3),
        "text": whole(pieces(transcript)),
        "segments": segments(transcript),
        "usage": usage(transcript),
    }


def segments(transcript: Transcript) -> list[dict[str, Any]]:
    """The segments, which are events of a stream as well."""
    said = labels(transcript)
    return [_segment(place, one, said) for place, one in enumerate(pieces(transcript), start=1)]


def _segment(place: int, piece: Piece, said: Mapping[str, str]) -> dict[str, Any]:
    segment = piece.segment
    return {
        "type": "transcript.text.segment",
        "id": f"seg_{place:03d}",
        "start": round(segment.start, 3),
        "end": round(segment.end, 3),
        "text": piece.bare,
        "speaker": said.get(segment.speaker or "", NOBODY),
    }
