"""Which language is spoken, in the whole or stretch by stretch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from diascribe.audio import Audio
from diascribe.engine.beside import Progress, Steps
from diascribe.engine.options import Options
from diascribe.errors import LanguageError
from diascribe.protocols import LanguageDetector, Recognizer, Region
from diascribe.transcript import Notice


@dataclass(frozen=True, slots=True)
class Spoken:
    """The regions of speech in their languages, and the language of the whole."""

    regions: Sequence[Region] = ()
    language: str | None = None
    """Null where nobody speaks, or nobody knows."""
    probability: float | None = None
    """Null where it was not detected."""
    warnings: tuple[Notice, ...] = ()


def check_language(recognizer: Recognizer, options: Options) -> None:
    """Refuse a language that the recognizer does not know.

    Raises:
        LanguageError: says which ones it knows.
    """
    known = recognizer.languages
    for name, wanted in (("language", (options.language,)), ("languages", options.languages or ())):
        unknown = [one for one in wanted if one is not None and one not in known]
        if unknown:
            choice = f"{'one' if name == 'language' else 'some'} of {', '.join(known)}"
            raise LanguageError(
                f"{name}: wanted {choice}, got {', '.join(unknown)}",
                hint=f"these are the languages of {recognizer.model.name}",
            )


def find_languages(
    recognizer: Recognizer, audio: Audio, spans: Sequence[Region], options: Options
) -> Steps[Spoken]:
    """The language that is wanted, the only one that the recognizer knows, or what is detected."""
    known = recognizer.languages
    only = known[0] if len(known) == 1 else options.language
    if only is not None or recognizer.detector is None or not spans:
        return Spoken([replace(one, language=only) for one in spans], only)
    return (yield from _detect(recognizer.detector, audio, spans, options))


def _detect(
    detector: LanguageDetector, audio: Audio, spans: Sequence[Region], options: Options
) -> Steps[Spoken]:
    """One language for all, out of samples spread over the speech."""
    tries = min(options.language_detection_max_tries, len(spans))
    places = np.unique(np.linspace(0, len(spans) - 1, tries).round().astype(int))
    sums: dict[str, float] = {}
    for done, found in enumerate(detector.detect(audio, [spans[i] for i in places]), start=1):
        for language, probability in _allowed(found, options.languages).items():
            sums[language] = sums.get(language, 0.0) + probability
        yield Progress("language", spans[places[done - 1]].end, audio.duration)
    best = max(sums, key=lambda one: sums[one])
    return Spoken([replace(one, language=best) for one in spans], best, sums[best] / len(places))


def _allowed(found: Mapping[str, float], languages: Sequence[str] | None) -> Mapping[str, float]:
    """The probabilities of the languages that are allowed, which sum to 1 again."""
    if languages is None:
        return found
    kept = {one: found.get(one, 0.0) for one in languages}
    total = sum(kept.values()) or 1.0
    return {one: probability / total for one, probability in kept.items()}
