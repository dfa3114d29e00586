"""The events of a streamed transcription, in order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from diascribe.server.openai.asked import Asked
from diascribe.server.openai.diarized import segments
from diascribe.server.openai.plain import languages
from diascribe.server.openai.text import Piece, logprobs, pieces, whole
from diascribe.transcript import Transcript

END = b"data: [DONE]\n\n"
ALIVE = b": still working\n\n"
"""A comment, which clients skip: it keeps the connection open."""

Event = Mapping[str, Any]


def line(event: Event) -> bytes:
    """An event as a server sends it."""
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"


def further(told: str, transcript: Transcript, asked: Asked) -> list[Event]:
    """What a transcript says beyond the text that was told, as deltas, one for each segment.

    None where it does not go on from that text, since nothing can be taken back: the last event
    tells the whole.
    """
    parts = pieces(transcript)
    if not whole(parts).startswith(told):
        return []
    return list(_beyond(parts, len(told), asked))


def _beyond(parts: Sequence[Piece], skipped: int, asked: Asked) -> Iterator[Event]:
    """Deltas of the pieces, without as many characters at their start."""
    place = 0
    for one in parts:
        text = one.text[max(0, skipped - place) :]
        place += len(one.text)
        sure = {"logprobs": logprobs([one])} if asked.logprobs and text == one.text else {}
        if text:
            yield {"type": "transcript.text.delta", "delta": text, **sure}


def ending(transcript: Transcript, asked: Asked) -> Event:
    """The last event: the whole text."""
    parts = pieces(transcript)
    sure = {"logprobs": logprobs(parts)} if asked.logprobs else {}
    text = {"type": "transcript.text.done", "text": whole(parts)}
    return {**text, **languages(transcript, asked), **sure}


def diarized(transcript: Transcript) -> Iterator[Event]:
    """Each segment's text, then the segment: speakers are known once all is heard."""
    for piece, segment in zip(pieces(transcript), segments(transcript), strict=True):
        delta = {"type": "transcript.text.delta", "delta": piece.text}
        yield {**delta, "segment_id": segment["id"]}
        yield segment
