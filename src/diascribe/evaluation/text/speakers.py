"""What each speaker says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from diascribe.evaluation.text.lines import Line

Speakers = Mapping[str, Sequence[Line]]
"""Each speaker's lines, in order."""

NOBODY = ""
"""Stands for the speaker of all that has none."""


def by_speaker(lines: Iterable[Line]) -> Speakers:
    """The lines of each speaker; those of nobody are one more speaker's."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.speaker or NOBODY].append(line)
    return dict(found)
