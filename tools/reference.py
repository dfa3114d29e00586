"""The reference pages' tables, read from the code that they describe."""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, Literal, get_args, get_origin

import typer.core
import typer.main
from markdown import code, field_texts, table

from diascribe.adapters.runpod import asked, environment
from diascribe.cli.listed import GIVEN, languages_of, remarks_on
from diascribe.engine.options import Options, kind_of, rule_of
from diascribe.errors import DiascribeError
from diascribe.evaluation.figures import FIGURES
from diascribe.evaluation.tuning.candidates import TUNABLE, Tunable
from diascribe.flags import FLAGS, FlagKind
from diascribe.formats.rules import CueRules
from diascribe.formats.table import FORMATS
from diascribe.settings import NAMES, Settings
from diascribe.weights.catalog import CATALOG
from diascribe.weights.entry import Entry
from diascribe.wire.result import SCHEMA_VERSION, schema

TYPES = {
    "bool": "true or false",
    "int": "whole number",
    "float": "number",
    "str": "text",
    "tuple": "list of text",
    "SpeakerSample": "list of samples",
    "Profile": "file",
}
"""What people call Python's types."""

UNSET = {
    "models": "`models` in the data folder",
    "data": "see below",
    "database": "`diascribe.sqlite` in the data folder",
}
"""What counts without settings whose default depends on the machine."""

RUNPOD_FIELDS = (
    *("audio_file", "language", "language_detection_min_prob", "language_detection_max_tries"),
    *("initial_prompt", "batch_size", "temperature", "vad_onset", "vad_offset", "align_output"),
    *("diarization", "huggingface_access_token", "min_speakers", "max_speakers", "num_speakers"),
    *("debug", "speaker_samples", "speaker_verification", "model", "beam_size", "patience"),
    *("length_penalty", "no_speech_threshold", "log_prob_threshold"),
    *("compression_ratio_threshold", "formats"),
)
"""In the order of that worker's document, then those that only its code knew, then ours."""


def options() -> str:
    """Every option: name, type, range, default, meaning."""
    header = ("option", "type", "range", "default", "meaning")
    return table(header, (_option(one.name, one.default) for one in fields(Options)))


def _option(name: str, default: object) -> tuple[str, ...]:
    rule, kind = rule_of(name), kind_of(name)
    limits = ", ".join(map(code, kind.choices))
    if rule.low is not None:
        limits = f"{rule.low:g} to {rule.high:g}"
    plain = kind.plain if kind.item is str else kind.item
    called = TYPES[plain.__name__] + (" or null" if kind.nullable else "")
    return code(name), called, f"{limits} {rule.unit}".strip(), code(json.dumps(default)), rule.text


def tunable() -> str:
    """Every option that can be tuned, and the values that are tried."""
    return table(("option", "values tried"), map(_tunable, TUNABLE))


def _tunable(one: Tunable) -> tuple[str, ...]:
    values = ", ".join(f"{value:g}" for value in one.values)
    return code(one.option), values + (" times the models' own" if one.of_own else "")


def errors() -> str:
    """Every error: code, class, statuses, meaning."""
    header = ("code", "class", "exit status", "HTTP status", "meaning")
    return table(header, map(_error, _tree(DiascribeError)))


def _tree(error: type[DiascribeError]) -> Iterator[type[DiascribeError]]:
    yield error
    for child in _public(error):
        yield from _tree(child)


def _public(error: type[DiascribeError]) -> list[type[DiascribeError]]:
    """Its kinds with a code of their own; what only one module raises and catches has none."""
    return [child for child in error.__subclasses__() if "code" in vars(child)]


def _error(error: type[DiascribeError]) -> tuple[str, ...]:
    meaning = inspect.getdoc(error) or ""
    statuses = str(error.exit_status), str(error.http_status)
    return code(error.code), code(error.__name__), *statuses, meaning


def result() -> str:
    """Every field of the JSON result, a table for each object."""
    whole = schema()
    parts = [f"Schema version: `{SCHEMA_VERSION}`.", _object("result", whole)]
    parts += [_object(_short(name), part) for name, part in whole["$defs"].items()]
    return "\n\n".join(parts)


def _object(name: str, part: Mapping[str, Any]) -> str:
    header = ("field", "type", "meaning")
    rows = (
        (code(field), _type(one), one.get("description", ""))
        for field, one in part["properties"].items()
    )
    return f"### {name}\n\n{part['description']}\n\n{table(header, rows)}"


def _type(one: Mapping[str, Any]) -> str:
    """What a value of a JSON schema is, in words."""
    if "$ref" in one:
        return _short(one["$ref"].rpartition("/")[2])
    if "anyOf" in one:
        return " or ".join(map(_type, one["anyOf"]))
    if "enum" in one:
        return " or ".join(code(json.dumps(value)) for value in one["enum"])
    if one["type"] == "array":
        return f"list of {_type(one['items'])}"
    if "additionalProperties" in one:
        return f"object of {_type(one['additionalProperties'])} by name"
    return str(one["type"]) + _limits(one.get("minimum"), one.get("maximum"))


def _limits(low: float | None, high: float | None) -> str:
    if low is None:
        return ""
    return f", at least {low:g}" if high is None else f", {low:g} to {high:g}"


def _short(name: str) -> str:
    """`WordPart` is called word."""
    return name.removesuffix("Part").lower()


def formats() -> str:
    """Every format: name, how its files end, what its module says."""
    rows = (
        (code(name), code(form.suffix), _module_text(f"diascribe.formats.{name}"))
        for name, form in FORMATS.items()
    )
    wire = (code("json"), code(".json"), "The whole result: see [the result](result.md).")
    return table(("format", "files end in", "what is in them"), [wire, *rows])


def _module_text(name: str) -> str:
    return inspect.getdoc(importlib.import_module(name)) or ""


def cues() -> str:
    """The limits of a subtitle."""
    texts = field_texts(CueRules)
    rows = ((code(one.name), f"{one.default:.3g}", texts[one.name]) for one in fields(CueRules))
    return table(("limit", "default", "meaning"), rows)


VALUES = {
    "bool": "",
    "int": " N",
    "float": " N",
    "str": " TEXT",
    "list": " TEXT",
    "Path": " PATH",
}
"""What stands behind an option on the command line, by its type."""


def commands() -> str:
    """Every command with its arguments and options, as its own help tells them."""
    root = typer.main.get_command(importlib.import_module("diascribe.cli.app").app)
    assert isinstance(root, typer.core.TyperGroup), "there are several commands"
    return "\n\n".join(_command(name, one) for name, one in _commands(root, ""))


def _commands(group: typer.core.TyperGroup, above: str) -> Iterator[tuple[str, Any]]:
    """Every command by its whole name, those of groups in their group's place."""
    for name, one in group.commands.items():
        if isinstance(one, typer.core.TyperGroup):
            yield from _commands(one, f"{above}{name} ")
        else:
            yield f"{above}{name}", one


def statuses() -> str:
    """Every exit status, as the help tells them."""
    told: str = importlib.import_module("diascribe.cli.app").STATUSES
    return f"Exit status: {told} With several recordings it is that of the first failure."


def _command(name: str, command: Any) -> str:  # noqa: ANN401 - a class private to typer
    rows = [_parameter(one) for one in command.params if one.name != "help"]
    return f"## diascribe {name}\n\n{command.help}\n\n" + table(
        ("argument", "default", "meaning"), rows
    )


def _parameter(one: Any) -> tuple[str, ...]:  # noqa: ANN401 - a class private to typer
    if isinstance(one, typer.core.TyperArgument):
        several = "..." if one.nargs == -1 else ""
        return code(f"{one.name}{several}"), "", one.help or ""
    value = _value(one.type_descriptor.annotation)
    names = ", ".join([*one.opts, *one.secondary_opts])
    return code(names + value), _default(one.show_default, one.default), one.help


def _value(annotation: Any) -> str:  # noqa: ANN401 - any type
    """What stands behind an option of that type."""
    if get_origin(annotation) is Literal:
        return f" {'|'.join(get_args(annotation))}"
    return VALUES[annotation.__name__]


def _default(shown: object, default: object) -> str:
    """What the command line takes without being told; empty where that is nothing."""
    if isinstance(shown, str):
        return shown
    if default is None or default is False:
        return ""
    if default is True:
        return "on"
    return f"{default:.3g}" if isinstance(default, int | float) else str(default)


def doubts() -> str:
    """Every flag that tells what to mistrust."""
    return _flags("doubt")


def repairs() -> str:
    """Every flag that tells what was done."""
    return _flags("done")


def _flags(kind: FlagKind) -> str:
    rows = ((code(one.name), one.meaning) for one in FLAGS if one.kind == kind)
    return table(("flag", "meaning"), rows)


def figures() -> str:
    """What an evaluation measures."""
    rows = ((f"`{name}`", one.heading, one.text, one.unit) for name, one in FIGURES.items())
    return table(("name", "in tables", "meaning", "unit"), rows)


def models() -> str:
    """Every model of the catalogue."""
    header = ("name", "stage", "from", "licence", "languages", "MB", "for")
    return table(header, map(_model, CATALOG.values()))


def _model(entry: Entry) -> tuple[str, ...]:
    source = code(entry.repo) if entry.repo else entry.origin
    size = "" if entry.size_mb is None else f"{entry.size_mb}"
    remarks = (one for one in remarks_on(entry) if not one.startswith(GIVEN))
    text = "; ".join((entry.purpose, *remarks))
    return code(entry.name), entry.stage, source, entry.licence, languages_of(entry), size, text


def runpod_worker() -> str:
    """Every setting of RunPod's worker besides."""
    texts = field_texts(environment.Environment)
    rows = ((code(variable), texts[name]) for name, variable in environment.NAMES.items())
    return table(("variable", "meaning"), rows)


def runpod_fields() -> str:
    """Every field that the worker of the same name knew, and those of ours beside them."""
    header = ("field", "type", "range", "default", "meaning")
    return table(header, (_runpod_field(one) for one in RUNPOD_FIELDS))


def _runpod_field(name: str) -> tuple[str, ...]:
    if name in asked.TEXTS:
        kind, default, text = asked.TEXTS[name]
        return code(name), kind, "", code(default) if default else "must be given", text
    plain = next(one.default for one in fields(Options) if one.name == name)
    return _option(name, asked.DEFAULTS.get(name, plain))


def settings() -> str:
    """Every setting: the variable that says it, what counts without it, and what it is."""
    texts = field_texts(Settings)
    defaults = {one.name: one.default for one in fields(Settings)}
    rows = (
        (code(variable), UNSET.get(name) or _unset(defaults[name]), texts[name])
        for name, variable in NAMES.items()
    )
    return table(("variable", "without it", "meaning"), rows)


def _unset(default: object) -> str:
    """What counts where a setting is not set."""
    if default is None:
        return "not set"
    return code(f"{default:g}" if isinstance(default, int | float) else str(default))
