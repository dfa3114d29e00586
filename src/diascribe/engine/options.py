"""Every option of a request, once: its type, unit, range, default and meaning.

The command line, the documentation and every other surface derive from `Options`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from diascribe.engine.profile import Profile, read_profile
from diascribe.errors import OptionsError, printable
from diascribe.protocols import Clustering, Decoding, SpeakerCount, SpeechThresholds

Value = bool | int | float | str | None
Given = Value | Path | Profile
"""What may be given for an option; a path only for a profile."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What an option means and which values it takes."""

    text: str
    stage: str
    """The stage that it steers: recognition, diarization, or both."""
    unit: str = ""
    low: float | None = None
    high: float | None = None


def _option(default: Value, stage: str, text: str, **limits: Any) -> Any:  # noqa: ANN401 - any field type
    return field(default=default, metadata={"rule": Rule(text, stage, **limits)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How one recording is to be worked on.

    Raises:
        OptionsError: values out of range or in contradiction, all named at once.
    """

    language: str | None = _option(
        None,
        "recognition",
        "Language spoken, as an ISO 639 code such as `en`; null lets the recognizer decide.",
    )
    align_output: bool = _option(
        False,
        "recognition",
        "Find the times of words anew with the aligner.",
    )
    diarization: bool = _option(True, "recognition", "Find out who speaks when.")
    vad_onset: float = _option(0.5, "both", "Speech begins above this probability.", low=0, high=1)
    vad_offset: float = _option(0.363, "both", "Speech ends below this probability.", low=0, high=1)
    clustering_threshold: float | None = _option(
        None,
        "diarization",
        "Distance that parts two voices; null takes the voice encoder's own.",
        unit="cosine distance",
        low=0,
        high=2,
    )
    min_duration_on_s: float = _option(
        0.0, "diarization", "Shorter turns are dropped.", unit="seconds", low=0, high=10
    )
    min_duration_off_s: float = _option(
        0.15,
        "diarization",
        "Shorter pauses within a turn are filled.",
        unit="seconds",
        low=0,
        high=10,
    )
    attribution_gap_s: float = _option(
        0.5,
        "recognition",
        "A word outside all turns goes to the nearest one at most this far away.",
        unit="seconds",
        low=0,
        high=60,
    )
    num_speakers: int | None = _option(
        None, "diarization", "Exactly this many speakers; null finds their number.", low=1, high=100
    )
    min_speakers: int | None = _option(
        None, "diarization", "At least this many speakers.", low=1, high=100
    )
    max_speakers: int | None = _option(
        None, "diarization", "At most this many speakers.", low=1, high=100
    )
    profile: Profile | None = _option(  # noqa: RUF009 - a field like the others
        None,
        "both",
        "File of `diascribe tune`; its values hold for every option that is not given.",
    )
    """Given as a path, it is read, and its values merged, by `parse_options`."""

    def __post_init__(self) -> None:
        problems = (*_wrong_types(self), *_out_of_range(self), *_contradictions(self))
        if problems:
            raise OptionsError(problems)

    @property
    def speech(self) -> SpeechThresholds:
        """Where speech begins and ends."""
        return SpeechThresholds(self.vad_onset, self.vad_offset)

    @property
    def decoding(self) -> Decoding:
        """How the recognizer decodes."""
        return Decoding(language=self.language)

    @property
    def clustering(self) -> Clustering:
        """How the diarizer decides who is who."""
        return Clustering(
            speakers=SpeakerCount(self.num_speakers, self.min_speakers, self.max_speakers),
            threshold=self.clustering_threshold,
            min_duration_on_s=self.min_duration_on_s,
            min_duration_off_s=self.min_duration_off_s,
        )


def parse_options(given: Mapping[str, Any]) -> Options:
    """Options from a mapping: what is given, else what its profile says, else the defaults.

    `profile` is a `Profile` or the path of its file, which is read here. So whoever takes
    options from strangers looks up the profile himself, and refuses paths.

    Raises:
        OptionsError: names that do not exist and values that do not fit, all at once.
        SourceError: the profile's file cannot be read.
    """
    profile = _profile(given.get("profile"))
    if not isinstance(profile, Profile):
        return _strict({**given, "profile": profile})
    shown = profile.name if profile is given["profile"] else printable(str(given["profile"]))
    try:
        _strict(profile.options, without=frozenset({"profile"}))
    except OptionsError as error:
        problems = tuple(f"profile {shown}: {problem}" for problem in error.problems)
        raise OptionsError(problems) from error
    try:
        return _strict({**profile.options, **given, "profile": profile})
    except OptionsError as error:
        hint = f"what is not given comes from the profile {shown}"
        raise OptionsError(error.problems, hint=hint) from error


def _profile(given: object) -> object:
    """A profile, read where its file is named; whatever is none is refused later."""
    return read_profile(Path(given)) if isinstance(given, str | Path) else given


def _strict(given: Mapping[str, Any], *, without: frozenset[str] = frozenset()) -> Options:
    """Options from a mapping.

    Raises:
        OptionsError: names that do not exist, or are those `without`, and values that do not fit.
    """
    known = {one.name for one in fields(Options)} - without
    unknown = tuple(
        f"{name}: unknown option, wanted one of {', '.join(sorted(known))}"
        for name in sorted(given.keys() - known)
    )
    try:
        options = Options(**{name: value for name, value in given.items() if name in known})
    except OptionsError as error:
        raise OptionsError((*unknown, *error.problems)) from error
    if unknown:
        raise OptionsError(unknown)
    return options


def rule_of(name: str) -> Rule:
    """An option's rule."""
    (rule,) = (one.metadata["rule"] for one in fields(Options) if one.name == name)
    assert isinstance(rule, Rule)
    return rule


@cache
def type_of(name: str) -> tuple[type, bool]:
    """An option's plain type, and whether null is allowed."""
    hint = get_type_hints(Options)[name]
    if get_origin(hint) in {Union, UnionType}:
        (plain,) = (one for one in get_args(hint) if one is not type(None))
        return plain, True
    return hint, False


def _wrong_types(options: Options) -> Iterator[str]:
    for one in fields(options):
        value = getattr(options, one.name)
        plain, nullable = type_of(one.name)
        if not _fits(value, plain) and not (nullable and value is None):
            wanted = f"{plain.__name__}{' or null' if nullable else ''}"
            yield f"{one.name}: wanted {wanted}, got {value!r}"


def _fits(value: object, plain: type) -> bool:
    """Whether a value is of a type; whole numbers are fine for float, booleans for neither."""
    if isinstance(value, bool):
        return plain is bool
    return isinstance(value, (int, float) if plain is float else plain)


def _out_of_range(options: Options) -> Iterator[str]:
    for one in fields(options):
        value, rule = getattr(options, one.name), rule_of(one.name)
        if rule.low is None or rule.high is None or not _numbers(value):
            continue
        if not rule.low <= value <= rule.high:
            yield f"{one.name}: wanted {rule.low:g} to {rule.high:g}, got {value}"


def _contradictions(options: Options) -> Iterator[str]:
    low, high, exact = options.min_speakers, options.max_speakers, options.num_speakers
    if _numbers(low, high) and low > high:  # type: ignore[operator]  # numbers, just checked
        yield f"min_speakers {low} is more than max_speakers {high}"
    if _numbers(exact, low) and exact < low:  # type: ignore[operator]  # numbers, just checked
        yield f"num_speakers {exact} is less than min_speakers {low}"
    if _numbers(exact, high) and exact > high:  # type: ignore[operator]  # numbers, just checked
        yield f"num_speakers {exact} is more than max_speakers {high}"
    onset, offset = options.vad_onset, options.vad_offset
    if _numbers(onset, offset) and offset > onset:
        yield f"vad_offset {offset} is above vad_onset {onset}"


def _numbers(*values: object) -> bool:
    return all(isinstance(one, int | float) and not isinstance(one, bool) for one in values)


def applied(options: Options) -> dict[str, Value]:
    """The options as a mapping, for the result; a profile by its name."""
    values = {one.name: getattr(options, one.name) for one in fields(options)}
    return {**values, "profile": options.profile.name if options.profile else None}
