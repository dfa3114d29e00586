"""What speakers are called: known ones by name, the others `A`, `B`, `C`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, product
from string import ascii_uppercase

from diascribe.transcript import Transcript

NOBODY = "unknown"
"""Where nobody is known to have spoken: the field has to be a text."""


def labels(transcript: Transcript) -> dict[str, str]:
    """The label of each speaker's id; letters in order of first speech, no name used twice."""
    names = {one.id: one.name for one in transcript.speakers}
    known = {one for one in names.values() if one}
    free = (one for one in letters() if one not in known)
    return {speaker: names.get(speaker) or next(free) for speaker in _heard(transcript)}


def labelled(transcript: Transcript) -> Transcript:
    """The transcript, its speakers named by their labels."""
    said = labels(transcript)
    named = (replace(one, name=said.get(one.id, one.name)) for one in transcript.speakers)
    return replace(transcript, speakers=tuple(named))


def letters() -> Iterator[str]:
    """`A` to `Z`, then `AA`, `AB` and so on."""
    for length in count(1):
        yield from map("".join, product(ascii_uppercase, repeat=length))


def _heard(transcript: Transcript) -> dict[str, None]:
    """The speakers, each once: as segments name them first, then those that only speakers do."""
    heard = [one.speaker for one in transcript.segments if one.speaker]
    return dict.fromkeys([*heard, *(one.id for one in transcript.speakers)])
