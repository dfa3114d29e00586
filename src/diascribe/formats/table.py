"""The text formats that a transcript can be written in, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from diascribe.errors import OptionsError
from diascribe.formats import ctm, rttm, seglst, srt, textgrid, tsv, txt, vtt
from diascribe.formats.rules import DEFAULT_RULES, CueRules
from diascribe.transcript import Transcript


@dataclass(frozen=True, slots=True)
class Format:
    """How a format's files end and how one is written, of a recording with a name."""

    suffix: str
    holds: Literal["words", "turns"]
    """What it is made of; of a result without, there is nothing to write."""
    write: Callable[[Transcript, str, CueRules], str]


FORMATS = MappingProxyType(
    {
        "srt": Format(".srt", "words", lambda transcript, _, rules: srt.write(transcript, rules)),
        "vtt": Format(".vtt", "words", lambda transcript, _, rules: vtt.write(transcript, rules)),
        "txt": Format(".txt", "words", lambda transcript, *_: txt.write(transcript)),
        "tsv": Format(".tsv", "words", lambda transcript, *_: tsv.write(transcript)),
        "rttm": Format(".rttm", "turns", lambda transcript, name, _: rttm.write(transcript, name)),
        "ctm": Format(".ctm", "words", lambda transcript, name, _: ctm.write(transcript, name)),
        "textgrid": Format(".TextGrid", "words", lambda transcript, *_: textgrid.write(transcript)),
        "seglst": Format(
            ".seglst.json", "words", lambda transcript, name, _: seglst.write(transcript, name)
        ),
    }
)
"""Every format but JSON, which is the wire's."""


def format_called(name: str) -> Format:
    """The format of that name.

    Raises:
        OptionsError: lists the known names.
    """
    if name not in FORMATS:
        raise OptionsError((f"format: wanted one of {', '.join(FORMATS)}; got {name!r}",))
    return FORMATS[name]


def write(
    format_name: str, transcript: Transcript, *, name: str, rules: CueRules = DEFAULT_RULES
) -> str:
    """The transcript of the recording called `name` in the format called `format_name`.

    Raises:
        OptionsError: for an unknown format.
    """
    return format_called(format_name).write(transcript, name, rules)
