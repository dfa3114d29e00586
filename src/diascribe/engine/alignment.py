"""The times of words: the best aligner of each language, else the next, else the recognizer's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, chain, pairwise

from diascribe.audio import Audio
from diascribe.engine.beside import Progress, Steps
from diascribe.engine.spoken.segments import speak
from diascribe.engine.steps import changed, onward
from diascribe.errors import DiascribeError
from diascribe.flags import TEXT_DOES_NOT_FIT
from diascribe.protocols import Aligner
from diascribe.span import Span
from diascribe.transcript import Model, Notice, Segment

Aligners = Callable[[str], Sequence[Aligner]]
"""The aligners for a language, the best first."""

Cut = Callable[[float | None], Steps[Sequence[Segment]]]
"""A text in one language, as segments for an aligner that has such a `longest_s`."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """Segments with their words timed anew where an aligner knew how."""

    segments: tuple[Segment, ...] = ()
    models: tuple[Model, ...] = ()
    warnings: tuple[Notice, ...] = ()
    failures: tuple[str, ...] = ()
    """Why words of some languages could not be timed anew."""


def align(aligners: Aligners, audio: Audio, segments: Sequence[Segment]) -> Steps[Aligned]:
    """The same segments in the same order; languages are aligned one after the other.

    Numbers and symbols are spoken out for the aligner, and their words written again as they
    were. Words that an aligner does not find keep the recognizer's times where those lie in
    order, and are interpolated else. Where a language has no aligner, or all fail, words keep
    the times that they came with, and a warning says so.
    """
    found = dict(enumerate(segments))
    parts: list[Aligned] = []
    by_language = _by_language(segments)
    texts = {name: [segments[i] for i in places] for name, places in by_language.items()}
    shares = _shares([_seconds(own) for own in texts.values()])
    for (language, places), share in zip(by_language.items(), shares, strict=True):
        chosen = aligners(language) if language else ()
        steps = align_one(chosen, audio, language, partial(_uncut, texts[language]))
        part = yield from changed(steps, partial(_within, share))
        if part.models:
            found |= dict(zip(places, part.segments, strict=True))
        parts.append(part)
    aligned = tuple(found.values())
    return Aligned(
        aligned,
        tuple(model for part in parts for model in part.models),
        (*chain.from_iterable(part.warnings for part in parts), *unfitting(aligned)),
        tuple(failure for part in parts for failure in part.failures),
    )


def align_one(
    chosen: Sequence[Aligner], audio: Audio, language: str | None, cut: Cut
) -> Steps[Aligned]:
    """A text in one language, timed by the first aligner that can; no segments where none can.

    The text is cut for each aligner that is tried. One that cannot be opened or fails midway is
    passed over, and a warning says so.
    """
    return onward(_first(chosen, audio, language, cut))


def _first(
    chosen: Sequence[Aligner], audio: Audio, language: str | None, cut: Cut
) -> Steps[Aligned]:
    failures: list[DiascribeError] = []
    for aligner in chosen:
        try:
            model, longest_s = aligner.model, aligner.longest_s  # opens it
        except DiascribeError as failure:
            failures.append(failure)
            continue
        segments = yield from cut(longest_s)
        try:
            aligned = yield from _aligned(aligner, audio, segments)
        except DiascribeError as failure:
            failures.append(failure)
            continue
        return Aligned(tuple(aligned), (model,), tuple(_told(language, model.name, failures)))
    warnings = tuple(_told(language, None, failures))
    return Aligned(warnings=warnings, failures=(_reason(language, failures),))


def _aligned(aligner: Aligner, audio: Audio, segments: Sequence[Segment]) -> Steps[list[Segment]]:
    """The segments with words timed anew, all of them or none."""
    spoken = [speak(one) for one in segments]
    shares = _shares([one.duration for one in segments])
    aligned: list[Segment] = []
    for one in aligner.align(audio, [text.segment for text in spoken]):
        share = shares[len(aligned)]
        aligned.append(spoken[len(aligned)].write(one))
        yield Progress("alignment", share.end * audio.duration, audio.duration)
    return aligned


def _uncut(segments: Sequence[Segment], _longest_s: float | None) -> Steps[Sequence[Segment]]:
    """The segments as they are."""
    yield from ()
    return segments


def _within(share: Span, step: Progress) -> Progress:
    """Progress of a part as that of the whole, of which the part is a share."""
    total = step.total or 0.0
    return replace(step, done=min(total, share.start * total + share.duration * step.done))


def _shares(seconds: Sequence[float]) -> list[Span]:
    """Where parts of such durations lie, one after the other, from 0 to 1 in all."""
    ends = list(accumulate(seconds))
    shares = [end / ends[-1] if ends[-1] else 1.0 for end in ends]
    return [Span(*pair) for pair in pairwise([0.0, *shares])]


def _seconds(segments: Sequence[Segment]) -> float:
    return sum(one.duration for one in segments)


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
    language: str | None, used: str | None, failures: Sequence[DiascribeError]
) -> Iterator[Notice]:
    """Why words of a language are not timed by the best aligner, but by the one that is named."""
    kept = "its words keep the times that they came with"
    reasons = "; ".join(map(str, failures))
    if language is None:
        message = "the language of some text is not known: its words keep the times that they had"
        yield Notice("no_aligner", "alignment", message)
    elif failures:
        result = f"{used} found its words" if used else kept
        yield Notice("alignment_failed", "alignment", f"{language}: {result}: {reasons}")
    elif used is None:
        yield Notice("no_aligner", "alignment", f"no aligner is installed for {language}: {kept}")


def unfitting(segments: Sequence[Segment]) -> Iterator[Notice]:
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
