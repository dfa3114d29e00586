"""`diascribe evaluate`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from diascribe.cli.options import with_options
from diascribe.cli.parameters import parameters_of
from diascribe.errors import OptionsError
from diascribe.evaluation.account import Missing
from diascribe.evaluation.text.normalizers import NORMALIZERS

ABOVE = 4
"""The exit status when a figure is above its `--fail-above`."""

PICTURE = ".png"

FORMATS = ("text", "markdown", "csv", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateChoices:
    """What to compare and what to make of it.

    Raises:
        OptionsError: choices that contradict or lack each other; all named at once.
    """

    hypothesis: Annotated[
        Path | None,
        typer.Argument(
            help="What is judged: a file or a folder of RTTM, CTM, STM, SegLST, TextGrid, text,"
            " or JSON of Diascribe or WhisperX.",
            show_default=False,
        ),
    ] = None
    reference: Annotated[
        Path | None,
        typer.Option(
            "--reference", "-r", help="The truth: a file or a folder.", show_default=False
        ),
    ] = None
    manifest: Annotated[
        Path | None,
        typer.Option(
            help="Instead of both: a CSV, TSV or JSON Lines file of pairs, with `reference` and"
            " `hypothesis`, perhaps `uem`, `title` and `recording`.",
            show_default=False,
        ),
    ] = None
    uem: Annotated[
        Path | None, typer.Option(help="Score only these stretches.", show_default=False)
    ] = None
    missing: Annotated[
        Missing,
        typer.Option(
            metavar="HOW",  # the names do not fit into the help's column
            help="A recording that only one side has: refuse those without hypothesis, count"
            " silence on the other side, or leave-out with a note.",
        ),
    ] = "refuse"
    collar: Annotated[
        float,
        typer.Option(
            help="Seconds not scored before and after each reference boundary: the half-width,"
            " as in md-eval and dscore; pyannote.metrics' collar is twice as much. [0 to 10]"
        ),
    ] = 0.0
    skip_overlap: Annotated[
        bool, typer.Option("--skip-overlap", help="Do not score where several people speak.")
    ] = False
    normalizer: Annotated[
        str, typer.Option(help=f"How words are made comparable: {', '.join(NORMALIZERS)}.")
    ] = "auto"
    word_collar: Annotated[
        float,
        typer.Option(
            help="Seconds by which a word's time may be wrong in tcpWER, before and after."
            " [0 to 3600]"
        ),
    ] = 5.0
    language: Annotated[
        str | None,
        typer.Option(
            help="What is spoken, where neither file says it: an ISO 639 code or an English name.",
            show_default=False,
        ),
    ] = None
    print_as: Annotated[
        str, typer.Option("--format", "-f", help=f"What to print: {', '.join(FORMATS)}.")
    ] = "text"
    as_json: Annotated[bool, typer.Option("--json", help="The same as `--format json`.")] = False
    report: Annotated[
        Path | None, typer.Option(help="Write a page with pictures here.", show_default=False)
    ] = None
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw one file's timelines here, as PNG.", show_default=False),
    ] = None
    offer_uem: Annotated[
        Path | None,
        typer.Option(
            help="Write a UEM here that leaves out where the reference may be incomplete.",
            show_default=False,
        ),
    ] = None
    fail_above: Annotated[
        list[str] | None,
        typer.Option(
            help="NAME=VALUE, such as der=0.15 or der=15%: end with status 4 if the total is above"
            " or could not be measured; may be given several times.",
            show_default=False,
        ),
    ] = None

    def __post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise OptionsError(problems)

    @property
    def outputs(self) -> dict[str, Path | None]:
        """The files to write by the options that name them."""
        return {"report": self.report, "plot": self.plot, "offer-uem": self.offer_uem}

    @property
    def chosen_format(self) -> str:
        """What to print."""
        return "json" if self.as_json else self.print_as

    def _problems(self) -> Iterator[str]:
        if self.as_json and self.print_as != "text":
            yield f"json: prints JSON, and format says {self.print_as}: leave one of them out"
        if self.manifest is None and (self.hypothesis is None or self.reference is None):
            yield "reference: wanted HYPOTHESIS and --reference REFERENCE, or --manifest FILE"
        if self.manifest is not None and (self.hypothesis or self.reference or self.uem):
            yield "manifest: names hypotheses, references and UEMs itself: leave them out"
        if self.plot is not None and self.plot.suffix.lower() != PICTURE:
            yield f"plot: draws PNG: wanted a name that ends in {PICTURE}, got {self.plot}"
        if self.print_as not in FORMATS:
            yield f"format: wanted one of {', '.join(FORMATS)}; got {self.print_as!r}"


@with_options(*parameters_of(EvaluateChoices))
def evaluate(**given: Any) -> None:  # noqa: ANN401 - see `with_options`
    """How right a diarization or a transcript is, measured against a reference."""
    from diascribe.cli.evaluated import run  # noqa: PLC0415 - opens pydantic

    run(EvaluateChoices(**given))
