"""The whole pipeline on one screen: read this first.

file ─ decode ▶ recording ┬─ activity ▶ regions ─ recognize ─ align ▶ segments ┐
└─ prepare ─ cluster ────────────────────▶ turns ────┴▶ transcript
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any, BinaryIO, Self, TypeVar

from diascribe.audio import Audio
from diascribe.engine.assemble import Findings, assemble
from diascribe.engine.beside import Outcome, Progress, Steps, side_by_side
from diascribe.engine.options import Given, Options, parse_options
from diascribe.engine.regions import find_regions
from diascribe.errors import DiascribeError, LanguageError
from diascribe.media import decode
from diascribe.protocols import Aligner, Diarizer, Recognizer, Vad
from diascribe.transcript import Diarization, Model, Notice, Segment, StageTime, Transcript

T = TypeVar("T")
From = TypeVar("From")
To = TypeVar("To")
Source = Path | str | BinaryIO
Report = Callable[[Progress], None]


def _nothing() -> None:
    """Nothing is held."""


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was said, and which models took part."""

    segments: list[Segment]
    models: tuple[Model, ...]
    warnings: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Loaded models and the pipeline over them. One instance serves all threads."""

    vad: Vad
    recognizer: Recognizer
    aligner: Aligner
    diarizer: Diarizer[Any]
    close: Callable[[], None] = _nothing
    """Gives back what the models hold, such as processes; the garbage collector does else."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def transcribe(
        self, source: Source, *, on_progress: Report | None = None, **options: Given
    ) -> Transcript:
        """Who said what and when in a file, a binary stream, or standard input (`-`).

        Keyword arguments are the fields of `Options`.

        Raises:
            InputError: the options or the file cannot be used.
            SpoolError: there is no room for the decoded audio.
        """
        chosen = parse_options(options)
        return finish(self.steps(source, chosen, recognition=True), on_progress)

    def diarize(
        self, source: Source, *, on_progress: Report | None = None, **options: Given
    ) -> Transcript:
        """Who spoke when, without words; else as `transcribe`.

        Raises:
            DiascribeError: as `transcribe`, and whatever makes the diarizer fail.
        """
        chosen = parse_options({**options, "diarization": True})
        return finish(self.steps(source, chosen, recognition=False), on_progress)

    def steps(self, source: Source, options: Options, *, recognition: bool) -> Steps[Transcript]:
        """The pipeline; yields progress, and stops wherever it is closed."""
        if recognition:
            self._check_language(options)
        begun = perf_counter()
        recording = yield from told("decoding", None, decode(source))
        decoded = StageTime("decoding", perf_counter() - begun)
        stages = self._stages(recording.mix(), options, recognition=recognition)
        outcomes = yield from side_by_side(stages)
        _raise_if_all_failed(outcomes)
        findings = self._findings(outcomes)
        timings = (decoded, *findings.timings)
        return assemble(recording, options, replace(findings, timings=timings))

    def _check_language(self, options: Options) -> None:
        known = self.recognizer.languages
        if options.language is not None and options.language not in known:
            raise LanguageError(
                f"language: wanted one of {', '.join(known)}, got {options.language}",
                hint=f"{self.recognizer.model.name} is the only recognizer installed",
            )

    def _stages(
        self, audio: Audio, options: Options, *, recognition: bool
    ) -> Mapping[str, Steps[Any]]:
        stages: dict[str, Steps[Any]] = {}
        if recognition:
            stages["recognition"] = self._recognize(audio, options)
        if options.diarization:
            stages["diarization"] = self._diarize(audio, options)
        return stages

    def _recognize(self, audio: Audio, options: Options) -> Steps[Recognition]:
        """Segments with text and timed words, which a failing aligner leaves as they are."""
        regions = yield from told(
            "activity", audio.duration, find_regions(self.vad, audio, options.speech)
        )
        segments: list[Segment] = []
        models = (self.vad.model, self.recognizer.model)
        try:
            for segment in self.recognizer.recognize(audio, regions, options.decoding):
                segments.append(segment)
                yield Progress("recognition", segment.end, audio.duration)
        except DiascribeError as failure:
            if not any(segment.words for segment in segments):
                raise
            return Recognition(segments, models, (_cut_off(segments, failure),))
        if not options.align_output:
            return Recognition(segments, models)
        try:
            aligned = yield from self._align(audio, segments)
        except DiascribeError as failure:
            return Recognition(segments, models, (_failed("alignment", failure),))
        return Recognition(aligned, (*models, self.aligner.model))

    def _align(self, audio: Audio, segments: list[Segment]) -> Steps[list[Segment]]:
        """The segments, their words timed anew."""
        aligned = []
        for segment in self.aligner.align(audio, segments):
            aligned.append(segment)
            yield Progress("alignment", segment.end, audio.duration)
        return aligned

    def _diarize(self, audio: Audio, options: Options) -> Steps[Diarization]:
        """Turns and voices."""
        prepared = yield from told(
            "diarization", audio.duration, self.diarizer.prepare(audio, options.speech)
        )
        return self.diarizer.cluster(prepared, options.clustering)

    def _findings(self, outcomes: Mapping[str, Outcome[Any]]) -> Findings:
        """What came of the stages, failures as warnings."""
        results = {stage: outcome.result for stage, outcome in outcomes.items()}
        recognition: Recognition | None = results.get("recognition")
        diarization: Diarization | None = results.get("diarization")
        models = () if recognition is None else recognition.models
        models += () if diarization is None else self.diarizer.models
        warnings = () if recognition is None else recognition.warnings
        return Findings(
            segments=None if recognition is None else recognition.segments,
            diarization=diarization,
            models=tuple(dict.fromkeys(models)),
            warnings=(*warnings, *_failures(outcomes)),
            timings=tuple(StageTime(stage, one.seconds) for stage, one in outcomes.items()),
        )


def finish(steps: Steps[T], on_progress: Report | None = None) -> T:
    """The result of steps, their progress reported to a callback; stopped if that raises."""
    with closing(steps):
        while True:
            try:
                progress = next(steps)
            except StopIteration as end:
                result: T = end.value
                return result
            if on_progress is not None:
                on_progress(progress)


def finish_seconds(steps: Generator[float, None, T]) -> T:
    """The result of steps that yield seconds, which are not told to anybody."""
    return finish(told("", None, steps))


def told(stage: str, total: float | None, seconds: Generator[float, None, T]) -> Steps[T]:
    """Seconds done, told as the progress of a stage."""
    return changed(seconds, lambda done: Progress(stage, done, total))


def changed(
    steps: Generator[From, None, T], change: Callable[[From], To]
) -> Generator[To, None, T]:
    """The same steps and result, each step told otherwise."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
        yield change(step)


def _failures(outcomes: Mapping[str, Outcome[Any]]) -> Iterator[Notice]:
    """A warning for every stage that failed."""
    for stage, outcome in outcomes.items():
        if outcome.failure is not None:
            yield _failed(stage, outcome.failure)


def _cut_off(segments: list[Segment], failure: DiascribeError) -> Notice:
    """A warning that the words end before the recording does, and why."""
    return Notice(
        "recognition_cut_off",
        "recognition",
        f"there are no words after {segments[-1].end:.1f} s: {failure}",
    )


def _failed(stage: str, failure: DiascribeError) -> Notice:
    return Notice(f"{stage}_failed", stage, str(failure))


def _raise_if_all_failed(outcomes: Mapping[str, Outcome[Any]]) -> None:
    """A result without any finding is no result: raise the first failure instead."""
    failures = [one.failure for one in outcomes.values() if one.failure is not None]
    if failures and len(failures) == len(outcomes):
        raise failures[0]
