"""`diascribe align`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from diascribe.cli.batch import Batch
from diascribe.cli.choices import Choices
from diascribe.cli.inputs import STDIN, Input
from diascribe.cli.loading import loaded
from diascribe.cli.options import cue_options, engine_options, parse_given, with_options
from diascribe.cli.parameters import parameters_of
from diascribe.cli.texts import read_given_text
from diascribe.errors import OptionsError
from diascribe.transcript import Transcript

OPTIONS = frozenset({"model", "language", "device", "vad_onset", "vad_offset"})
"""The engine's options that make a difference here."""

CHOICES = frozenset({"output", "formats", "as_lines", "quiet", "cores"})


@with_options(
    *(one for one in parameters_of(Choices) if one.name in CHOICES),
    *(
        one
        for one in engine_options(stages=frozenset({"recognition", "both"}))
        if one.name in OPTIONS
    ),
    *cue_options(),
)
def align(
    audio: Annotated[str, typer.Argument(help="A recording; - is standard input.")],
    text: Annotated[
        str,
        typer.Argument(
            help="What is said in it: a text file, or JSON, SRT or WebVTT, whose times count as"
            " rough; - is standard input."
        ),
    ],
    **given: Any,  # noqa: ANN401 - see `with_options`
) -> None:
    """When each word of a given text is said."""
    if audio == text == STDIN:
        raise OptionsError(("text: wanted a file, for standard input is the recording",))
    choices, options, rules = parse_given({**given, "inputs": [audio]})
    words = read_given_text(text)
    choices.check_formats(words=True, turns=isinstance(words, Transcript) and bool(words.turns))
    outputs = choices.outputs(rules)
    if outputs is not None:
        outputs.check()
    name = Path("stdin") if audio == STDIN else Path(Path(audio).stem)
    source = STDIN if audio == STDIN else Path(audio)
    with loaded(choices.cores) as engine:
        Batch(
            work=partial(engine.align, text=words),
            options=options,
            outputs=outputs,
            rules=rules,
            print_as=choices.print_as,
            words=True,
            skip_existing=False,
        ).run([Input(source, name)])
