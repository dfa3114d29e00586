"""The fields of a form, in whichever of the spellings that clients are known to use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

KEY = re.compile(r"(?P<name>[^\[\]]+)(?:\[(?P<part>[^\[\]]*)\])?")
"""`name`, `name[]`, `name[0]` or `name[part]`."""

WORDS = frozenset({"include", "timestamp_granularities", "languages"})
"""Lists of plain words: a comma always parts two of them."""

TEXTS = frozenset({"keywords", "known_speaker_names"})
"""Lists of texts that may hold commas: one parts two of them only where there is no bracket."""

REFERENCES = "known_speaker_references"
"""A list of data URLs: each holds a comma."""

LISTS = WORDS | TEXTS | {REFERENCES}
OBJECTS = frozenset({"chunking_strategy"})

NOTHING = frozenset({"", "null", "undefined"})
"""What clients write for a value that they were not given."""

Value = str | tuple[str, ...] | Mapping[str, Any]


def read_fields(pairs: Iterable[tuple[str, str]]) -> dict[str, Value]:
    """The fields by their plain names: texts, lists of texts, and objects; the last text counts.

    >>> read_fields([("include[]", "logprobs"), ("stream", "true"), ("prompt", "")])
    {'include': ('logprobs',), 'stream': 'true'}
    """
    read: dict[str, Value] = {}
    for key, value in pairs:
        if value in NOTHING:
            continue
        found = KEY.fullmatch(key)
        name, part = (found["name"], found["part"]) if found else (key, None)
        if name in LISTS:
            before = read.get(name, ())
            assert isinstance(before, tuple)
            read[name] = (*before, *_items(name, value, bare=part is None))
        elif name in OBJECTS:
            read[name] = _object(read.get(name), part, value)
        else:
            read[name] = value
    return read


def _items(name: str, value: str, *, bare: bool) -> tuple[str, ...]:
    """What one value adds to a list."""
    listed = _json(value)
    if isinstance(listed, list):
        return tuple(map(str, listed))
    if name in WORDS or (bare and name in TEXTS):
        return tuple(one.strip() for one in value.split(",") if one.strip())
    return (value,)


def _object(before: Value | None, part: str | None, value: str) -> Value:
    """An object with one more of its parts; a text that is no object stays a text."""
    if part:
        known = before if isinstance(before, Mapping) else {}
        return MappingProxyType({**known, part: value})
    whole = _json(value)
    return MappingProxyType(whole) if isinstance(whole, dict) else value


def _json(value: str) -> object:
    """What a text holds where it is a list, an object or a text of JSON; else the text itself."""
    if not value.lstrip().startswith(("[", "{", '"')):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
