"""Every option of a request, once: its type, unit, range, default and meaning.

The command line, the documentation and every other surface derive from `Options`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal

from diascribe.algorithms.tongues import code_of, near, said
from diascribe.engine.identify.samples import SpeakerSample
from diascribe.engine.profile import Profile
from diascribe.engine.rules import Kind, Rule, kind_in, misfits, numbers, option, rule_in
from diascribe.errors import OptionsError
from diascribe.protocols import (
    Choice,
    Clustering,
    Decoding,
    Mode,
    Precision,
    SpeakerCount,
    SpeechThresholds,
    Task,
)
from diascribe.transcript import Applied

SAMPLES = "speaker_samples"

Channels = Literal["auto", "mix", "split"]
Device = Literal["auto", "cpu", "cuda"]
ComputeType = Literal[
    "auto",
    "int8",
    "int8_float16",
    "int8_bfloat16",
    "int8_float32",
    "float16",
    "bfloat16",
    "float32",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How one recording is to be worked on.

    Raises:
        OptionsError: values out of range or in contradiction, all named at once.
    """

    model: str | None = option(
        None,
        "recognition",
        "Recognizer: a name of `diascribe models list`, or a model's folder; null takes the best"
        " one installed.",
    )
    language: str | None = option(
        None,
        "recognition",
        "Language spoken: an ISO 639 code such as `en`, or its English name; null has it detected.",
    )
    languages: tuple[str, ...] | None = option(
        None,
        "recognition",
        "Languages that detection may choose from; several have commas between them on the command"
        " line: `de,en`; null allows all.",
    )
    language_detection_min_prob: float = option(
        0.0,
        "recognition",
        "Detection stops listening once it is this sure; 0 listens to all its samples.",
        low=0,
        high=1,
    )
    language_detection_max_tries: int = option(
        5,
        "recognition",
        "Samples of speech, spread over the recording, that detection listens to.",
        low=1,
        high=100,
    )
    code_switching: bool = option(
        False, "recognition", "Detect the language of each stretch of speech by itself."
    )
    task: Task = option(  # noqa: RUF009 - a field like the others
        "transcribe",
        "recognition",
        "Text in the language spoken, or in English.",
    )
    initial_prompt: str | None = option(
        None,
        "recognition",
        "What was said before, names and style: a hint for the first window. With `hotwords` at"
        " most 223 tokens of a Whisper: a word has one to three.",
    )
    prefix: str | None = option(None, "recognition", "How the text of the first window begins.")
    hotwords: str | None = option(
        None,
        "recognition",
        "Words that are likely: a hint for every window; they share their room with"
        " `initial_prompt`.",
    )
    suppress_numerals: bool = option(
        False, "recognition", "Write numbers as words, never as digits."
    )
    timestamps: bool = option(
        False,
        "recognition",
        "Let the recognizer write times between its sentences, which is slower.",
    )
    batch_size: int | None = option(
        None,
        "recognition",
        "Most windows decoded at once; null takes what memory allows.",
        low=1,
        high=1024,
    )
    temperature: float = option(
        0.0,
        "recognition",
        "Where the ladder of temperatures starts, which doubtful windows climb.",
        low=0,
        high=1,
    )
    beam_size: int = option(5, "recognition", "Texts followed at once.", low=1, high=100)
    patience: float = option(
        1.0,
        "recognition",
        "Beams finish once this times `beam_size` texts have ended.",
        low=0.1,
        high=10,
    )
    length_penalty: float = option(
        1.0, "recognition", "Above 1 favours longer texts, below 1 shorter ones.", low=-10, high=10
    )
    no_speech_threshold: float = option(
        0.6,
        "recognition",
        "A window likelier than this to hold no speech, and doubtful, is left empty.",
        low=0,
        high=1,
    )
    log_prob_threshold: float = option(
        -1.0,
        "recognition",
        "A window whose tokens are on average less likely is decoded again.",
        unit="natural logarithm",
        low=-1000,
        high=0,
    )
    compression_ratio_threshold: float = option(
        2.4,
        "recognition",
        "A window whose text compresses better repeats itself, and is decoded again.",
        low=1,
        high=1000,
    )
    device: Device = option(  # noqa: RUF009 - a field like the others
        "auto",
        "both",
        "Where the recognizer runs, and a diarizer that is named; `auto` takes the best there is.",
    )
    compute_type: ComputeType = option(  # noqa: RUF009 - a field like the others
        "auto",
        "recognition",
        "Precision of the recognizer; `auto` suits the device.",
    )
    align_output: bool = option(
        False,
        "recognition",
        "Find the times of words anew with the aligner.",
    )
    diarization: bool = option(True, "recognition", "Find out who speaks when.")
    diarizer: str | None = option(
        None,
        "diarization",
        "Diarizer: a name of `diascribe models list`, or a model's folder; null takes the embedded"
        " one.",
    )
    diarization_mode: Mode = option(  # noqa: RUF009 - a field like the others
        "exact",
        "diarization",
        "How an installed diarizer hears: `exact` every window by itself; `shared` each second"
        " once, several times as fast; `fast` half as many windows of those.",
    )
    diarization_precision: Precision = option(  # noqa: RUF009 - a field like the others
        "auto",
        "diarization",
        "What an installed diarizer's networks calculate in: `bfloat16` needs the extra"
        " `openvino` and a processor that has it; `int8` is for the voice encoder.",
    )
    vad_onset: float = option(0.5, "both", "Speech begins above this probability.", low=0, high=1)
    vad_offset: float = option(0.363, "both", "Speech ends below this probability.", low=0, high=1)
    channels: Channels = option(  # noqa: RUF009 - a field like the others
        "auto",
        "both",
        "Hear several channels as one (`mix`), each by itself (`split`), or as their sound asks"
        " for (`auto`); copies and silent ones are left out in any case.",
    )
    clustering_threshold: float | None = option(
        None,
        "diarization",
        "Distance that parts two voices; null takes the diarizer's own. A cosine distance,"
        " with a PLDA model a Euclidean one between means.",
        low=0,
        high=2,
    )
    min_duration_on_s: float = option(
        0.0, "diarization", "Shorter turns are dropped.", unit="seconds", low=0, high=10
    )
    min_duration_off_s: float = option(
        0.15,
        "diarization",
        "Shorter pauses within a turn are filled.",
        unit="seconds",
        low=0,
        high=10,
    )
    attribution_gap_s: float = option(
        0.5,
        "recognition",
        "A word outside all turns goes to the nearest one at most this far away.",
        unit="seconds",
        low=0,
        high=60,
    )
    num_speakers: int | None = option(
        None, "diarization", "Exactly this many speakers; null finds their number.", low=1, high=100
    )
    min_speakers: int | None = option(
        None, "diarization", "At least this many speakers.", low=1, high=100
    )
    max_speakers: int | None = option(
        None, "diarization", "At most this many speakers.", low=1, high=100
    )
    speaker_verification: bool | None = option(
        None,
        "diarization",
        "Find out who the speakers are among known voices; null does where there are samples.",
    )
    speaker_samples: tuple[SpeakerSample, ...] = option(
        (),
        "diarization",
        "Samples of voices to look for: files, web addresses or data URIs. Whose they are is"
        " given, or is `?name=` or `#name` in the address, or the file's name; equal names are"
        " one person. Without any, the voices of `diascribe speakers` are looked for.",
    )
    speaker_threshold: float | None = option(
        None,
        "diarization",
        "Similarity from which on a speaker is taken for a known voice; null takes the voice"
        " encoder's own.",
        unit="cosine similarity",
        low=0,
        high=1,
    )
    speaker_one_to_one: bool = option(
        True, "diarization", "Two speakers of a recording are never the same known voice."
    )
    profile: Profile | None = option(  # noqa: RUF009 - a field like the others
        None,
        "both",
        "File of `diascribe tune`; its values hold for every option that is not given.",
    )
    """Given as a path, it is read, and its values merged, by `parse_options`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "language", _code(self.language))
        if isinstance(self.languages, tuple):
            codes = tuple(map(_code, self.languages))
            if all(isinstance(one, str) for one in codes):  # others have perhaps no hash
                codes = tuple(dict.fromkeys(codes))
            object.__setattr__(self, "languages", codes)
        problems = (*misfits(self), *_unknown_languages(self), *_contradictions(self))
        if problems:
            raise OptionsError(problems)

    @property
    def verifies(self) -> bool:
        """Whether speakers are looked for among known voices."""
        wanted = self.speaker_verification
        return bool(self.speaker_samples) if wanted is None else wanted

    @property
    def speech(self) -> SpeechThresholds:
        """Where speech begins and ends."""
        return SpeechThresholds(self.vad_onset, self.vad_offset)

    @property
    def decoding(self) -> Decoding:
        """How the recognizer decodes: the options that bear the names of its fields."""
        return Decoding(**{one.name: getattr(self, one.name) for one in fields(Decoding)})

    @property
    def choice(self) -> Choice:
        """Which recognizer, and where it runs."""
        return Choice(self.model, self.device, self.compute_type, self.language)

    @property
    def diarizer_choice(self) -> Choice:
        """Which diarizer, and where it runs."""
        return Choice(
            self.diarizer,
            self.device,
            mode=self.diarization_mode,
            precision=self.diarization_precision,
        )

    @property
    def clustering(self) -> Clustering:
        """How the diarizer decides who is who."""
        return Clustering(
            speakers=SpeakerCount(self.num_speakers, self.min_speakers, self.max_speakers),
            threshold=self.clustering_threshold,
            min_duration_on_s=self.min_duration_on_s,
            min_duration_off_s=self.min_duration_off_s,
        )


def rule_of(name: str) -> Rule:
    """An option's rule."""
    return rule_in(Options, name)


def kind_of(name: str) -> Kind:
    """The type of an option's value."""
    return kind_in(Options, name)


def _code(given: Any) -> Any:  # noqa: ANN401 - types are checked later
    """The code of a language that is written in any way; whatever is none as it came."""
    return (code_of(given) or given) if isinstance(given, str) else given


def _unknown_languages(options: Options) -> Iterator[str]:
    """What is no language at all; whether a model knows one is found out when it is chosen."""
    given: dict[str, Any] = {"language": (options.language,), "languages": options.languages}
    for name, values in given.items():
        for one in values if isinstance(values, tuple) else ():
            if isinstance(one, str) and code_of(one) is None:
                meant = near(one)
                offered = f", near it are {said(meant)}" if meant else ""
                yield f"{name}: wanted an ISO 639 code or an English name, got {one!r}{offered}"


def _contradictions(options: Options) -> Iterator[str]:
    low, high, exact = options.min_speakers, options.max_speakers, options.num_speakers
    if numbers(low, high) and low > high:  # type: ignore[operator]  # numbers, just checked
        yield f"min_speakers {low} is more than max_speakers {high}"
    if numbers(exact, low) and exact < low:  # type: ignore[operator]  # numbers, just checked
        yield f"num_speakers {exact} is less than min_speakers {low}"
    if numbers(exact, high) and exact > high:  # type: ignore[operator]  # numbers, just checked
        yield f"num_speakers {exact} is more than max_speakers {high}"
    if options.diarization is False and (options.speaker_verification or _implied(options)):
        yield "speaker_verification finds out who speakers are, and diarization is off"
    onset, offset = options.vad_onset, options.vad_offset
    if numbers(onset, offset) and offset > onset:
        yield f"vad_offset {offset} is above vad_onset {onset}"
    yield from _language_contradictions(options)


def _language_contradictions(options: Options) -> Iterator[str]:
    allowed = options.languages
    if allowed == ():
        yield "languages: wanted at least one, got none"
    if allowed and isinstance(options.language, str) and options.language not in allowed:
        yield f"language {options.language} is not among languages {', '.join(map(str, allowed))}"
    if options.code_switching is True and options.language is not None:
        yield f"code_switching detects languages, and language says {options.language}"


def _implied(options: Options) -> bool:
    """Whether samples ask for verification that is neither asked for nor refused."""
    return options.speaker_verification is None and bool(options.speaker_samples)


def applied(options: Options) -> dict[str, Applied]:
    """The options as a mapping, for the result; a profile by its name, samples without secrets."""
    values = {one.name: getattr(options, one.name) for one in fields(options)}
    return {
        **values,
        SAMPLES: tuple(map(str, options.speaker_samples)),
        "profile": options.profile.name if options.profile else None,
    }
