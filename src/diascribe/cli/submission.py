"""What `diascribe submit` can be told, beside the engine's options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import typer

from diascribe.cli.outputs import parse_formats
from diascribe.cli.wanted import is_prefix
from diascribe.errors import OptionsError

NEARBY = "http://127.0.0.1:8000"
"""The service where none is named."""

OPTION_STAGES = frozenset({"recognition", "diarization", "both"})
"""The stages whose options a request may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitChoices:
    """What is submitted where, and whether it is waited for.

    Raises:
        OptionsError: choices that contradict, all named at once.
    """

    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Files, folders, web addresses, objects, and prefixes of buckets"
            " (s3://bucket/prefix/).",
            show_default=False,
        ),
    ]
    service: Annotated[
        str | None,
        typer.Option(
            help="Address of the service; the key for it is in DIASCRIBE_SERVICE_KEY.",
            show_default=f"DIASCRIBE_SERVICE, else {NEARBY}",
        ),
    ] = None
    wait: Annotated[
        bool,
        typer.Option("--wait", help="Wait until the jobs have ended, and show how far they are."),
    ] = False
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Keep looking under the prefixes for what is new."),
    ] = False
    interval_s: Annotated[
        float, typer.Option(min=0.1, help="Time between looks with --watch, in seconds.")
    ] = 30.0
    priority: Annotated[
        Literal["interactive", "normal", "bulk"], typer.Option(help="Who goes first.")
    ] = "normal"
    results: Annotated[
        str | None,
        typer.Option(
            help="Prefix of a bucket where results are written too; `beside`: beside objects.",
            show_default=False,
        ),
    ] = None
    formats: Annotated[
        str | None,
        typer.Option(
            "--format",
            "-f",
            help="Formats that are written there; several with commas between.",
            show_default=False,
        ),
    ] = None
    webhook: Annotated[
        str | None,
        typer.Option(help="Web address that is told of the end.", show_default=False),
    ] = None
    as_lines: Annotated[
        bool, typer.Option("--json", help="Print one line of JSON for each job.")
    ] = False

    def __post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise OptionsError(problems)

    def fields(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What every request holds, beside its recording."""
        said = {
            **options,
            "priority": None if self.priority == "normal" else self.priority,
            "results": self.results,
            "formats": list(parse_formats(self.formats)) if self.formats else None,
            "webhook": self.webhook,
        }
        return {name: one for name, one in said.items() if one is not None}

    def _problems(self) -> Iterator[str]:
        if self.watch and not all(map(is_prefix, self.inputs)):
            yield "watch: wanted prefixes of buckets only, such as s3://bucket/prefix/"
        if self.watch and self.wait:
            yield "watch: never ends, so that nothing can be waited for"
        if self.formats is not None and self.results is None:
            yield "format: wanted a prefix for the results: --results s3://bucket/prefix/"
