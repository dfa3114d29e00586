"""The whole pipeline on one screen: read this first.

file ─ decode ▶ recording ─ channels ▶ views ┬─ activity ▶ regions ─ recognize ─ align ▶ segments ┐
└─ prepare ─ cluster ────────────────────▶ turns ────┴▶ transcript
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Self

from diascribe.engine.assemble import Findings, assemble, assemble_aligned
from diascribe.engine.beside import Outcome, Steps, side_by_side
from diascribe.engine.channels import HeardChannels, heard_channels
from diascribe.engine.diarization import Chosen, choose
from diascribe.engine.given import Given, parse_options
from diascribe.engine.identify.book import VoiceBook
from diascribe.engine.identify.enrolling import Enroller
from diascribe.engine.identify.identifying import Scene
from diascribe.engine.identify.verifying import SAMPLES, wanted_verification
from diascribe.engine.installed import Shelf
from diascribe.engine.keeping.kept import UNKEPT, Kept, noted
from diascribe.engine.languages import check_language
from diascribe.engine.listening import listen
from diascribe.engine.options import Options
from diascribe.engine.placing import Placer, Text
from diascribe.engine.recognition import Listener, Recognition
from diascribe.engine.regions import nobody_speaks
from diascribe.engine.steps import Report, clocked, finish, told
from diascribe.errors import DiascribeError
from diascribe.media import decode
from diascribe.protocols import Diarizer, Vad
from diascribe.transcript import Diarization, Notice, StageTime, Transcript

Source = Path | str | BinaryIO

WORDS = "words"
"""What all stages that find words found together."""


def _nothing() -> None:
    """Nothing is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Loaded models and the pipeline over them. One instance serves all threads."""

    vad: Vad
    shelf: Shelf
    diarizer: Diarizer[Any]
    """Asked where the options name none, or want more speakers than theirs tells apart."""
    enroller: Enroller | None = None
    """What hears samples of voices; null tells nobody from anybody else."""
    close: Callable[[], None] = _nothing
    """Gives back what the models hold, such as processes; the garbage collector does else."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def transcribe(
        self,
        source: Source,
        *,
        on_progress: Report | None = None,
        voices: VoiceBook | None = None,
        **options: Given,
    ) -> Transcript:
        """Who said what and when in a file, a binary stream, or standard input (`-`).

        Keyword arguments are the fields of `Options`; `voices` are the known ones that
        `speaker_verification` looks for where there are no samples.

        Raises:
            InputError: the options or the file cannot be used.
            SpoolError: there is no room for the decoded audio.
        """
        chosen = parse_options(options)
        steps = self.steps(source, chosen, recognition=True, voices=voices)
        return finish(steps, on_progress)

    def diarize(
        self,
        source: Source,
        *,
        on_progress: Report | None = None,
        voices: VoiceBook | None = None,
        **options: Given,
    ) -> Transcript:
        """Who spoke when, without words; else as `transcribe`.

        Raises:
            DiascribeError: as `transcribe`, and whatever makes the diarizer fail.
        """
        chosen = parse_options({**options, "diarization": True})
        steps = self.steps(source, chosen, recognition=False, voices=voices)
        return finish(steps, on_progress)

    def align(
        self,
        source: Source,
        text: Text,
        *,
        on_progress: Report | None = None,
        **options: Given,
    ) -> Transcript:
        """When each word of a text is said: of a plain one, or one whose segments have times.

        Of the options count those on language, device and speech; speakers are not looked for,
        and those of a transcript are kept.

        Raises:
            InputError: the options, the text or the file cannot be used; no aligner is
                installed for the language.
            ModelError: every aligner failed.
            SpoolError: there is no room for the decoded audio.
        """
        chosen = parse_options({**options, "diarization": False})
        return finish(self.alignment_steps(source, text, chosen), on_progress)

    def alignment_steps(self, source: Source, text: Text, options: Options) -> Steps[Transcript]:
        """The pipeline of `align`; yields progress, and stops wherever it is closed."""
        placer = Placer(vad=self.vad, shelf=self.shelf)
        placer.check(text, options)
        times: list[StageTime] = []
        decoding = told("decoding", None, decode(source))
        recording = yield from clocked(times, "decoding", decoding)
        hearing = yield from heard_channels(recording, "mix", times)
        (view,) = hearing.views
        aligned = yield from clocked(times, "alignment", placer.find(view.audio, text, options))
        return assemble_aligned(recording, options, text, aligned, tuple(times))

    def steps(
        self,
        source: Source,
        options: Options,
        *,
        recognition: bool,
        voices: VoiceBook | None = None,
        kept: Kept = UNKEPT,
    ) -> Steps[Transcript]:
        """The pipeline; yields progress, and stops wherever it is closed.

        What is `kept` is not found again.
        """
        times: list[StageTime] = []
        if recognition and not kept.has(WORDS):
            self._listener(options)  # refuses before anything is decoded
        chosen = self._diarizer(options, recognition=recognition)
        verification = wanted_verification(self.enroller, options, voices)
        decoding = kept.decoded(lambda: told("decoding", None, decode(source)))
        recording = yield from noted(times, "decoding", decoding)
        hearing = yield from heard_channels(recording, options.channels, times, kept)
        stages: dict[str, Steps[Any]] = {}
        if recognition:
            words = partial(self._words, hearing, options, kept)
            stages["recognition"] = kept.whole(WORDS, Recognition, words)
        if chosen is not None:
            stages["diarization"] = chosen.find(hearing.views, options, kept)
        if verification is not None:
            stages[SAMPLES] = verification.gather()
        outcomes = yield from side_by_side(stages)
        _raise_if_all_failed(outcomes)
        findings = _heard_as(_findings(outcomes, chosen), hearing)
        times += findings.timings
        if verification is not None and chosen is not None and findings.diarization is not None:
            made_by = chosen.diarizer.models
            found = findings.diarization
            scene = Scene(hearing.whole, recording.name, found, made_by, hearing.sides)
            naming = verification.identify(scene, outcomes[SAMPLES])
            identified = yield from clocked(times, "identification", naming)
            models = tuple(dict.fromkeys((*findings.models, *identified.models)))
            findings = replace(findings, identified=identified, models=models)
        return assemble(recording, options, replace(findings, timings=tuple(times)))

    def _diarizer(self, options: Options, *, recognition: bool) -> Chosen | None:
        if not options.diarization:
            return None
        return choose(self.shelf, self.diarizer, options, recognition=recognition)

    def _words(self, hearing: HeardChannels, options: Options, kept: Kept) -> Steps[Recognition]:
        return listen(self._listener(options), hearing.views, options, kept)

    def _listener(self, options: Options) -> Listener:
        """The models that find words as wanted; refuses what they cannot do."""
        recognizer = self.shelf.recognizer(options.choice)
        check_language(recognizer, options)
        recognizer.check(options.decoding)
        return Listener(vad=self.vad, recognizer=recognizer, shelf=self.shelf)


def _findings(outcomes: Mapping[str, Outcome[Any]], chosen: Chosen | None) -> Findings:
    """What came of the stages, failures as warnings."""
    results = {stage: outcome.result for stage, outcome in outcomes.items()}
    recognition: Recognition | None = results.get("recognition")
    diarization: Diarization | None = results.get("diarization")
    heard = recognition or Recognition()
    models = heard.models
    if chosen is not None and diarization is not None:
        models += chosen.diarizer.models
    unspoken = nobody_speaks(diarization.turns) if diarization and not recognition else ()
    return Findings(
        segments=None if recognition is None else heard.segments,
        diarization=diarization,
        language=heard.spoken.language,
        language_probability=heard.spoken.probability,
        repairs=heard.repairs,
        models=tuple(dict.fromkeys(models)),
        warnings=(*heard.warnings, *unspoken, *_failures(outcomes)),
        timings=(*heard.timings, *_timings(outcomes)),
    )


def _heard_as(findings: Findings, hearing: HeardChannels) -> Findings:
    """The findings, which say how the channels were heard."""
    warnings = (*hearing.warnings, *findings.warnings)
    return replace(findings, channels=hearing.decision, warnings=warnings)


def _timings(outcomes: Mapping[str, Outcome[Any]]) -> Iterator[StageTime]:
    """How long each stage took that does not put down the times of its parts itself."""
    for stage, outcome in outcomes.items():
        if not isinstance(outcome.result, Recognition):
            yield StageTime(stage, outcome.seconds)


def _failures(outcomes: Mapping[str, Outcome[Any]]) -> Iterator[Notice]:
    """A warning for every stage that failed."""
    for stage, outcome in outcomes.items():
        if outcome.failure is not None:
            yield _failed(stage, outcome.failure)


def _failed(stage: str, failure: DiascribeError) -> Notice:
    return Notice(f"{stage}_failed", stage, str(failure))


def _raise_if_all_failed(outcomes: Mapping[str, Outcome[Any]]) -> None:
    """A result without any finding is no result: raise the first failure instead."""
    stages = [outcome for stage, outcome in outcomes.items() if stage != SAMPLES]
    failures = [one.failure for one in stages if one.failure is not None]
    if failures and len(failures) == len(stages):
        raise failures[0]
