"""What `diascribe ingest` can be told, beside the engine's options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import typer


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestChoices:
    """Whose objects become jobs, and where their results go."""

    queue: Annotated[
        str,
        typer.Argument(
            help="Address of the SQS queue that buckets tell of new objects.", show_default=False
        ),
    ]
    tenant: Annotated[str, typer.Option(help="Whose jobs they are.", show_default=False)]
    prefixes: Annotated[
        list[str] | None,
        typer.Option(
            "--under",
            help="Only objects below it; several may be given.",
            show_default="all that the tenant may name",
        ),
    ] = None
    results: Annotated[
        str | None,
        typer.Option(
            help="Prefix of a bucket where results are written; `beside`: beside the recordings.",
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
    priority: Annotated[
        Literal["interactive", "normal", "bulk"], typer.Option(help="Who goes first.")
    ] = "normal"
    webhook: Annotated[
        str | None,
        typer.Option(help="Web address that is told of each end.", show_default=False),
    ] = None
