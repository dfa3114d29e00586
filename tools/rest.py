"""The reference of the REST interface, read from its OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from fields import answered, link, objects, type_of
from markdown import code, table

from diascribe.jobs.seam import Jobs
from diascribe.server.app import create_app
from diascribe.server.contract import NAMES
from diascribe.server.ears import Ear
from diascribe.server.service import Service, Speakers
from diascribe.storage.fetching import Fetcher
from examples import EXAMPLES

SUCCESSES = ("200", "201", "204")

BODIES = {
    "JobForm": "A form with the recording as `file`, and the fields of the JSON as texts.",
    "SampleForm": "A form with the sample as `file`, and the fields of the JSON as texts.",
}
"""What is said of forms, whose fields are those of the JSON."""


OPTIONS = "every [option](options.md) but those that name files"


def document() -> dict[str, Any]:
    """The whole OpenAPI document; nobody is asked anything."""
    speakers = Speakers(
        voices=lambda _: cast("Any", None), ear=cast("Ear", None), fetcher=Fetcher()
    )
    return create_app(Service(jobs=cast("Jobs", None), speakers=speakers)).openapi()


def rest() -> str:
    """Every operation: what it does, takes and answers; then what the answers hold."""
    whole = document()
    operations = [
        (f"{method.upper()} {path}", operation)
        for path, methods in whole["paths"].items()
        for method, operation in methods.items()
    ]
    told = [part for one in operations for part in _operation(*one, whole)]
    answers = answered(operation for _, operation in operations)
    return "\n\n".join([*told, *objects(answers, whole["components"]["schemas"])])


def _operation(name: str, operation: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {name}"
    yield " ".join(operation["description"].split())
    parameters = operation.get("parameters", ())
    if parameters:
        yield table(("parameter", "in", "default", "meaning"), map(_parameter, parameters))
    yield from _body(operation.get("requestBody"), whole)
    yield table(("status", "meaning"), map(_answer, sorted(operation["responses"].items())))
    names = answered([operation])
    if names:
        yield f"Answer: {' or '.join(map(link, names))}. For example:"
    else:
        yield "For example:"
    yield EXAMPLES[operation["operationId"]].text


def _parameter(one: Mapping[str, Any]) -> tuple[str, ...]:
    default = one["schema"].get("default")
    shown = "" if default is None else code(str(default).lower())
    return code(one["name"]), one["in"], shown, one.get("description", "")


def _answer(one: tuple[str, Mapping[str, Any]]) -> tuple[str, ...]:
    status, answer = one
    meaning = answer["description"]
    return code(status), "Done." if meaning == "Successful Response" else meaning


def _body(body: Mapping[str, Any] | None, whole: Mapping[str, Any]) -> Iterator[str]:
    """What a request holds; of the options only where they are explained."""
    for kind, content in (body or {}).get("content", {}).items():
        name = content["schema"]["$ref"].rpartition("/")[2]
        if name in BODIES:
            yield f"`{kind}`: {BODIES[name]}"
            continue
        properties = whole["components"]["schemas"][name]["properties"]
        own = {field: one for field, one in properties.items() if field not in NAMES}
        if len(own) < len(properties):
            yield f"`{kind}`: {OPTIONS}" + (", and:" if own else ".")
        else:
            yield f"`{kind}`:"
        if own:
            yield table(("field", "type", "meaning"), (_field(*one) for one in own.items()))


def _field(name: str, one: Mapping[str, Any]) -> tuple[str, ...]:
    return code(name), type_of(one), one["description"]
