"""The times of words: the best aligner of each language, else the next, else the recognizer's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from diascribe.audio import Audio
from diascribe.engine.beside import Progress, Steps
from diascribe.engine.spoken.segments import speak
from diascribe.errors import DiascribeError
from diascribe.flags import TEXT_DOES_NOT_FIT
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
    failures: tuple[str, ...] = ()
    """Why words of some languages could not be timed anew."""


def align(
    aligners: Aligners, audio: Audio, segments: Sequence[Segment], device: str
) -> Steps[Aligned]:
    """The same segments in the same order; languages are aligned one after the other.

    Numbers and symbols are spoken out for the aligner, and their words written again as they
    were. Words that an aligner does not find keep the recognizer's times where those lie in
    order, and are interpolated else. Where a language has no aligner, or all fail, words keep
    the times that they came with, and a warning says so.
    """
    found = dict(enumerate(segments))
    models: list[Model] = []
    warnings: list[Notice] = []
    lacking: list[str] = []
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
        if len(failures) == len(chosen):
            lacking.append(_reason(language, failures))
        warnings.extend(_told(language, chosen, failures))
    warnings.extend(_unfitting(tuple(found.values())))
    return Aligned(tuple(found.values()), tuple(models), tuple(warnings), tuple(lacking))


def _aligned(aligner: Aligner, audio: Audio, segments: Sequence[Segment]) -> Steps[list[Segment]]:
    """The segments with words timed anew, all of them or none."""
    spoken = [speak(one) for one in segments]
    aligned: list[Segment] = []
    for one in aligner.align(audio, [text.segment for text in spoken]):
        aligned.append(spoken[len(aligned)].write(one))
        yield Progress("alignment", one.end, audio.duration)
    return aligned


def _by_language(segments: Sequence[Segment]) -> dict[str | None, list[int]]:
    """The places of the segments with text, by language, in order of appearance."""
    places: dict[str | None, list[int]] = {}
    for place, one in enumerate(segments):
        if one.text.strip():
            places.setdefault(one.language, []).append(place)
    return places


def _reason(language: str | None, failures: Sequence[DiascribeError]) -> str:
    """Why no aligner timed words of a language."""
    none = "none is installed for it" if language else "it is not known"
    return f"{language or 'language'}: {'; '.join(map(str, failures)) or none}"


def _told(
    language: str | None, chosen: Sequence[Aligner], failures: Sequence[DiascribeError]
) -> Iterator[Notice]:
    """Why words of a language are not timed by the best aligner."""
    kept = "its words keep the times that they came with"
    if language is None:
        message = "the language of some text is not known: its words keep the times that they had"
        yield Notice("no_aligner", "alignment", message)
    elif not chosen:
        yield Notice("no_aligner", "alignment", f"no aligner is installed for {language}: {kept}")
    elif failures:
        rest = chosen[len(failures) :]
        used = f"{rest[0].model.name} found its words" if rest else kept
        reasons = "; ".join(map(str, failures))
        yield Notice("alignment_failed", "alignment", f"{language}: {used}: {reasons}")


def _unfitting(segments: Sequence[Segment]) -> Iterator[Notice]:
    """A warning about segments whose text is not what is said."""
    texts = [one for one in segments if one.text.strip()]
    wrong = [one for one in texts if TEXT_DOES_NOT_FIT in one.flags]
    if wrong and len(texts) == 1:
        message = "the text is not found in the sound"
        yield Notice(TEXT_DOES_NOT_FIT, "alignment", message)
    elif wrong:
        count = f"{len(wrong)} of {len(texts)} segments"
        message = f"in the sound the text of {count} is not found, first at {wrong[0].start:.1f} s"
        yield Notice(TEXT_DOES_NOT_FIT, "alignment", message)
