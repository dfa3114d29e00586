"""The examples of the REST reference are answers that the service gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture(name="tools")
def _tools(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, ModuleType]:
    monkeypatch.syspath_prepend(TOOLS)
    return {name: import_module(name) for name in ("examples", "fields", "rest")}


def answers(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every operation's name, and its successful answer."""
    for methods in document["paths"].values():
        for operation in methods.values():
            first = min(one for one in operation["responses"] if one.startswith("2"))
            yield operation["operationId"], operation["responses"][first]


def test_every_route_has_an_example(tools: Mapping[str, ModuleType]) -> None:
    document = tools["rest"].document()

    assert {name for name, _ in answers(document)} == set(tools["examples"].EXAMPLES)


def test_every_example_in_json_follows_its_schema(tools: Mapping[str, ModuleType]) -> None:
    document = tools["rest"].document()
    checked = 0

    for name, answer in answers(document):
        example = tools["examples"].EXAMPLES[name]
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        if schema is None or isinstance(example.answer, str):
            continue
        whole = {**schema, "components": document["components"]}
        told = {**(tools["examples"].JOB if not example.whole else {}), **example.answer}
        Draft202012Validator(whole).validate(told)
        checked += 1

    assert checked > 10


def test_an_example_says_where_it_leaves_fields_out(tools: Mapping[str, ModuleType]) -> None:
    examples = tools["examples"].EXAMPLES

    assert examples["cancel_job"].text.endswith('"state": "cancelled",\n      …\n    }')
    assert "…" not in examples["get_job"].text


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "string", "format": "date-time"}, "time"),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, "number or `null`"),
        ({"type": "array", "items": {"$ref": "#/x/StagePart"}}, "list of [stage](#stage)"),
        ({"enum": ["a", "b"]}, "`a`, `b`"),
    ],
)
def test_types_are_told_in_words(
    tools: Mapping[str, ModuleType], schema: Mapping[str, Any], said: str
) -> None:
    assert tools["fields"].type_of(schema) == said
