"""`diascribe transcribe` and `diascribe diarize`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from diascribe.api import load
from diascribe.cli.batch import Batch
from diascribe.cli.inputs import find_inputs
from diascribe.cli.options import cue_options, engine_options, split_options, with_options
from diascribe.cli.outputs import Outputs, parse_formats
from diascribe.engine.options import parse_options
from diascribe.errors import OptionsError
from diascribe.formats.rules import DEFAULT_RULES

Inputs = Annotated[
    list[str], typer.Argument(help="Files and folders; - is standard input.", show_default=False)
]
Folder = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Folder for the results.", show_default=False),
]
Formats = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        help="json, srt, vtt, txt, tsv, rttm, ctm, seglst; several with commas between."
        " Without an output folder, one of them is printed.",
        show_default="json in files, text to read on the terminal",
    ),
]
AsLines = Annotated[bool, typer.Option("--json", help="Print one line of JSON for each recording.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print no transcript.")]
SkipExisting = Annotated[
    bool, typer.Option("--skip-existing", help="Leave recordings alone whose results are there.")
]
Cores = Annotated[
    int | None,
    typer.Option(help="Processor cores to use; all by default.", min=1, show_default=False),
]


@with_options(
    *engine_options(stages=frozenset({"recognition", "diarization", "both"})), *cue_options()
)
def transcribe(  # noqa: PLR0913 - a command's options are its interface
    inputs: Inputs,
    *,
    output: Folder = None,
    formats: Formats = None,
    as_lines: AsLines = False,
    quiet: Quiet = False,
    skip_existing: SkipExisting = False,
    cores: Cores = None,
    **options: Any,  # noqa: ANN401 - see `with_options`
) -> None:
    """Who said what and when."""
    chosen, rules = split_options(options)
    parse_options(chosen)
    shown = _shown(output, formats, as_lines=as_lines, quiet=quiet)
    outputs = Outputs(output, parse_formats(formats or "json"), rules) if output else None
    found = find_inputs(inputs)
    with load(cores=cores) as engine:
        Batch(
            work=engine.transcribe,
            options=chosen,
            outputs=outputs,
            rules=rules,
            print_as=shown,
            words=True,
            skip_existing=skip_existing,
        ).run(found)


@with_options(*engine_options(stages=frozenset({"diarization", "both"})))
def diarize(  # noqa: PLR0913 - a command's options are its interface
    inputs: Inputs,
    *,
    output: Folder = None,
    formats: Formats = None,
    as_lines: AsLines = False,
    quiet: Quiet = False,
    skip_existing: SkipExisting = False,
    cores: Cores = None,
    **options: Any,  # noqa: ANN401 - see `with_options`
) -> None:
    """Who spoke when, without words."""
    parse_options(options)
    shown = _shown(output, formats, as_lines=as_lines, quiet=quiet)
    names = parse_formats(formats or "json")
    outputs = Outputs(output, names, DEFAULT_RULES) if output else None
    found = find_inputs(inputs)
    with load(cores=cores) as engine:
        Batch(
            work=engine.diarize,
            options=options,
            outputs=outputs,
            rules=DEFAULT_RULES,
            print_as=shown,
            words=False,
            skip_existing=skip_existing,
        ).run(found)


def _shown(output: Path | None, formats: str | None, *, as_lines: bool, quiet: bool) -> str:
    """What to print: the text for people unless something else is asked for.

    Raises:
        OptionsError: several formats, and no folder to write them to.
    """
    names = parse_formats(formats) if formats else ()
    if len(names) > 1 and output is None:
        raise OptionsError(("format: several formats need an output folder: add -o FOLDER",))
    if quiet:
        return "nothing"
    if as_lines:
        return "lines"
    return names[0] if names and output is None else "text"
