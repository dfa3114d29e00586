"""Command-line options out of the engine's options and the cue rules."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from diascribe.cli.choices import Choices
from diascribe.engine.given import parse_options
from diascribe.engine.identify.samples import SpeakerSample
from diascribe.engine.options import Options, kind_of, rule_of
from diascribe.engine.profile import Profile
from diascribe.errors import OptionsError
from diascribe.formats.rules import CUE_TEXTS, CueRules

OPTIONS_PANEL = "How to listen"
CUES_PANEL = "Subtitles"


def engine_options(*, stages: frozenset[str]) -> Iterator[inspect.Parameter]:
    """A parameter for every engine option that steers one of the stages.

    Null, its default here, says that it was not given: a profile may know better than the
    engine's own default, which the help shows.
    """
    for one in fields(Options):
        rule = rule_of(one.name)
        if rule.stage in stages:
            limits = "" if rule.low is None else f" [{rule.low:g} to {rule.high:g}]"
            unit = f" In {rule.unit}." if rule.unit else ""
            text = f"{rule.text}{unit}{limits}"
            option = typer.Option(
                help=text, rich_help_panel=OPTIONS_PANEL, show_default=_shown(one.default)
            )
            yield _parameter(one.name, _typed(one.name) | None, None, option)


def _typed(name: str) -> type:
    """The type of an option's value on the command line."""
    kind = kind_of(name)
    if kind.choices:
        return Literal[kind.choices]  # type: ignore[return-value]  # typer reads it as a type
    if kind.item is SpeakerSample:
        return list[str]
    return {Profile: Path, tuple: str}.get(kind.plain, kind.plain)


def listed(name: str, value: object) -> object:
    """The value; of an option that is a list, what stands between commas."""
    if kind_of(name).plain is not tuple or not isinstance(value, str):
        return value
    return tuple(one.strip() for one in value.split(",") if one.strip())


def _shown(default: object) -> str | bool:
    """An engine's default as the help shows it; false where it is nothing."""
    if default is None or default is False or default == ():
        return False
    return "on" if default is True else default if isinstance(default, str) else f"{default:.3g}"


def cue_options() -> Iterator[inspect.Parameter]:
    """A parameter for every cue rule."""
    for one in fields(CueRules):
        option = typer.Option(help=CUE_TEXTS[one.name], rich_help_panel=CUES_PANEL)
        yield _parameter(f"cue_{one.name}", type(one.default), one.default, option)


def _parameter(name: str, annotation: object, default: object, option: object) -> inspect.Parameter:
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[annotation, option],
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

    The engine's options come back complete: what was given, else what the profile says, else
    the defaults.

    Raises:
        SourceError: the profile cannot be read.
        OptionsError: whatever any of them refuses, all named at once.
    """
    common = {one.name for one in fields(Choices)}
    cues = {f"cue_{one.name}": one.name for one in fields(CueRules)}
    own = {name: one for name, one in given.items() if name not in common | cues.keys()}
    problems: list[str] = []
    with _gathered(problems):
        choices = Choices(**{name: one for name, one in given.items() if name in common})
    with _gathered(problems):
        options = parse_options(
            {name: listed(name, one) for name, one in own.items() if one not in (None, [])}
        )
    with _gathered(problems, prefix="cue_"):
        rules = CueRules(**{cues[name]: one for name, one in given.items() if name in cues})
    if problems:
        raise OptionsError(tuple(problems))
    return choices, {one.name: getattr(options, one.name) for one in fields(Options)}, rules


@contextmanager
def _gathered(problems: list[str], *, prefix: str = "") -> Iterator[None]:
    """Add what is refused inside to `problems`."""
    try:
        yield
    except OptionsError as error:
        problems += [f"{prefix}{problem}" for problem in error.problems]
