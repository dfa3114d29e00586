"""The English names of languages, as Whisper calls them."""

from __future__ import annotations

from types import MappingProxyType

from diascribe.algorithms.tongues import NAMES

UNKNOWN = "unknown"
"""Where no speech was recognized: the field has to be a text."""

OTHERWISE = MappingProxyType({"my": "myanmar"})
"""Languages that Whisper calls otherwise than we do."""


def english_name(code: str | None) -> str:
    """The name of a language; its code where it has none here.

    >>> english_name("pt-BR"), english_name("tlh"), english_name(None)
    ('portuguese', 'tlh', 'unknown')
    """
    if code is None:
        return UNKNOWN
    plain = code.lower().partition("-")[0]
    return OTHERWISE.get(plain) or NAMES.get(plain, plain)
