"""What was said: regions of speech, their language, their text, the times of its words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial

from diascribe.algorithms.confine import confine
from diascribe.audio import Audio
from diascribe.engine.alignment import align
from diascribe.engine.beside import Steps
from diascribe.engine.installed import Shelf
from diascribe.engine.keeping.kept import UNKEPT, Kept, noted
from diascribe.engine.languages import Spoken, find_languages, settled
from diascribe.engine.options import Options
from diascribe.engine.parts import Part, decoding_of, hear_part, lost_part, parts
from diascribe.engine.regions import Speech, find_speech, nobody_speaks
from diascribe.engine.repair import places, repair, until, without_witness
from diascribe.engine.steps import told
from diascribe.errors import DiascribeError, FindingError, InputError, RecognizerError
from diascribe.protocols import Decoding, Recognizer, Vad
from diascribe.transcript import Model, Notice, Segment, StageTime

ENGLISH = "en"
"""What every recognizer translates into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """What was said, in which language, and which models took part."""

    segments: Sequence[Segment] = ()
    spoken: Spoken = field(default_factory=Spoken)
    models: tuple[Model, ...] = ()
    cut_off: bool = False
    """Whether the recognizer failed at all regions from one on."""
    repairs: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[Notice, ...] = ()
    timings: tuple[StageTime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """The models that find words."""

    vad: Vad
    recognizer: Recognizer
    shelf: Shelf

    def listen(self, audio: Audio, options: Options, kept: Kept = UNKEPT) -> Steps[Recognition]:
        """What was said; a failing aligner leaves the words as they are."""
        times: list[StageTime] = []
        finding = partial(self._find, audio, options)
        speech = yield from noted(times, "activity", kept.found("activity", Speech, finding))
        telling = partial(find_languages, self.recognizer, audio, speech, options)
        spoken = yield from noted(times, "language", kept.found("language", Spoken, telling))
        heard = yield from self._hear(audio, spoken, options, kept)
        times += heard.timings
        repairing = partial(self._repair, audio, speech, heard, options)
        heard = yield from bettered(heard, "repair", repairing, times, kept)
        if options.task == "translate":
            heard = translated(heard, align_output=options.align_output)
        elif options.align_output:
            aligning = partial(self._align, audio, heard)
            heard = yield from bettered(heard, "alignment", aligning, times, kept)
        return replace(
            heard,
            segments=confine(heard.segments, speech.possible),
            warnings=(*heard.warnings, *nobody_speaks(speech.lasting)),
            timings=tuple(times),
        )

    def _align(self, audio: Audio, heard: Recognition) -> Steps[Recognition]:
        """The same with words timed anew, without those that nobody but the recognizer finds."""
        aligned = yield from align(self.shelf.aligners, audio, heard.segments)
        left = without_witness(aligned.segments)
        return replace(
            heard,
            segments=left.segments,
            models=(*heard.models, *aligned.models),
            repairs=left.repairs,
            warnings=(*heard.warnings, *aligned.warnings, *left.warnings),
        )

    def _find(self, audio: Audio, options: Options) -> Steps[Speech]:
        return told("activity", audio.duration, find_speech(self.vad, audio, options.speech))

    def _hear(
        self, audio: Audio, spoken: Spoken, options: Options, kept: Kept
    ) -> Steps[Recognition]:
        """Text and words with the recognizer's own times; failures leave all else."""
        times: list[StageTime] = []
        heard: list[Part] = []
        for place, regions in enumerate(parts(spoken.regions)):
            decoding = decoding_of(options.decoding, place)
            hearing = partial(hear_part, self.recognizer, audio, regions, decoding)
            finding = kept.found(f"recognition-{place + 1}", Part, hearing)
            try:
                part = yield from noted(times, "recognition", finding)
            except FindingError as failure:
                part = lost_part(regions, str(failure))
            except InputError:
                raise
            except DiascribeError as failure:
                if not any(segment.words for one in heard for segment in one.segments):
                    raise
                part = Part(segments=(), failure=str(failure), cut_off=True)
            heard.append(part)
            if part.cut_off:
                break
        taken = StageTime("recognition", sum(one.seconds for one in times))
        return self._heard(spoken, heard, options, taken)

    def _heard(
        self, spoken: Spoken, heard: Sequence[Part], options: Options, taken: StageTime
    ) -> Recognition:
        """All parts as one."""
        segments = [segment for part in heard for segment in part.segments]
        failures = [part.failure for part in heard if part.failure is not None]
        if failures and not any(one.words for one in segments):
            raise RecognizerError(failures[-1])
        warnings = (*spoken.warnings, *unheeded(self.recognizer, options), *_lost(heard))
        return Recognition(
            segments=segments,
            spoken=spoken,
            models=(self.vad.model, self.recognizer.model),
            cut_off=any(part.cut_off for part in heard),
            warnings=warnings,
            timings=(taken,),
        )

    def _repair(
        self, audio: Audio, speech: Speech, heard: Recognition, options: Options
    ) -> Steps[Recognition]:
        """What was heard, with flags and without what nobody said."""
        segments, regions = heard.segments, heard.spoken.regions
        recognizer = None if heard.cut_off else self.recognizer
        reached = until(speech, segments[-1].end) if heard.cut_off else speech
        repaired = yield from repair(
            recognizer, audio, reached, regions, segments, options.decoding
        )
        return replace(
            heard,
            segments=repaired.segments,
            spoken=settled(heard.spoken, repaired.segments),
            repairs=repaired.repairs,
            warnings=(*heard.warnings, *repaired.warnings),
        )


def bettered(
    heard: Recognition,
    stage: str,
    steps: Callable[[], Steps[Recognition]],
    times: list[StageTime],
    kept: Kept,
) -> Steps[Recognition]:
    """What a stage makes of what was heard; the same, and a warning, where it was given up."""
    try:
        return (yield from noted(times, stage, kept.found(stage, Recognition, steps)))
    except FindingError as failure:
        warning = Notice(f"{stage}_failed", stage, str(failure))
        return replace(heard, warnings=(*heard.warnings, warning))


def translated(heard: Recognition, *, align_output: bool) -> Recognition:
    """The same, its texts in English; what was spoken in another language cannot be aligned."""
    segments = [replace(one, language=ENGLISH) for one in heard.segments]
    unaligned = Notice(
        "translation_not_aligned",
        "alignment",
        "a translation has other words than the sound: they keep the recognizer's times",
    )
    warnings = (*heard.warnings, unaligned) if align_output else heard.warnings
    return replace(heard, segments=segments, warnings=warnings)


def unheeded(recognizer: Recognizer, options: Options) -> Iterator[Notice]:
    """A warning for what was asked of a recognizer that makes no difference to it."""
    usual, choice = Decoding(), options.choice
    decoding = options.decoding
    changed = [
        one.name
        for one in fields(Decoding)
        if getattr(decoding, one.name) != getattr(usual, one.name)
    ]
    idle = [name for name in changed if name not in recognizer.heeds]
    placed = {"device": choice.device == "cuda", "compute_type": choice.compute_type != "auto"}
    idle += [name for name in placed if placed[name] and name not in recognizer.placement]
    if idle:
        yield Notice(
            "options_without_effect",
            "recognition",
            f"{recognizer.model.name} does not know {', '.join(idle)}",
        )


def _lost(heard: Sequence[Part]) -> Iterator[Notice]:
    """Warnings that words are missing, where, and why."""
    lost = [region for part in heard for region in part.lost]
    failures = [part.failure for part in heard if part.failure is not None]
    if lost:
        message = f"the recognizer failed at {places(lost)}: {failures[-1]}"
        yield Notice("recognition_gaps", "recognition", message)
    if any(part.cut_off for part in heard):
        last = max(segment.end for part in heard for segment in part.segments)
        message = f"there are no words after {last:.1f} s: {failures[-1]}"
        yield Notice("recognition_cut_off", "recognition", message)
