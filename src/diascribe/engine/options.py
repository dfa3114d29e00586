"""Every option of a request, once: its type, unit, range, default and meaning.

The command line, the documentation and every other surface derive from `Options`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from diascribe.errors import OptionsError
from diascribe.protocols import Clustering, Decoding, SpeakerCount, SpeechThresholds

Value = bool | int | float | str | None


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
    """Options from a mapping, unknown names refused.

    Raises:
        OptionsError: names that do not exist and values that do not fit, all at once.
    """
    known = {one.name for one in fields(Options)}
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
    """The options as a mapping, for the result."""
    return asdict(options)
