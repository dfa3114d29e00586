"""What every command on recordings can be told, beside the engine's options."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from diascribe.cli.outputs import JSON, KNOWN, Outputs, parse_formats
from diascribe.cli.parameters import parameters_of
from diascribe.errors import OptionsError
from diascribe.formats.rules import CueRules
from diascribe.formats.table import FORMATS


def format_option(names: Iterable[str]) -> Any:  # noqa: ANN401 - typer's own class
    """The option that names formats, and says which there are."""
    return typer.Option(
        "--format",
        "-f",
        help=f"{', '.join(names)}; several with commas between. Without an output folder, one of"
        " them is printed.",
        show_default="json in files, text to read on the terminal",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Which recordings, and what becomes of the results.

    Raises:
        OptionsError: an unknown format, or choices that contradict; all named at once.
    """

    inputs: Annotated[
        list[str],
        typer.Argument(help="Files and folders; - is standard input.", show_default=False),
    ]
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder for the results.", show_default=False),
    ] = None
    formats: Annotated[
        str | None,
        format_option(KNOWN),
    ] = None
    as_lines: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON for each recording.")
    ] = False
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print no transcript.")] = False
    skip_existing: Annotated[
        bool,
        typer.Option("--skip-existing", help="Leave recordings alone whose results are there."),
    ] = False
    cores: Annotated[
        int | None,
        typer.Option(help="Processor cores to use; all by default.", min=1, show_default=False),
    ] = None

    def __post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise OptionsError(problems)

    @property
    def names(self) -> tuple[str, ...]:
        """The formats asked for."""
        return parse_formats(self.formats) if self.formats is not None else ()

    @property
    def print_as(self) -> str:
        """What to print: the text for people unless something else is asked for."""
        if self.quiet:
            return "nothing"
        if self.as_lines:
            return "lines"
        return self.names[0] if self.names and self.output is None else "text"

    def outputs(self, rules: CueRules) -> Outputs | None:
        """The files to write; null without a folder."""
        return Outputs(self.output, self.names or ("json",), rules) if self.output else None

    def check_formats(self, *, words: bool, turns: bool) -> None:
        """Refuse formats of which nothing could be written.

        Raises:
            OptionsError: names every such format.
        """
        found = {"words": words, "turns": turns}
        empty = [name for name in self.names if name in FORMATS and not found[FORMATS[name].holds]]
        if empty:
            raise OptionsError(
                tuple(
                    f"format: {name} holds {FORMATS[name].holds}, and none are looked for"
                    for name in empty
                )
            )

    def _problems(self) -> Iterator[str]:
        try:
            several = len(self.names) > 1
        except OptionsError as error:
            yield from error.problems
        else:
            if several and self.output is None:
                yield "format: several formats need an output folder: add -o FOLDER"
        if self.as_lines and self.quiet:
            yield "json: prints, and quiet prints nothing: leave one of them out"
        if self.as_lines and self.formats is not None and self.output is None:
            yield "json: prints its own format: leave format out, or add -o FOLDER"
        if self.skip_existing and self.output is None:
            yield "skip-existing: results are looked for in the output folder: add -o FOLDER"


def choices_without_words() -> Iterator[inspect.Parameter]:
    """A parameter for every choice of a command that looks for turns only."""
    names = [name for name in KNOWN if name == JSON or FORMATS[name].holds == "turns"]
    for one in parameters_of(Choices):
        told = Annotated[str | None, format_option(names)]
        yield one.replace(annotation=told) if one.name == "formats" else one
