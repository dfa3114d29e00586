"""Who spoke when: which diarizer is asked, and what is to be said of that choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from diascribe.engine.beside import Steps
from diascribe.engine.channels import View
from diascribe.engine.installed import Shelf
from diascribe.engine.keeping.kept import UNKEPT, Kept
from diascribe.engine.options import Options
from diascribe.engine.sides import diarize
from diascribe.protocols import Diarizer
from diascribe.transcript import Diarization, Notice

COUNTS = ("num_speakers", "min_speakers", "max_speakers")
"""The options that say how many speakers there may be."""

OPENING = ("diarization_mode", "diarization_precision", "device")
"""The options by which some diarizers are opened."""

PLAIN = frozenset({"exact", "auto", "float32", "cpu"})
"""Their values that every diarizer does as they say."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The diarizer that is asked."""

    diarizer: Diarizer[Any]
    warnings: tuple[Notice, ...] = ()
    """Where it is not the one that was wanted, or an option makes no difference to it."""

    def find(
        self, views: Sequence[View], options: Options, kept: Kept = UNKEPT
    ) -> Steps[Diarization]:
        """Turns and voices of all there is to hear."""
        found = yield from diarize(self.diarizer, views, options, kept)
        return replace(found, warnings=(*self.warnings, *found.warnings))


def choose(
    shelf: Shelf, embedded: Diarizer[Any], options: Options, *, recognition: bool = False
) -> Chosen:
    """The diarizer that the options name, or the embedded one where they want more speakers.

    With `recognition` beside it, `device` is the recognizer's first of all.

    Raises:
        UnknownModelError: it is not installed; says what is.
        WeightsError: it is damaged, or no diarizer that this version runs.
    """
    diarizer, said = embedded, list[Notice]()
    if options.diarizer is not None:
        named = shelf.diarizer(options.diarizer_choice)
        if beyond := _beyond(named, options):
            said.append(Notice("speaker_limit", "diarization", beyond))
        else:
            diarizer = named
    excused = frozenset({"device"} if recognition else ())
    return Chosen(diarizer, (*said, *_without_effect(diarizer, options, excused)))


def _beyond(diarizer: Diarizer[Any], options: Options) -> str:
    """What to say where more speakers may be meant than the diarizer tells apart; else nothing."""
    most = diarizer.most_speakers
    given = {name: getattr(options, name) for name in COUNTS}
    over = [name for name, count in given.items() if most and count and count > most]
    if not over:
        return ""
    wanted = " and ".join(f"{name} is {given[name]}" for name in over)
    return (
        f"{diarizer.models[0].name} tells at most {most} speakers apart, and {wanted}:"
        " the embedded diarizer, which has no limit, was asked instead"
    )


def _without_effect(
    diarizer: Diarizer[Any], options: Options, excused: frozenset[str]
) -> Iterator[Notice]:
    """A warning for each option that makes no difference, but for those excused."""
    for name in OPENING:
        if getattr(options, name) not in PLAIN and name not in diarizer.heeds | excused:
            yield Notice(
                "options_without_effect",
                "diarization",
                f"{name} makes no difference to {diarizer.models[0].name}, which has one way"
                " of hearing",
            )
    if options.clustering_threshold is not None and diarizer.clustering_threshold is None:
        yield Notice(
            "options_without_effect",
            "diarization",
            f"clustering_threshold makes no difference to {diarizer.models[0].name},"
            " which compares no voices",
        )
