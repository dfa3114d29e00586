"""What `diascribe speakers enroll` can be told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from diascribe.errors import OptionsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """Which samples to enrol, and as whose."""

    samples: Annotated[
        list[str],
        typer.Argument(
            help="Samples: files, web addresses, data URIs. Whose voice it is says ?name= or"
            " #name in the address, else the file's name.",
            show_default=False,
        ),
    ]
    name: Annotated[
        str | None, typer.Option(help="Whose voice all samples are.", show_default=False)
    ] = None
    result: Annotated[
        Path | None,
        typer.Option(
            help="JSON result of the recording: only the turns of --speaker are heard.",
            show_default=False,
        ),
    ] = None
    speaker: Annotated[
        str | None, typer.Option(help="Whose turns, as SPEAKER_00.", show_default=False)
    ] = None
    even_if_different: Annotated[
        bool,
        typer.Option(
            "--even-if-different", help="Keep samples that sound unlike others of their name."
        ),
    ] = False
    speaker_threshold: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Cosine similarity from which on voices are one person's.",
            show_default="the voice encoder's own",
        ),
    ] = None
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
    cores: Annotated[
        int | None,
        typer.Option(help="Processor cores to use; all by default.", min=1, show_default=False),
    ] = None

    def __post_init__(self) -> None:
        """Refuse what contradicts.

        Raises:
            OptionsError: a result without a speaker, or for several recordings.
        """
        if (self.result is None) != (self.speaker is None):
            raise OptionsError(("result and speaker: wanted both or neither",))
        if self.result is not None and len(self.samples) != 1:
            raise OptionsError(("samples: wanted the one recording that the result is of",))
