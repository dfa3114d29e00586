"""The times of words: the best aligner of each language, else the next, else the recognizer's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from diascribe.audio import Audio
from diascribe.engine.beside import Progress, Steps
from diascribe.errors import DiascribeError
from diascribe.protocols import Aligner
from diascribe.transcript import Model, Notice, Segment

Aligners = Callable[[str, str], Sequence[Aligner]]
"""The aligners for a language on a device, the best first."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """Segments with their words timed anew where an aligner knew how."""

    segments: tuple[Segment, ...]
    models: tuple[Model, ...] = ()
    warnings: tuple[Notice, ...] = ()


def align(
    aligners: Aligners, audio: Audio, segments: Sequence[Segment], device: str
) -> Steps[Aligned]:
    """The same segments in the same order; languages are aligned one after the other.

    Words of a language without an aligner, or whose aligners all fail, keep the times that
    they came with, and a warning says so.
    """
    found = dict(enumerate(segments))
    models: list[Model] = []
    warnings: list[Notice] = []
    for language, places in _by_language(segments).items():
        chosen = aligners(language, device) if language else ()
        failures: list[DiascribeError] = []
        for aligner in chosen:
            try:
                aligned = yield from _aligned(aligner, audio, [segments[i] for i in places])
            except DiascribeError as failure:
                failures.append(failure)
            else:
                found |= dict(zip(places, aligned, strict=True))
                models.append(aligner.model)
                break
        else:
            warnings.extend(_unaligned(language, failures))
    return Aligned(tuple(found.values()), tuple(models), tuple(warnings))


def _aligned(aligner: Aligner, audio: Audio, segments: Sequence[Segment]) -> Steps[list[Segment]]:
    """The segments with words timed anew, all of them or none."""
    aligned = []
    for one in aligner.align(audio, segments):
        aligned.append(one)
        yield Progress("alignment", one.end, audio.duration)
    return aligned


def _by_language(segments: Sequence[Segment]) -> dict[str | None, list[int]]:
    """The places of the segments with text, by language, in order of appearance."""
    places: dict[str | None, list[int]] = {}
    for place, one in enumerate(segments):
        if one.text.strip():
            places.setdefault(one.language, []).append(place)
    return places


def _unaligned(language: str | None, failures: Sequence[DiascribeError]) -> Iterator[Notice]:
    """Why words of a language keep the recognizer's times."""
    kept = "its words keep the recognizer's times"
    if failures:
        reasons = "; ".join(map(str, failures))
        yield Notice("alignment_failed", "alignment", f"{language}: {kept}: {reasons}")
    else:
        named = language or "a language that is not known"
        yield Notice("no_aligner", "alignment", f"no aligner is installed for {named}: {kept}")
