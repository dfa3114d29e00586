"""Values as messages show them: in the words of JSON, never in those of Python."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from diascribe.errors import printable

SHOWN_CHARS = 60
"""Enough of a wrong value to find it again."""

KINDS: Sequence[tuple[type | tuple[type, ...], str]] = (
    (bool, "true or false"),  # before numbers, of which they are some to Python
    ((int, float), "a number"),
    (str, "text"),
    ((list, tuple), "a list"),
    (Mapping, "an object"),
)


def value_said(value: object) -> str:
    """A value as JSON has it, on one line, cut off where it gets long.

    >>> value_said(None), value_said(("a", True)), value_said("x" * 70)[-5:]
    ('null', '["a", true]', 'xxxx…')
    >>> value_said({(1, 2): "no key of JSON"})
    "{(1, 2): 'no key of JSON'}"
    """
    try:
        text = printable(json.dumps(value, ensure_ascii=False, default=str))
    except (TypeError, ValueError):  # keys that JSON has not, or a list that holds itself
        text = printable(str(value))
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}…"


def kind_said(value: object) -> str:
    """What kind of value it is.

    >>> kind_said({}), kind_said(None), kind_said(3)
    ('an object', 'null', 'a number')
    """
    if value is None:
        return "null"
    return next((said for kinds, said in KINDS if isinstance(value, kinds)), "something else")
