"""A transcript as the answer that was asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from diascribe.formats import srt, vtt
from diascribe.formats.rules import DEFAULT_RULES
from diascribe.server.openai.asked import Asked
from diascribe.server.openai.diarized import as_diarized_json
from diascribe.server.openai.labels import labelled
from diascribe.server.openai.plain import as_json, as_text
from diascribe.server.openai.verbose import as_verbose_json, has_unsaid
from diascribe.transcript import Transcript

TEXTS = frozenset({"text", "srt", "vtt"})
TEXT = "text/plain; charset=utf-8"
"""Clients take everything that is not JSON by its type for a text."""

UNTOLD = re.compile(r"[^\w\[\]:.-]", re.ASCII)
"""What a header does not repeat of the names of fields: they are the client's words."""

MOST_WARNINGS = 20
LONGEST_WARNING = 60
"""Characters."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A body and its type."""

    body: bytes
    type: str = "application/json"


def answer(transcript: Transcript, asked: Asked) -> Answer:
    """The transcript in the format that was asked for."""
    if asked.form in TEXTS:
        return Answer(_text(transcript, asked).encode(), TEXT)
    return Answer(json.dumps(_json(transcript, asked), ensure_ascii=False).encode())


def _text(transcript: Transcript, asked: Asked) -> str:
    """`text`, or subtitles, whose speakers have labels where they were asked for."""
    if asked.form == "srt":
        return srt.write(labelled(transcript), DEFAULT_RULES)
    if asked.form == "vtt":
        return vtt.write(labelled(transcript), DEFAULT_RULES)
    return as_text(transcript)


def _json(transcript: Transcript, asked: Asked) -> dict[str, Any]:
    if asked.form == "verbose_json":
        return as_verbose_json(transcript, asked)
    if asked.form == "diarized_json":
        return as_diarized_json(transcript)
    return as_json(transcript, asked)


def headers(transcript: Transcript, asked: Asked) -> dict[str, str]:
    """What the contract has no field for: the recognizer that ran, and what to mistrust."""
    ran = dict.fromkeys(one.name for one in transcript.models if one.stage == "recognition")
    named = {"x-diascribe-model": ", ".join(map(_plain, ran))} if ran else {}
    codes = (one.code for one in transcript.warnings)
    return {**named, **warned([*codes, *unsaid(transcript, asked), *unused(asked)])}


def unused(asked: Asked) -> Iterator[str]:
    """What was asked for and has no effect."""
    return (f"unused:{one}" for one in asked.unused)


def warned(codes: Iterable[str]) -> dict[str, str]:
    """The header with warnings; none without any."""
    told = ", ".join(islice(dict.fromkeys(map(_plain, codes)), MOST_WARNINGS))
    return {"x-diascribe-warnings": told} if told else {}


def unsaid(transcript: Transcript, asked: Asked) -> Iterator[str]:
    """That there are figures which nobody said."""
    if asked.form == "verbose_json" and has_unsaid(transcript):
        yield "no_quality"


def _plain(text: str) -> str:
    return UNTOLD.sub("?", text)[:LONGEST_WARNING]
