"""What errors say to whoever asks over HTTP: commands of this machine are of no use there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

COMMAND = re.compile(r"\b(diascribe|pip|python) [a-z-]+|(?<![\w-])--[a-z]")
"""What is typed on a command line: a command, or an option."""

MODELS = "GET /v1/models"

OTHERS: Mapping[str, str] = MappingProxyType(
    {
        "unknown_model": f"{MODELS} lists all",
        "unsupported_language": f"{MODELS} says which languages each model knows",
        "unknown_person": "GET /v1/speakers lists all",
    }
)
"""What to say instead, by the errors' codes."""

OWNER = "whoever runs the service can mend it"


def hint_over_http(code: str, hint: str) -> str:
    """An error's hint, in terms of the interface where it is in those of the command line.

    >>> hint_over_http("unknown_model", "diascribe models pull large-v3")
    'GET /v1/models lists all'
    >>> hint_over_http("quota", "wait for some to end")
    'wait for some to end'
    """
    return OTHERS.get(code, OWNER) if COMMAND.search(hint) else hint
