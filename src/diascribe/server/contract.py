"""What may be asked of the service: the options of `Options`, and what a job has besides."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Annotated, Any, Literal, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from diascribe.engine.identify.samples import SpeakerSample
from diascribe.engine.options import SAMPLES, Options, kind_of, rule_of
from diascribe.engine.rules import Kind
from diascribe.formats.table import FORMATS
from diascribe.jobs.job import Priority

JSON = "json"
FormatName = Literal[JSON, *FORMATS]  # type: ignore[valid-type]  # one list: the table's
"""Every format that a result can be had in."""

LIBRARY_ONLY = frozenset({"profile"})
"""Options that name files of the caller's machine."""

NO_FOLDER = " The service takes no folder."

HERE = {"model": NO_FOLDER, "diarizer": NO_FOLDER, SAMPLES: " The service takes no files."}
"""What is said of options that mean less here than on the caller's machine."""

NAMES = tuple(one.name for one in fields(Options) if one.name not in LIBRARY_ONLY)
"""Options that the service takes."""

MOST_METADATA = 16
"""Entries."""

TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
"""Texts of a form that are true or false."""


class Request(BaseModel):
    """A request: unknown fields are refused."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


class SamplePart(Request):
    """A sample of a voice."""

    url: Annotated[str, Field(max_length=1 << 22)]
    """Web address or data URI of a recording of one voice."""
    name: str | None = None
    """Whose voice; else `?name=` or `#name` of the address, or the file's name."""


class NewSample(Request):
    """A sample of a voice, to be known again."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    """Whose voice it is."""
    url: str | None = None
    """Web address or data URI of the sample, where no file is sent."""
    even_if_different: bool = False
    """Keep it though it sounds unlike others of its name."""


def _few(metadata: Mapping[str, str]) -> Mapping[str, str]:
    if len(metadata) > MOST_METADATA:
        message = f"wanted at most {MOST_METADATA} entries, got {len(metadata)}"
        raise ValueError(message)
    return metadata


class Besides(Request):
    """What a request for a job holds besides options."""

    audio_file: Annotated[str, Field(min_length=1)] | None = None
    """Web address, data URI or object (`s3://…`) of the recording, where no file is sent."""
    priority: Priority = "normal"
    """Who goes first."""
    webhook: Annotated[str, Field(max_length=2048)] | None = None
    """Web address that is told of the job's end; refused where webhooks cannot be signed."""
    results: Annotated[str, Field(max_length=2048)] | None = None
    """Prefix of an object store where results are written too, one of the tenant's; `beside` writes
    them beside a recording that comes from a bucket."""
    formats: Annotated[tuple[FormatName, ...], Field(strict=False)] = ()
    """Formats that are written to `results`."""
    metadata: Annotated[
        dict[
            Annotated[str, Field(max_length=64)],
            Annotated[str, Field(max_length=512)],
        ],
        AfterValidator(_few),
        Field(json_schema_extra={"maxProperties": MOST_METADATA}),
    ] = {}
    """Texts of the caller's own, given back with the job."""


def _option_field(name: str) -> Any:  # noqa: ANN401 - a field for `create_model`
    """An option as a field of a model: its type, range, default and meaning."""
    rule, kind = rule_of(name), kind_of(name)
    (default,) = (one.default for one in fields(Options) if one.name == name)
    hint = get_type_hints(Options)[name]
    if kind.item is SpeakerSample:
        hint = tuple[str | SamplePart, ...]
    limits: dict[str, Any] = {}
    if rule.low is not None:
        limits = {"ge": rule.low, "le": rule.high}
    unit = f" In {rule.unit}." if rule.unit else ""
    text = rule.text + unit + HERE.get(name, "")
    return (hint, Field(default, description=text, **limits))


def _model(
    name: str,
    text: str,
    besides: type[BaseModel],
    **required: Any,  # noqa: ANN401 - fields for `create_model`
) -> type[BaseModel]:
    """The options beside the fields of a model, of which some are `required` here."""
    options = {one: _option_field(one) for one in NAMES}
    return create_model(name, __base__=besides, __doc__=text, **required, **options)


JobRequest = _model(
    "JobRequest",
    "A recording to be fetched, and what to do with it.",
    Besides,
    audio_file=(
        str,
        Field(
            description="Web address, data URI or object (`s3://…`) of the recording.", min_length=1
        ),
    ),
)
"""The body of a request in JSON."""

Changes = _model("Changes", "Options to change.", Request)
"""The body of a request to run a finished job again."""


def form_schema(model: type[BaseModel], *, without: str) -> dict[str, Any]:
    """The schema of a form: a file, and the fields of a request in JSON as texts, but one."""
    whole = model.model_json_schema(ref_template="#/components/schemas/{model}")
    properties = {name: one for name, one in whole["properties"].items() if name != without}
    file = {
        "type": "string",
        "format": "binary",  # what generators of clients look for
        "contentMediaType": "application/octet-stream",  # what OpenAPI 3.1 says
        "description": "The recording.",
    }
    return {
        "type": "object",
        "properties": {"file": file, **properties},
        "required": ["file", *(one for one in whole.get("required", ()) if one != without)],
        "additionalProperties": False,
    }


def from_form(texts: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The fields of a form as values; what does not fit stays text, and is refused later.

    An empty field counts as not given, and `null` as null where there is one.
    """
    given = {name: [one for one in all_ if one != ""] for name, all_ in texts.items()}
    return {name: _value(name, some) for name, some in given.items() if some}


def _value(name: str, texts: Sequence[str]) -> object:
    if name in NAMES:
        return _option_value(kind_of(name), texts)
    if name == "formats":
        return [one.strip() for text in texts for one in text.split(",")]
    if name == "metadata":
        return _json(texts[-1])
    return texts[-1] if len(texts) == 1 else list(texts)


def _option_value(kind: Kind, texts: Sequence[str]) -> object:
    if kind.plain is tuple:
        return _list(kind, texts)
    if len(texts) > 1:
        return list(texts)  # of no option's type: refused by name
    (text,) = texts
    if kind.nullable and text == "null":
        return None
    if kind.plain is bool:
        return TRUTHS.get(text.lower(), text)
    return _number(kind.plain, text) if kind.plain in {int, float} else text


def _number(plain: type, text: str) -> object:
    try:
        return plain(text)
    except ValueError:
        return text


def _list(kind: Kind, texts: Sequence[str]) -> object:
    """Several fields, or one with a list in JSON; of texts, also one with commas."""
    if len(texts) == 1 and texts[0].startswith("["):
        return _json(texts[0])
    if kind.nullable and texts == ["null"]:
        return None
    if kind.item is str:
        return [one.strip() for text in texts for one in text.split(",")]
    return [_json(one) if one.startswith("{") else one for one in texts]


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
