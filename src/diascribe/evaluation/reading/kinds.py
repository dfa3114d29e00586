"""Which kind of file it is, by its suffix and, where several share one, its content."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from diascribe.errors import TranscriptFormatError
from diascribe.formats.reading import load_json

Kind = Literal["rttm", "diascribe", "stm", "seglst", "whisperx", "textgrid", "ctm", "txt"]
"""The kinds of files that are read; `diascribe` is our own JSON."""

SUFFIXES: MappingProxyType[str, Kind | None] = MappingProxyType(
    {
        ".rttm": "rttm",
        ".ctm": "ctm",
        ".stm": "stm",
        ".textgrid": "textgrid",
        ".txt": "txt",
        ".json": None,
    }
)
"""Null where the content tells."""

DISGUISES = MappingProxyType(
    {
        "RTTM": re.compile(r"SPEAKER(?:\s+\S+){8,9}\s*$", re.MULTILINE),
        "a TextGrid": re.compile(r'File type = "ooTextFile"'),
        "JSON": re.compile(r'\{\s*"'),
    }
)
"""How text starts that would be scored as words if it were taken for plain text."""


def check_suffix(path: Path) -> None:
    """Refuse a file whose name says that it is of no kind that is read here.

    Raises:
        TranscriptFormatError: its suffix is unknown.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        raise TranscriptFormatError((f"wanted a file that ends in {known}, got {suffix!r}",))


def kind_of(path: Path, text: str) -> Kind | None:
    """The kind of file; null where JSON is none that is read here.

    Raises:
        TranscriptFormatError: the suffix is unknown, the JSON damaged, or plain text is none.
    """
    check_suffix(path)
    kind = SUFFIXES[path.suffix.lower()]
    if kind == "txt":
        _refuse_disguise(text)
    return kind or _kind_of_json(text)


def _refuse_disguise(text: str) -> None:
    for name, start in DISGUISES.items():
        if start.match(text.lstrip()):
            hint = "let the file's name end as its format wants"
            raise TranscriptFormatError((f"wanted plain text, got {name}",), hint=hint)


def _kind_of_json(text: str) -> Kind | None:
    content = load_json(text)
    if isinstance(content, list):
        return "seglst" if not content or _is_segment(content[0]) else None
    if not isinstance(content, dict):
        return None
    if "schema_version" in content:
        return "diascribe"
    return "whisperx" if isinstance(content.get("segments"), list) else None


def _is_segment(value: object) -> bool:
    return isinstance(value, dict) and "session_id" in value
