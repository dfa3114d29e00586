"""How OpenAI's clients say when speech begins, as options of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from diascribe.engine.options import Options
from diascribe.server.openai.fields import Value
from diascribe.server.openai.refusals import invalid

NAME = "chunking_strategy"
MILLISECONDS = ("prefix_padding_ms", "silence_duration_ms")
PARTS = frozenset({"type", "threshold", *MILLISECONDS})
OFFSET = Options().vad_offset


@dataclass(frozen=True, slots=True)
class Chunking:
    """What a strategy comes to here."""

    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    unused: tuple[str, ...] = ()
    """What has no effect here: recordings are always cut where speech pauses, by our own rules."""


def read_chunking(given: Value | None) -> Chunking:
    """`auto` is what is done anyway; a threshold is where speech begins.

    Raises:
        RefusedError: it is neither `auto` nor an object of type `server_vad` with known parts.
    """
    if given is None or given == "auto":
        return Chunking()
    if not isinstance(given, Mapping) or given.get("type") != "server_vad":
        raise invalid(NAME, f"{NAME}: wanted auto or an object of type server_vad")
    unknown = sorted(given.keys() - PARTS)
    if unknown:
        raise invalid(NAME, f"{NAME}.{unknown[0]}: unknown, wanted {', '.join(sorted(PARTS))}")
    for one in MILLISECONDS:
        _number(one, given, most=float("inf"))
    threshold = _number("threshold", given, most=1.0)
    unused = tuple(f"{NAME}.{one}" for one in MILLISECONDS if one in given)
    if threshold is None:
        return Chunking(unused=unused)
    return Chunking({"vad_onset": threshold, "vad_offset": min(OFFSET, threshold)}, unused)


def _number(name: str, given: Mapping[str, Any], *, most: float) -> float | None:
    """A part that is a number from 0 to `most`; null where it is absent."""
    if name not in given or given[name] is None:
        return None
    try:
        number = float(given[name])
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number <= most:
        limit = "up" if most == float("inf") else f"to {most:g}"
        raise invalid(NAME, f"{NAME}.{name}: wanted a number from 0 {limit}, got {given[name]!r}")
    return number
