"""A job's `input` as options and a source, or everything that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from diascribe.adapters.runpod.sources import WANTED, Kind, kind_of
from diascribe.engine.given import parse_options
from diascribe.engine.options import SAMPLES, Options
from diascribe.errors import InputError, OptionsError
from diascribe.formats.table import FORMATS
from diascribe.storage.fetching import WEB
from diascribe.storage.shown import DATA

DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {"align_output": False, "diarization": False, "batch_size": 64}
)
"""What this platform's document sets otherwise than `Options`."""

OPTIONAL = frozenset(
    {
        "beam_size",
        "patience",
        "length_penalty",
        "no_speech_threshold",
        "log_prob_threshold",
        "compression_ratio_threshold",
    }
)
"""Fields of which null means that they are not given."""

MODELS = ("model", "diarizer")
"""Options that name a model, or in the library a folder."""

FILES = frozenset({"profile"})
"""Options that name files of this machine, of which requests know nothing."""

TEXTS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "audio_file": (
            "text",
            "",
            "The recording: a web address, a data URI, base64, or `s3://` in our own bucket.",
        ),
        "huggingface_access_token": (
            "text or null",
            "null",
            "Taken and not needed: nothing is pulled for a request.",
        ),
        "debug": ("true or false", "false", "Answer with times and memory; else `DEBUG` says it."),
        "formats": ("list of text", "[]", "Texts beside the result: `srt`, `vtt` and others."),
    }
)
"""Fields that are no options: type, default and meaning."""

OWN = frozenset(TEXTS)

KNOWN = frozenset(one.name for one in fields(Options)) - FILES

Resolve = Callable[[str, str], str | None]
"""The model that a request means by an option and a name, as the engine knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What this worker takes."""

    resolve: Resolve
    """Raises InputError for what is not installed."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """Options that the environment sets."""
    bucket: bool = False
    """Whether recordings may be objects."""
    local: bool = False
    """Whether whoever asks sits at this machine, and may name files."""
    debug: bool = False
    """What `debug` is where it is not given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a job wants."""

    source: str = field(repr=False)
    kind: Kind
    options: Options
    formats: tuple[str, ...] = ()
    """Texts beside the result, such as `srt`."""
    debug: bool = False
    """Whether times and memory are told."""


def parse(given: object, rules: Rules) -> Asked:
    """What a job wants.

    Raises:
        OptionsError: names everything that is wrong.
    """
    if not isinstance(given, Mapping):
        raise OptionsError((f"input: wanted an object, got {_kind_name(given)}",))
    rest = {str(name): value for name, value in given.items()}
    problems: list[str] = []
    source, kind = _source(rest.pop("audio_file", None), rules, problems)
    debug = _typed(rest, "debug", bool, rules.debug, problems)
    _typed(rest, "huggingface_access_token", str, None, problems)  # nothing is pulled for a request
    formats = _formats(rest.pop("formats", []), problems)
    options = _options(rest, rules, problems)
    if problems or options is None or kind is None:
        raise OptionsError(tuple(problems))
    return Asked(source=source, kind=kind, options=options, formats=formats, debug=debug)


def _source(said: object, rules: Rules, problems: list[str]) -> tuple[str, Kind | None]:
    if not isinstance(said, str) or not said.strip():
        got = "none" if said is None else _kind_name(said) if said != "" else "an empty text"
        problems.append(f"audio_file: {WANTED}, got {got}")
        return "", None
    plain = said.strip()
    kind = kind_of(plain, bucket=rules.bucket, local=rules.local)
    if kind is None:
        problems.append(f"audio_file: {WANTED}, got something else")
    return plain, kind


def _typed(
    rest: dict[str, Any], name: str, kind: type, default: object, problems: list[str]
) -> Any:  # noqa: ANN401 - of that kind
    """A field of the job's that is no option; null is its default where that is null."""
    value = rest.pop(name, default)
    if value is not default and not isinstance(value, kind):
        problems.append(f"{name}: wanted {kind.__name__}, got {_kind_name(value)}")
        return default
    return value


def _formats(given: object, problems: list[str]) -> tuple[str, ...]:
    """The formats that are wanted beside the result."""
    if not isinstance(given, list) or not all(one in FORMATS for one in given):
        problems.append(f"formats: wanted a list of {', '.join(FORMATS)}, got {given!r:.80}")
        return ()
    return tuple(dict.fromkeys(given))


def _options(rest: dict[str, Any], rules: Rules, problems: list[str]) -> Options | None:
    """The options; what is wrong with them is told together with the rest."""
    asked = {name: one for name, one in rest.items() if one is not None or name not in OPTIONAL}
    for name in sorted(asked.keys() - KNOWN):
        problems.append(f"{name}: unknown field, {_offered(name)}")
        del asked[name]
    if isinstance(asked.get(SAMPLES), list) and not rules.local:
        problems += _not_addresses(asked[SAMPLES])
        asked[SAMPLES] = [one for one in asked[SAMPLES] if _is_address(one)]
    for name in MODELS:
        _resolve(name, asked, rules, problems)
    try:
        options = parse_options({**DEFAULTS, **rules.defaults, **asked})
    except OptionsError as error:
        problems.extend(error.problems)
        return None
    if options.verifies and not options.speaker_samples and not rest.get(SAMPLES):
        problems.append("speaker_verification: wanted speaker_samples to look for, got none")
    return options


def _resolve(name: str, asked: dict[str, Any], rules: Rules, problems: list[str]) -> None:
    """Put what the engine knows in place of a model's name."""
    if not isinstance(asked.get(name), str):
        return
    try:
        asked[name] = rules.resolve(name, asked[name])
    except InputError as error:
        problems.append(f"{name}: {error}")
        del asked[name]


def _offered(name: str) -> str:
    """The fields that a name may have meant; all of them where it is like none."""
    known = sorted(KNOWN | OWN)
    meant = get_close_matches(name, known, n=3)
    return f"near it are {' and '.join(meant)}" if meant else f"wanted one of {', '.join(known)}"


def _not_addresses(samples: list[object]) -> Iterator[str]:
    for place, one in enumerate(samples):
        if not _is_address(one):
            yield f"{SAMPLES}[{place}]: wanted url with http://, https:// or data:"


def _is_address(sample: object) -> bool:
    """Whether a sample names no file; what is no sample at all is refused later."""
    if isinstance(sample, Mapping):
        named = [sample.get("url"), sample.get("file_path")]
        said = [one for one in named if one]
    else:
        said = [sample]
    texts = [one for one in said if isinstance(one, str)]
    return all(one.lower().startswith((*WEB, DATA)) for one in texts)


def _kind_name(value: object) -> str:
    return "null" if value is None else type(value).__name__
