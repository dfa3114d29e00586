"""When each cue is shown: long enough to read, never two of one speaker at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from diascribe.formats.clock import milliseconds
from diascribe.formats.drafts import Draft
from diascribe.formats.rules import CueRules

LEAST_MS = 1
"""WebVTT wants every cue to end after it starts."""


def shown(drafts: Sequence[Draft], rules: CueRules, end_ms: int) -> list[Draft]:
    """The drafts sorted by start, of readable length; `end_ms` is the recording's end."""
    ordered = sorted(drafts, key=lambda one: one.start_ms)
    apart = _apart(_lengthened(ordered, milliseconds(rules.min_duration_s), end_ms))
    return sorted(apart, key=lambda one: (one.start_ms, one.end_ms))


def _lengthened(drafts: Sequence[Draft], least_ms: int, end_ms: int) -> list[Draft]:
    """Short drafts stay on, but not into the next one and not beyond the end."""
    lasting: list[Draft] = []
    for one, following in zip_longest(drafts, drafts[1:]):
        limit_ms = following.start_ms if following else end_ms
        wanted_ms = min(one.start_ms + least_ms, limit_ms)
        lasting.append(replace(one, end_ms=max(one.end_ms, wanted_ms)))
    return lasting


def _apart(drafts: Sequence[Draft]) -> list[Draft]:
    """Each ends where the same speaker's next one starts; where two start at once, soon after."""
    free_ms: dict[str | None, int] = {}
    apart: list[Draft] = []
    for one, limit_ms in zip(drafts, _next_starts(drafts), strict=True):
        start_ms = max(one.start_ms, free_ms.get(one.speaker, 0))
        end_ms = max(min(one.end_ms, limit_ms), start_ms + LEAST_MS)
        free_ms[one.speaker] = end_ms
        apart.append(replace(one, start_ms=start_ms, end_ms=end_ms))
    return apart


def _next_starts(drafts: Sequence[Draft]) -> list[int]:
    """When each draft's speaker starts again; its own end for the last one."""
    starts: dict[str | None, int] = {}
    limits: list[int] = []
    for one in reversed(drafts):
        limits.append(starts.get(one.speaker, one.end_ms))
        starts[one.speaker] = one.start_ms
    return limits[::-1]
