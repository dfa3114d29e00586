"""Command-line options out of the engine's options and the cue rules."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import Annotated, Any

import typer

from diascribe.cli.choices import Choices
from diascribe.engine.options import Options, parse_options, rule_of, type_of
from diascribe.errors import OptionsError
from diascribe.formats.rules import CueRules

CUE_TEXTS = {
    "max_line_chars": "Characters of one subtitle line.",
    "max_lines": "Lines of one subtitle.",
    "max_duration_s": "Longest a subtitle stays, in seconds.",
    "min_duration_s": "Shortest a subtitle stays where there is room, in seconds.",
    "max_gap_s": "A longer pause starts a new subtitle, in seconds.",
}

OPTIONS_PANEL = "How to listen"
CUES_PANEL = "Subtitles"


def engine_options(*, stages: frozenset[str]) -> Iterator[inspect.Parameter]:
    """A parameter for every engine option that steers one of the stages."""
    for one in fields(Options):
        rule = rule_of(one.name)
        plain, nullable = type_of(one.name)
        if rule.stage in stages:
            limits = "" if rule.low is None else f" [{rule.low:g} to {rule.high:g}]"
            unit = f" In {rule.unit}." if rule.unit else ""
            text = f"{rule.text}{unit}{limits}"
            annotation = plain | None if nullable else plain
            yield _parameter(one.name, annotation, one.default, text, OPTIONS_PANEL)


def cue_options() -> Iterator[inspect.Parameter]:
    """A parameter for every cue rule."""
    for one in fields(CueRules):
        plain = type(one.default)
        yield _parameter(f"cue_{one.name}", plain, one.default, CUE_TEXTS[one.name], CUES_PANEL)


def _parameter(
    name: str, annotation: object, default: object, text: str, panel: str
) -> inspect.Parameter:
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[annotation, typer.Option(help=text, rich_help_panel=panel)],
    )


def with_options(
    *parameters: inspect.Parameter,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Let a command that takes `**options` show these parameters to typer."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(command, eval_str=True)
        own = [one for one in signature.parameters.values() if one.kind is not one.VAR_KEYWORD]
        command.__signature__ = signature.replace(  # type: ignore[attr-defined]  # PEP 362
            parameters=[*own, *parameters]
        )
        return command

    return decorate


def parse_given(given: Mapping[str, Any]) -> tuple[Choices, dict[str, Any], CueRules]:
    """What a command was given, sorted: its choices, the engine's options, the cue rules.

    Raises:
        OptionsError: whatever any of them refuses, all named at once.
    """
    common = {one.name for one in fields(Choices)}
    cues = {f"cue_{one.name}": one.name for one in fields(CueRules)}
    options = {name: one for name, one in given.items() if name not in common | cues.keys()}
    problems: list[str] = []
    with _gathered(problems):
        choices = Choices(**{name: one for name, one in given.items() if name in common})
    with _gathered(problems):
        parse_options(options)
    with _gathered(problems, prefix="cue_"):
        rules = CueRules(**{cues[name]: one for name, one in given.items() if name in cues})
    if problems:
        raise OptionsError(tuple(problems))
    return choices, options, rules


@contextmanager
def _gathered(problems: list[str], *, prefix: str = "") -> Iterator[None]:
    """Add what is refused inside to `problems`."""
    try:
        yield
    except OptionsError as error:
        problems += [f"{prefix}{problem}" for problem in error.problems]
