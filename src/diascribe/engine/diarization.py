"""Who spoke when: which diarizer is asked, and what is to be said of that choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from diascribe.engine.beside import Steps
from diascribe.engine.channels import View
from diascribe.engine.keeping.kept import UNKEPT, Kept
from diascribe.engine.options import Options
from diascribe.engine.sides import diarize
from diascribe.protocols import Diarizer, Shelf
from diascribe.transcript import Diarization, Notice

COUNTS = ("num_speakers", "min_speakers", "max_speakers")
"""The options that say how many speakers there may be."""

OPENING = ("diarization_mode", "diarization_precision")
"""The options by which some diarizers are opened."""


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


def choose(shelf: Shelf, embedded: Diarizer[Any], options: Options) -> Chosen:
    """The diarizer that the options name, or the embedded one where they want more speakers.

    Raises:
        UnknownModelError: it is not installed; says what is.
        WeightsError: it is damaged, or no diarizer that this version runs.
    """
    if options.diarizer is None:
        return Chosen(embedded, tuple(_without_effect(embedded, options)))
    diarizer = shelf.diarizer(options.diarizer_choice)
    beyond = _beyond(diarizer, options)
    if beyond:
        return Chosen(embedded, (Notice("speaker_limit", "diarization", beyond),))
    return Chosen(diarizer, tuple(_without_effect(diarizer, options)))


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


def _without_effect(diarizer: Diarizer[Any], options: Options) -> Iterator[Notice]:
    defaults = Options()
    for name in OPENING:
        if getattr(options, name) != getattr(defaults, name) and name not in diarizer.heeds:
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
