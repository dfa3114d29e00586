"""What was said: regions of speech, their language, their text, the times of its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from diascribe.algorithms.confine import confine
from diascribe.audio import Audio
from diascribe.engine.alignment import align
from diascribe.engine.beside import Progress, Steps
from diascribe.engine.hearing import Hearing
from diascribe.engine.languages import Spoken, find_languages, settled
from diascribe.engine.options import Options
from diascribe.engine.regions import Speech, find_speech, nobody_speaks
from diascribe.engine.repair import places, repair, until, without_witness
from diascribe.engine.steps import clocked, told
from diascribe.protocols import Decoding, Recognizer, Shelf, Vad
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

    def listen(self, audio: Audio, options: Options) -> Steps[Recognition]:
        """What was said; a failing aligner leaves the words as they are."""
        times: list[StageTime] = []
        finding = find_speech(self.vad, audio, options.speech)
        speech = yield from clocked(times, "activity", told("activity", audio.duration, finding))
        spoken = yield from clocked(
            times, "language", find_languages(self.recognizer, audio, speech, options)
        )
        heard = yield from clocked(times, "recognition", self._hear(audio, spoken, options))
        heard = yield from clocked(times, "repair", self._repair(audio, speech, heard, options))
        if options.task == "translate":
            heard = translated(heard, align_output=options.align_output)
        elif options.align_output:
            aligning = self._align(audio, heard)
            heard = yield from clocked(times, "alignment", aligning)
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

    def _hear(self, audio: Audio, spoken: Spoken, options: Options) -> Steps[Recognition]:
        """Text and words with the recognizer's own times; failures leave all else."""
        segments: list[Segment] = []
        reached = 0.0
        hearing = Hearing(self.recognizer, audio, options.decoding)
        begun = Recognition(
            segments=segments,
            spoken=spoken,
            models=(self.vad.model, self.recognizer.model),
            warnings=(*spoken.warnings, *unheeded(self.recognizer, options)),
        )
        for one in hearing.segments(spoken.regions):
            if one is not None:
                segments.append(one)
                reached = max(reached, one.end)
            yield Progress("recognition", reached, audio.duration)
        if hearing.failure is None:
            return begun
        if not any(one.words for one in segments):
            raise hearing.failure
        warnings = (*begun.warnings, *_lost(hearing, segments))
        return replace(begun, cut_off=hearing.cut_off, warnings=warnings)

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


def _lost(hearing: Hearing, segments: Sequence[Segment]) -> Iterator[Notice]:
    """Warnings that words are missing, where, and why."""
    if hearing.lost:
        message = f"the recognizer failed at {places(hearing.lost)}: {hearing.failure}"
        yield Notice("recognition_gaps", "recognition", message)
    if hearing.cut_off:
        message = f"there are no words after {segments[-1].end:.1f} s: {hearing.failure}"
        yield Notice("recognition_cut_off", "recognition", message)
