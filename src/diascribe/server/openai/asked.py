"""What a request asks for: its fields, checked, as options of ours and a way to answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from diascribe.algorithms.tongues import code_of
from diascribe.engine.given import parse_options
from diascribe.errors import OptionsError, printable
from diascribe.protocols import Task
from diascribe.server.openai.chunking import NAME as CHUNKING
from diascribe.server.openai.chunking import read_chunking
from diascribe.server.openai.fields import Value
from diascribe.server.openai.names import DIARIZING, UNSTREAMED, recognizer
from diascribe.server.openai.refusals import RefusedError, invalid, refusal_of
from diascribe.server.openai.speakers import NAMES, REFERENCES, read_speakers
from diascribe.weights.store import Store

Form = Literal["json", "text", "srt", "verbose_json", "vtt", "diarized_json"]
"""How the answer is written."""

SUBTITLES = frozenset({"srt", "vtt"})
STREAMED = frozenset({"json", "text", "diarized_json"})
GRANULARITIES = frozenset({"word", "segment"})

TRANSLATION = frozenset({"model", "prompt", "response_format", "temperature"})
TRANSCRIPTION = TRANSLATION | {
    *("language", "languages", "keywords", "include", "timestamp_granularities", "stream"),
    *(CHUNKING, NAMES, REFERENCES),
}
"""The fields that mean something, beside `file`."""

YES, NO = frozenset({"true", "1"}), frozenset({"false", "0"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request."""

    task: Task = "transcribe"
    model: str
    """As the client calls it."""
    form: Form = "json"
    granularities: frozenset[str] = frozenset({"segment"})
    """What `verbose_json` lists."""
    logprobs: bool = False
    """Whether the answer says how sure the recognizer was of each word."""
    stream: bool = False
    options: Mapping[str, Any]
    """Those that differ from our defaults, by our names, checked."""
    unused: tuple[str, ...] = ()
    """What was asked for and has no effect."""


def read_request(fields: Mapping[str, Value], task: Task, store: Store) -> Asked:
    """The request of a form's fields.

    Raises:
        RefusedError: the first field that is wrong.
        UnknownModelError: there is no such model.
    """
    allowed = TRANSCRIPTION if task == "transcribe" else TRANSLATION
    given = {name: fields[name] for name in fields if name in allowed}
    model = _text(given, "model", wanted=True)
    form = _form(given, task)
    speakers = _diarizes(model, form)
    asked = Asked(
        task=task,
        model=model,
        form=form,
        granularities=_granularities(given),
        logprobs=_logprobs(given) and form == "json",
        stream=_stream(given, model, form),
        options={
            **_options(given, task, speakers=speakers),
            **_recognizer(model, store),
        },
        unused=(*sorted(fields.keys() - allowed), *_unused(given, model, form)),
    )
    _check(asked.options)
    return asked


def _diarizes(model: str, form: Form) -> bool:
    """Whether anything of the answer depends on who speaks."""
    return form == "diarized_json" or (form in SUBTITLES and model == DIARIZING)


def _form(given: Mapping[str, Value], task: Task) -> Form:
    forms = [one for one in get_args(Form) if task == "transcribe" or one != "diarized_json"]
    form = _text(given, "response_format") or "json"
    if form not in forms:
        message = f"response_format: wanted one of {', '.join(forms)}, got {printable(form)}"
        raise invalid("response_format", message)
    return cast("Form", form)


def _granularities(given: Mapping[str, Value]) -> frozenset[str]:
    wanted = frozenset(_texts(given, "timestamp_granularities")) or frozenset({"segment"})
    if wanted - GRANULARITIES:
        name = "timestamp_granularities"
        raise invalid(name, f"{name}: wanted word or segment, got {printable(min(wanted))}")
    return wanted


def _logprobs(given: Mapping[str, Value]) -> bool:
    wanted = set(_texts(given, "include"))
    if wanted - {"logprobs"}:
        other = min(wanted - {"logprobs"})
        raise invalid("include", f"include: wanted logprobs, got {printable(other)}")
    return bool(wanted)


def _stream(given: Mapping[str, Value], model: str, form: Form) -> bool:
    said = _text(given, "stream").lower()
    if said and said not in YES | NO:
        raise invalid("stream", f"stream: wanted true or false, got {printable(said)}")
    if said not in YES or model == UNSTREAMED:
        return False
    if form not in STREAMED:
        allowed = ", ".join(sorted(STREAMED))
        raise invalid("stream", f"stream: wanted a response_format of {allowed}, got {form}")
    return True


def _recognizer(model: str, store: Store) -> dict[str, str]:
    name = recognizer(model, store)
    return {} if name is None else {"model": name}


def _options(given: Mapping[str, Value], task: Task, *, speakers: bool) -> dict[str, Any]:
    """Our options; those that a client did not give are left out."""
    samples = read_speakers(_texts(given, NAMES), _texts(given, REFERENCES))
    languages = [_language("languages", one) for one in _texts(given, "languages")]
    language = _text(given, "language")
    values = {
        "task": task if task != "transcribe" else None,
        "language": _language("language", language) if language else None,
        "languages": languages or None,
        "initial_prompt": _text(given, "prompt") or None,
        "hotwords": ", ".join(_texts(given, "keywords")) or None,
        "temperature": _temperature(given),
        "speaker_samples": (samples or None) if speakers else None,
    }
    chosen = {name: value for name, value in values.items() if value is not None}
    chunking = read_chunking(given.get(CHUNKING))
    return {**chosen, **chunking.options, "diarization": speakers}


def _check(options: Mapping[str, Any]) -> None:
    try:
        parse_options(options)
    except OptionsError as error:
        raise RefusedError(refusal_of(error)) from error


def _language(name: str, code: str) -> str:
    """The language of a code, without its region."""
    plain = code.lower().partition("-")[0]
    if code_of(code) != plain:  # names of languages are none of its contract
        message = f"{name}: wanted a code of ISO 639-1 such as en, got {printable(code)}"
        raise invalid(name, message, code="invalid_language_format")
    return plain


def _temperature(given: Mapping[str, Value]) -> float | None:
    said = _text(given, "temperature")
    if not said:
        return None
    try:
        temperature = float(said)
    except ValueError:
        temperature = -1.0
    if not 0 <= temperature <= 1:
        message = f"temperature: wanted a number from 0 to 1, got {printable(said)}"
        raise invalid("temperature", message)
    return temperature


def _unused(given: Mapping[str, Value], model: str, form: Form) -> Iterator[str]:
    """What of the known fields has no effect together with the others."""
    if form != "verbose_json" and "timestamp_granularities" in given:
        yield "timestamp_granularities"
    if form != "json" and "include" in given:
        yield "include"
    if model == UNSTREAMED and _text(given, "stream").lower() in YES:
        yield "stream"
    if not _diarizes(model, form):
        yield from (one for one in (NAMES, REFERENCES) if one in given)
    yield from read_chunking(given.get(CHUNKING)).unused


def _text(given: Mapping[str, Value], name: str, *, wanted: bool = False) -> str:
    """A text; empty where none is given."""
    value = given.get(name, "")
    if not isinstance(value, str):
        raise invalid(name, f"{name}: wanted a text, got something else")
    if wanted and not value:
        raise invalid(name, f"{name}: wanted the name of a model, got none")
    return value


def _texts(given: Mapping[str, Value], name: str) -> tuple[str, ...]:
    value = given.get(name, ())
    assert isinstance(value, tuple)
    return value
