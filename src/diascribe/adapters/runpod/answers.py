"""What a job answers: the result in the shape that the platform's document shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from diascribe.adapters.run import Done, Failure
from diascribe.adapters.runpod.asked import Asked
from diascribe.errors import OutputError
from diascribe.formats.table import write
from diascribe.transcript import Notice, Speaker, Transcript
from diascribe.wire.encode import encode

INLINE_BYTES = 8_000_000
"""Most bytes of an answer: the platform takes 10 MB, some of which its own wrapping needs."""

SPEAKERS = ("speakers", "turns", "exclusive_turns", "speaker_count_confidence")
SPEAKER = ("speaker", "speaker_score", "speaker_reason")
"""Of a segment or a word; absent where nobody was told apart, as in the document."""

PLAIN_WORD = ("word", "start", "end", "score", "speaker")
PLAIN_SEGMENT = ("start", "end", "text", "speaker")

Texts = Mapping[str, str]
"""Formats by name."""


def named(transcript: Transcript) -> Transcript:
    """The transcript with a name for every speaker: those nobody knows are called Speaker N.

    N is the number in the speaker's id, so that both say the same.
    """
    known = {one.name for one in transcript.speakers}
    speakers = (replace(one, name=one.name or _number(one, known)) for one in transcript.speakers)
    return replace(transcript, speakers=tuple(speakers))


def _number(speaker: Speaker, known: set[str | None]) -> str:
    name = f"Speaker {int(speaker.id.rpartition('_')[2])}"
    return f"{name} (unknown)" if name in known else name  # somebody known is called so


def result_of(asked: Asked, done: Done, *, told: tuple[Notice, ...] = ()) -> dict[str, Any]:
    """The whole result: the fields that the document shows, and those that it does not know."""
    transcript = named(done.transcript)
    transcript = replace(transcript, warnings=(*transcript.warnings, *told))
    result = encode(transcript).model_dump(mode="json")
    if not transcript.turns:
        result = _without_speakers(result)
    if result["language"] is not None and result["language_probability"] is None:
        result["language_probability"] = 1.0  # not detected: a number all the same, as Whisper's
    if asked.debug:
        result["debug"] = {"usage": asdict(done.usage), "timings": result["timings"]}
    return result


def texts_of(asked: Asked, done: Done, name: str) -> Texts:
    """The result in the other formats that are wanted."""
    transcript = named(done.transcript)
    return {one: write(one, transcript, name=name) for one in asked.formats}


def inline(result: Mapping[str, Any], texts: Texts, *, most_bytes: int = INLINE_BYTES) -> Any:  # noqa: ANN401 - JSON
    """The answer with everything in it; of what is too large, what the document shows.

    Raises:
        OutputError: even that is too large.
    """
    whole = {**result, **texts}
    if size_of(whole) <= most_bytes:
        return whole
    message = f"the whole result has more than {most_bytes} bytes: STORAGE_BUCKET has it uploaded"
    notice = {"code": "shortened", "stage": "output", "message": message}
    plain = {**_plain(result), "warnings": [*result["warnings"], notice]}
    if size_of(plain) > most_bytes:
        raise OutputError(
            f"the result has more than {most_bytes} bytes", hint="set STORAGE_BUCKET and its key"
        )
    return plain


def size_of(answer: object) -> int:
    """Bytes that an answer has on the wire."""
    return len(json.dumps(answer).encode())


def error_of(failure: Failure) -> dict[str, Any]:
    """Why a job failed, in the platform's shape: problems of a request are a list."""
    if failure.problems:
        return {"error": list(failure.problems)}
    hint = f" ({failure.hint})" if failure.hint else ""
    return {"error": f"{failure.code}: {failure.message}{hint}"}


def _without_speakers(result: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a job in which nobody was told apart."""
    kept = {name: one for name, one in result.items() if name not in SPEAKERS}
    segments = [_speechless(one) for one in kept["segments"]]
    for one in segments:
        one["words"] = [_speechless(word) for word in one["words"]]
    return {
        **kept,
        "segments": segments,
        "word_segments": [*map(_speechless, kept["word_segments"])],
    }


def _speechless(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in part.items() if name not in SPEAKER}


def _plain(result: Mapping[str, Any]) -> dict[str, Any]:
    """What the document shows, and nothing else."""
    shown = ("detected_language", "language_probability", "speakers", "duration", "debug")
    segments = [
        {
            **{name: one[name] for name in PLAIN_SEGMENT if name in one},
            "words": [
                {name: word[name] for name in PLAIN_WORD if name in word} for word in one["words"]
            ],
        }
        for one in result["segments"]
    ]
    return {"segments": segments, **{name: result[name] for name in shown if name in result}}
