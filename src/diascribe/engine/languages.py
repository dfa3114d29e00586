"""Which language is spoken, in the whole or stretch by stretch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np

from diascribe.algorithms.languages import allowed, most_spoken, pool, samples, scattered, smooth
from diascribe.algorithms.packing import pack
from diascribe.algorithms.tongues import NAMES, near, said
from diascribe.audio import FULL_SCALE, Audio
from diascribe.engine.beside import Progress, Steps
from diascribe.engine.options import Options
from diascribe.engine.regions import Speech
from diascribe.errors import LanguageError
from diascribe.protocols import LanguageDetector, Packing, Recognizer, Region
from diascribe.span import Span
from diascribe.transcript import Notice, Segment
from diascribe.weights.catalog import CATALOG

SAMPLE_S = 30.0
"""Most seconds of a sample: what a detector hears of one span."""

SWITCHING = Packing(longest_s=10.0, joined_gap_s=0.5)
"""Where languages may switch, stretches are short, so that few hold two; a detector needs
some seconds to hear one, so sentences of one breath stay together."""

COMMON = "small"
"""The recognizer of many languages that a processor runs with ease."""

MOST_LISTED = 12
"""More languages than that are counted, not listed."""

MOST_NAMED = 4
"""Other recognizers of a language that are named, the better ones first."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The regions of speech in their languages, and the language of the whole."""

    regions: Sequence[Region] = ()
    language: str | None = None
    """Null where nobody speaks, or nobody knows."""
    probability: float | None = None
    """Null where it was not detected."""
    warnings: tuple[Notice, ...] = ()
    sureness: Mapping[str, float] = field(default_factory=dict)
    """Probability of each language over its own regions, where each region has its own."""


def check_language(recognizer: Recognizer, options: Options) -> None:
    """Refuse a language that the recognizer does not know.

    Raises:
        LanguageError: says which ones it knows.
    """
    known = recognizer.languages
    for name, wanted in (("language", (options.language,)), ("languages", options.languages or ())):
        unknown = [one for one in wanted if one is not None and one not in known]
        if unknown:
            choice = f"{'one' if name == 'language' else 'some'} of {_listed(known, unknown[0])}"
            raise LanguageError(
                f"{name}: wanted {choice}, got {', '.join(unknown)}",
                hint=f"these are the languages of {recognizer.model.name}; {_way_to(unknown[0])}",
            )


def _listed(known: Sequence[str], wanted: str) -> str:
    """Languages that may be chosen: a few by name, of many those near the one that was wanted."""
    if len(known) <= MOST_LISTED:
        return ", ".join(known)
    close = [one for one in near(NAMES.get(wanted, wanted)) if one in known]
    return f"its {len(known)} languages{f', near it {said(close)}' if close else ''}"


def _way_to(language: str) -> str:
    """How to have a recognizer of a language."""
    others = [
        one.name
        for one in CATALOG.values()
        if one.stage == "recognition"
        and language in one.languages
        and not one.name.endswith("-int8")
    ]
    also = f"; {', '.join(others[:MOST_NAMED])} know {language} too" if others else ""
    return f"diascribe models pull {COMMON} gets one of a hundred languages{also}"


def find_languages(
    recognizer: Recognizer, audio: Audio, speech: Speech, options: Options
) -> Steps[Spoken]:
    """The regions to recognize, in the language that is wanted, the only one, or detected ones.

    A recognizer of several languages without a detector is left to find out by itself.
    """
    only, packing = _only_one(recognizer, options), recognizer.packing
    if only is not None or recognizer.detector is None or not speech.lasting:
        regions = speech.regions(packing)
        told = (*_without_effect(recognizer, options), *_assumed(recognizer, options, speech))
        return Spoken(_in_language(regions, only), only, warnings=told)
    if options.code_switching:
        return (yield from _detect_each(recognizer.detector, audio, speech, packing, options))
    detected = yield from _detect_whole(recognizer.detector, audio, speech, options)
    return replace(detected, regions=_in_language(speech.regions(packing), detected.language))


def _only_one(recognizer: Recognizer, options: Options) -> str | None:
    """The one language that it can be; null where there is a choice."""
    choice = recognizer.languages if options.languages is None else options.languages
    return options.language or (choice[0] if len(choice) == 1 else None)


def _without_effect(recognizer: Recognizer, options: Options) -> Iterator[Notice]:
    """A warning where languages cannot be told apart, and are to be."""
    open_choice = options.languages is not None and _only_one(recognizer, options) is None
    wanted = {"code_switching": options.code_switching, "languages": open_choice}
    for name in [name for name, given in wanted.items() if given and recognizer.detector is None]:
        message = f"{recognizer.model.name} cannot tell languages apart: {name} has no effect"
        yield Notice("options_without_effect", "language", message)


def _assumed(recognizer: Recognizer, options: Options, speech: Speech) -> Iterator[Notice]:
    """A warning where speech is in a language because the recognizer knows no other."""
    told = options.language is not None or options.languages is not None
    if not told and len(recognizer.languages) == 1 and speech.lasting:
        message = (
            f"{recognizer.model.name} knows {recognizer.languages[0]} only, which is taken to be"
            " spoken: nothing was detected"
        )
        yield Notice("language_assumed", "language", message)


def _in_language(regions: Sequence[Region], language: str | None) -> list[Region]:
    return [replace(one, language=language) for one in regions]


def _detect_whole(
    detector: LanguageDetector, audio: Audio, speech: Speech, options: Options
) -> Steps[Spoken]:
    """One language for all, out of samples spread over the speech; without regions."""
    most = options.language_detection_max_tries
    chosen = samples(speech.padded, most=most, longest_s=SAMPLE_S)
    heard: list[tuple[Mapping[str, float], float]] = []
    pooled: dict[str, float] = {}
    for done, place in enumerate(scattered(len(chosen)), start=1):
        sample = _gathered(audio, chosen[place])
        (found,) = detector.detect(sample, [sample.span])
        heard.append((allowed(found, options.languages), sample.duration))
        pooled = pool(heard)
        yield Progress("language", audio.duration * done / len(chosen), audio.duration)
        if 0 < options.language_detection_min_prob <= max(pooled.values()):
            break
    best = max(pooled, key=lambda one: pooled[one])
    told = f"{len(heard)} samples of {sum(seconds for _, seconds in heard):.0f} s of speech"
    return _certain(Spoken(language=best, probability=pooled[best]), pooled, told, options)


def _gathered(audio: Audio, pieces: Sequence[Span]) -> Audio:
    """Pieces of a recording one after the other, as a recording of its own."""
    samples_ = np.concatenate([audio.cut(one) for one in pieces])
    return Audio(np.round(samples_ * FULL_SCALE).astype(np.int16)[:, None])


def _certain(
    spoken: Spoken, probabilities: Mapping[str, float], heard: str, options: Options
) -> Spoken:
    """What is spoken, with a warning where that is less certain than is wanted."""
    wanted, probability = options.language_detection_min_prob, spoken.probability
    if probability is None or probability >= wanted:
        return spoken
    likeliest = sorted(probabilities, key=lambda one: -probabilities[one])[:3]
    shown = ", ".join(f"{one} {probabilities[one]:.2f}" for one in likeliest)
    message = f"{shown} after {heard}; wanted at least {wanted:g}"
    return replace(spoken, warnings=(Notice("language_uncertain", "language", message),))


def _detect_each(
    detector: LanguageDetector, audio: Audio, speech: Speech, packing: Packing, options: Options
) -> Steps[Spoken]:
    """A language for each region, switched only where that is likely."""
    longest_s = min(SWITCHING.longest_s, packing.longest_s)
    pieces = speech.regions(replace(SWITCHING, longest_s=longest_s))
    found: list[Mapping[str, float]] = []
    for piece, one in zip(pieces, detector.detect(audio, pieces), strict=True):
        found.append(allowed(one, options.languages))
        yield Progress("language", piece.end, audio.duration)
    names = sorted({name for one in found for name in one})
    table = np.array([[one.get(name, 0.0) for name in names] for one in found])
    path = smooth(table, np.array([piece.duration for piece in pieces]))
    spoken = [
        replace(piece, language=names[place]) for piece, place in zip(pieces, path, strict=True)
    ]
    sureness = _sureness(spoken, found)
    language = most_spoken((one.language, one.duration) for one in spoken)
    whole = Spoken(_joined(spoken, packing), language, sureness.get(language or ""), (), sureness)
    return _certain(whole, sureness, f"{len(pieces)} stretches each by itself", options)


def _sureness(regions: Sequence[Region], found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean probability of each language over its own regions, weighted by their seconds."""
    heard: dict[str, list[tuple[Mapping[str, float], float]]] = {}
    for region, one in zip(regions, found, strict=True):
        heard.setdefault(region.language or "", []).append((one, region.duration))
    return {language: pool(own)[language] for language, own in heard.items()}


def _joined(regions: Sequence[Region], packing: Packing) -> list[Region]:
    """Neighbours in one language joined again as a recognizer hears them best."""
    joined: list[Region] = []
    for language, run in groupby(regions, key=lambda one: one.language):
        own = list(run)
        quiet = [one.end for one in own]
        pieces = pack(own, max_s=packing.longest_s, gap_s=packing.joined_gap_s, quiet=quiet)
        joined += [Region(one.start, one.end, language) for one in pieces]
    return joined


def settled(spoken: Spoken, segments: Sequence[Segment]) -> Spoken:
    """What is spoken once the words are known: music counts for no language any more."""
    if not spoken.sureness:
        return spoken
    written = ((one.language, one.duration) for one in segments if one.text.strip())
    language = most_spoken(written)
    probability = spoken.sureness.get(language or "")
    return replace(spoken, language=language, probability=probability)
