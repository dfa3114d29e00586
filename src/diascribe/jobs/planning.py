"""The stages of a recording, in order, as far as what is found tells them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from diascribe.engine.channels import STAGE as CHANNELS
from diascribe.engine.channels import Measured
from diascribe.engine.engine import WORDS
from diascribe.engine.keeping.folder import DECODED, Facts, InFolder
from diascribe.engine.languages import Spoken
from diascribe.engine.options import Options
from diascribe.engine.parts import parts

RESULT_STAGE = "result"
"""The last stage: who is who, and which words are whose."""


def kind_of(stage: str) -> str:
    """What a stage does, whichever channel and part it is for.

    >>> kind_of("1-recognition-12")
    'recognition'
    """
    found = re.fullmatch(r"(?:\d+-)?([a-z]+)(?:-\d+)?", stage)
    assert found is not None, f"{stage} is no stage"
    return found[1]


def planned(options: Options, workspace: Path) -> Sequence[str]:
    """Names of the stages that are known of; the last is `result` once all are."""
    folder = InFolder(folder=workspace)
    facts = folder.read(DECODED, Facts)
    if facts is None:
        return [DECODED]
    before = [DECODED]
    sides = [folder]
    if facts.channels > 1:
        before.append(CHANNELS)
        measured = folder.read(CHANNELS, Measured)
        if measured is None:
            return before
        sides = _sides(folder, len(measured.choice(options.channels).groups))
    words: list[str] = []
    for side in sides:
        words += _words(side, options)
        if _open(side):
            return [*before, *words]
    heard = [f"{side.prefix}diarization" for side in sides] if options.diarization else []
    return [*before, *words, WORDS, *heard, RESULT_STAGE]


def _sides(folder: InFolder, count: int) -> list[InFolder]:
    """The folder as each of several views sees it."""
    return [folder.side(place) for place in range(count)] if count > 1 else [folder]


def _open(side: InFolder) -> bool:
    """Whether it is not known yet how many parts its speech has."""
    given_up = side.lost("activity") or side.lost("language")
    return not given_up and not side.has("language")


def _words(side: InFolder, options: Options) -> Iterator[str]:
    """The stages that find the words of one view."""
    yield f"{side.prefix}activity"
    if side.lost("activity"):
        return
    yield f"{side.prefix}language"
    spoken = side.read("language", Spoken)
    if spoken is None:
        return
    for place in range(len(list(parts(spoken.regions)))):
        yield f"{side.prefix}recognition-{place + 1}"
    yield f"{side.prefix}repair"
    if options.align_output and options.task != "translate":
        yield f"{side.prefix}alignment"
