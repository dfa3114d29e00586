"""Tables of the fields that answers hold, read from the schemas of an OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from markdown import code, table

REF = "$ref"

ELSEWHERE: Mapping[str, str] = {"Result": "result.md"}
"""Schemas that have a page of their own."""

Schema = Mapping[str, Any]


def answered(operations: Iterable[Schema]) -> Sequence[str]:
    """The schemas that successful answers in JSON follow, in order."""
    contents = (
        answer["content"]["application/json"]["schema"]
        for operation in operations
        for status, answer in sorted(operation["responses"].items())
        if status.startswith("2") and "application/json" in answer.get("content", {})
    )
    return tuple(dict.fromkeys(name for one in contents for name in named(one)))


def objects(names: Iterable[str], schemas: Mapping[str, Schema]) -> Iterator[str]:
    """A section for each schema, and for those that they hold."""
    yield "## What answers hold"
    yield "Every field is always there; what has no value is `null`."
    left, told = [*names, "ErrorBody"], set(ELSEWHERE)
    while left:
        name = left.pop(0)
        if name in told:
            continue
        told.add(name)
        fields = schemas[name]["properties"]
        yield f"### {_title(name)}"
        yield schemas[name]["description"]
        rows = [
            (code(field), type_of(one), _meaning(one, schemas)) for field, one in fields.items()
        ]
        yield table(("field", "type", "meaning"), rows)
        left = [*(inner for one in fields.values() for inner in named(one)), *left]


def _meaning(field: Schema, schemas: Mapping[str, Schema]) -> str:
    """What a field says; the one thing it holds, where that says the same."""
    told: str = field.get("description") or schemas[next(named(field))]["description"]
    return told


def link(name: str) -> str:
    """A link to where a schema's fields are."""
    place = ELSEWHERE.get(name, f"#{_title(name).replace(' ', '-')}")
    return f"[{_title(name)}]({place})"


def named(schema: Schema) -> Iterator[str]:
    """The schemas that one names, however deep."""
    if REF in schema:
        yield schema[REF].rpartition("/")[2]
    for part in (*schema.get("anyOf", ()), schema.get("items"), schema.get("additionalProperties")):
        if isinstance(part, Mapping):
            yield from named(part)


def type_of(schema: Schema) -> str:
    """What kind of value a field has, in words."""
    if REF in schema:
        return link(schema[REF].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(map(type_of, schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(map(code, schema["enum"]))
    if "const" in schema:
        return code(schema["const"])
    if schema.get("type") == "array":
        return f"list of {type_of(schema['items'])}" if "items" in schema else "list"
    said = "time" if schema.get("format") == "date-time" else schema.get("type", "anything")
    return code(said) if said == "null" else str(said)


def _title(name: str) -> str:
    """What a schema is called: `JobPage` of `JobPagePart`, in small letters with blanks."""
    plain = name.removesuffix("Part")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).lower()
