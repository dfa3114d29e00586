"""Compares hypotheses with their references: every file, every title, and all together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from diascribe.algorithms.tongues import CODES, code_of, near, said
from diascribe.errors import MissingExtraError, OptionsError
from diascribe.evaluation.account import Missing, Pair
from diascribe.evaluation.diarization import score_diarization
from diascribe.evaluation.doubts import doubt_units, find_doubts
from diascribe.evaluation.scores import FileScore, Score
from diascribe.evaluation.text.lines import rules
from diascribe.evaluation.text.normalizers import NORMALIZERS
from diascribe.evaluation.text.scoring import score_text
from diascribe.span import Span
from diascribe.timeline import Index


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to compare.

    Raises:
        OptionsError: values out of range.
    """

    collar: float = 0.0
    """Seconds left out before and after each reference boundary: the half-width."""
    skip_overlap: bool = False
    """Leave out where more than one reference speaker speaks."""
    normalizer: str = "auto"
    """How words are made comparable: one of `NORMALIZERS`."""
    language: str | None = None
    """What is spoken, where neither file says it: an ISO 639 code such as `en` or `en-US`, or its
    English name, which becomes the code."""
    word_collar_s: float = 5.0
    """By how much a word's time may be wrong in tcpWER, before and after."""
    missing: Missing = "refuse"
    """What became of recordings that only one side has, to be told with the figures."""

    def __post_init__(self) -> None:
        if self.language is not None:
            code = CODES.get(self.language.strip().lower(), self.language)
            object.__setattr__(self, "language", code)
        problems = tuple(self._problems())
        if problems:
            raise OptionsError(problems)

    def _problems(self) -> Iterator[str]:
        if not 0 <= self.collar <= 10:
            yield f"collar: wanted 0 to 10 seconds, got {self.collar}"
        if not 0 <= self.word_collar_s <= 3600:
            yield f"word_collar_s: wanted 0 to 3600 seconds, got {self.word_collar_s}"
        if self.normalizer not in NORMALIZERS:
            yield f"normalizer: wanted one of {', '.join(NORMALIZERS)}; got {self.normalizer!r}"
        if self.language is not None and code_of(self.language) is None:
            meant = near(self.language)
            offered = f", near it are {said(meant)}" if meant else ""
            yield (
                "language: wanted an ISO 639 code such as en or en-US, or an English name, got"
                f" {self.language!r}{offered}"
            )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured of all files."""

    files: tuple[FileScore, ...]
    settings: Settings

    def total(self) -> dict[str, float | None]:
        """The figures of all files together."""
        return summed(self.files)

    def titles(self) -> dict[str, dict[str, float | None]]:
        """The figures of each title's files together."""
        return {title: summed(files) for title, files in by_title(self.files).items()}

    def unmeasured(self, name: str) -> list[str]:
        """Recordings whose references allow a figure that their hypotheses do not."""
        return [
            one.pair.recording
            for one in self.files
            if name not in one.figures() and name in _allowed(one.pair, self.settings)
        ]


def _allowed(pair: Pair, settings: Settings) -> dict[str, float | None]:
    """The figures of a reference compared with itself."""
    return evaluate_pair(replace(pair, hypothesis=pair.reference), settings).figures()


def by_title(files: Iterable[FileScore]) -> dict[str, list[FileScore]]:
    """The files of each title; those without one are left out."""
    titles: dict[str, list[FileScore]] = {}
    for one in files:
        if one.pair.title is not None:
            titles.setdefault(one.pair.title, []).append(one)
    return titles


def summed(files: Iterable[FileScore]) -> dict[str, float | None]:
    """The figures of files together: components are added, rates are made of the sums."""
    sums: dict[type[Score], Score] = {}
    for score in (one for file in files for one in file.scores):
        known = sums.get(type(score))
        sums[type(score)] = score if known is None else known + score
    return {name: value for one in sums.values() for name, value in one.figures().items()}


def evaluate(pairs: Iterable[Pair], settings: Settings) -> Evaluation:
    """Compare every pair."""
    return Evaluation(tuple(evaluate_pair(pair, settings) for pair in pairs), settings)


def evaluate_pair(pair: Pair, settings: Settings) -> FileScore:
    """Compare one pair in every way that its two files allow; notes say what they do not."""
    words, applied, remarks = _score_words(pair, settings)
    notes = (*_outside(pair), *remarks)
    extent = max(pair.reference.end, pair.hypothesis.end)
    regions = pair.scored if pair.scored is not None else (Span(0, extent),)
    theirs, ours = pair.reference.turns, pair.hypothesis.turns
    if theirs is None or ours is None:
        lacking = "reference" if theirs is None else "hypothesis"
        note = f"diarization: the {lacking} does not say who spoke when"
        return FileScore(
            pair=pair,
            scores=words,
            extent=extent,
            scored=regions,
            normalizer=applied,
            doubts=doubt_units(pair),
            notes=(note, *notes),
        )
    compared = score_diarization(
        theirs, ours, regions=regions, collar=settings.collar, skip_overlap=settings.skip_overlap
    )
    return FileScore(
        pair=pair,
        scores=(compared.score, compared.jaccard, compared.detection, compared.count, *words),
        extent=extent,
        scored=compared.scored,
        mapping=compared.mapping,
        mistakes=compared.mistakes,
        normalizer=applied,
        doubts=doubt_units(pair) or find_doubts(theirs, ours, compared.score, regions),
        notes=notes,
    )


def _outside(pair: Pair) -> Iterator[str]:
    """A note where the reference tells of something, and nothing of it is scored."""
    parts = (pair.reference.turns, pair.reference.utterances, pair.reference.words)
    told = [one for part in parts if part for one in part]
    if pair.scored is None or not told:
        return
    scored = Index(pair.scored)
    if not any(scored.overlapping(one) for one in told):
        limit = "what it lets be scored" if pair.reference.unscored else "the UEM"
        yield f"nothing of the reference is inside {limit}"


def _score_words(
    pair: Pair, settings: Settings
) -> tuple[tuple[Score, ...], str | None, tuple[str, ...]]:
    """What can be measured of words, after which normalizer, and notes.

    Without scores the normalizer is null; where the extra is absent a note says so.
    """
    known = _told_language(pair, settings.language)
    try:
        scores, notes = score_text(
            known,
            normalizer=settings.normalizer,
            collar_s=settings.word_collar_s,
            scored=pair.scored,
        )
    except MissingExtraError as error:
        return (), None, (f"words: {error}; {error.hint}",)
    applied = rules(known, settings.normalizer, pair.scored).normalizer.name
    return tuple(scores), applied if scores else None, tuple(notes)


def _told_language(pair: Pair, language: str | None) -> Pair:
    """The pair, in that language unless a file says another."""
    known = pair.reference.language or pair.hypothesis.language or language
    return replace(pair, reference=replace(pair.reference, language=known))
