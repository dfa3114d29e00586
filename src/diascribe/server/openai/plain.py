"""The formats `json` and `text`."""

from __future__ import annotations

import math
from typing import Any

from diascribe.server.openai.asked import Asked
from diascribe.server.openai.names import NAMES_LANGUAGES
from diascribe.server.openai.text import logprobs, pieces, whole
from diascribe.transcript import Transcript


def as_json(transcript: Transcript, asked: Asked) -> dict[str, Any]:
    """The text; what it is billed by is the recording's length, which nobody bills."""
    parts = pieces(transcript)
    text = {"text": whole(parts)}
    if asked.task == "translate":
        return text
    sure = {"logprobs": logprobs(parts)} if asked.logprobs else {}
    return {**text, **languages(transcript, asked), **sure, "usage": usage(transcript)}


def as_text(transcript: Transcript) -> str:
    """The text and a line feed."""
    return f"{whole(pieces(transcript))}\n"


def languages(transcript: Transcript, asked: Asked) -> dict[str, Any]:
    """The languages of the text in order of first use, where the model's name promises them."""
    if asked.model != NAMES_LANGUAGES:
        return {}
    found = dict.fromkeys(one.language for one in transcript.segments if one.language)
    return {"languages": [{"code": one} for one in found]}


def usage(transcript: Transcript) -> dict[str, Any]:
    """Whole seconds that were begun."""
    return {"type": "duration", "seconds": math.ceil(transcript.duration)}
