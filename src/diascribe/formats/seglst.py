"""SegLST, the JSON of meeteval's scores: an object a segment.

Speakers are ids. A segment of nobody known is said by `<NA>`, since meeteval compares
speakers as text.
"""

from __future__ import annotations

import json
import math
from typing import Any

from diascribe.errors import TranscriptFormatError
from diascribe.formats.clock import milliseconds, seconds
from diascribe.formats.columns import NOBODY
from diascribe.formats.reading import load_json
from diascribe.formats.tokens import tidy
from diascribe.formats.utterances import Utterance
from diascribe.said import kind_said, value_said
from diascribe.transcript import Segment, Transcript

TEXTS = ("session_id", "speaker", "words")
TIMES = ("start_time", "end_time")


def write(transcript: Transcript, name: str) -> str:
    """The segments of the recording called `name`, in their order."""
    objects = [_object(segment, name) for segment in transcript.segments]
    return json.dumps(objects, ensure_ascii=False, indent=2) + "\n"


def parse(text: str) -> dict[str, tuple[Utterance, ...]]:
    """What was said in each recording, in the file's order; other fields are passed over.

    Raises:
        TranscriptFormatError: names the place and what it should have held, all at once.
    """
    objects = _objects(text)
    problems = [problem for index, one in enumerate(objects) for problem in _problems(index, one)]
    if problems:
        raise TranscriptFormatError(tuple(problems))
    said: dict[str, list[Utterance]] = {}
    for one in objects:
        said.setdefault(one["session_id"], []).append(_utterance(one))
    return {recording: tuple(found) for recording, found in said.items()}


def _object(segment: Segment, name: str) -> dict[str, str | float]:
    return {
        "session_id": name,
        "speaker": segment.speaker or NOBODY,
        "start_time": seconds(milliseconds(segment.start)),
        "end_time": seconds(milliseconds(segment.end)),
        "words": tidy(segment.text),
    }


def _objects(text: str) -> list[Any]:
    objects = load_json(text)
    if not isinstance(objects, list):
        raise TranscriptFormatError((f"wanted a list of segments, got {kind_said(objects)}",))
    return objects


def _problems(index: int, one: object) -> list[str]:
    """What is wrong with the object at `index`."""
    place = f"segment {index}"
    if not isinstance(one, dict):
        return [f"{place}: wanted an object, got {value_said(one)}"]
    wrong = [
        f"{place}: wanted a text as {key}, got {value_said(one.get(key))}"
        for key in TEXTS
        if not isinstance(one.get(key), str)
    ]
    wrong += [
        f"{place}: wanted seconds from 0 up as {key}, got {value_said(one.get(key))}"
        for key in TIMES
        if _time(one.get(key)) is None
    ]
    if not wrong and float(one["end_time"]) < float(one["start_time"]):
        wrong.append(f"{place}: wanted end_time not before start_time, got {one['end_time']}")
    return wrong


def _time(value: object) -> float | None:
    """The seconds that a number gives, or a number as text, as meeteval writes it; else null."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        second = float(value)
    except (ValueError, OverflowError):
        return None
    return second if 0 <= second < math.inf else None


def _utterance(one: dict[str, Any]) -> Utterance:
    speaker = None if one["speaker"] == NOBODY else one["speaker"]
    start, end = (float(one[key]) for key in TIMES)
    return Utterance(start, end, tidy(one["words"]), speaker)
