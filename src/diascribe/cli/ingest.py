"""`diascribe ingest`: what is written into buckets becomes jobs."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from diascribe.cli.ingestion import IngestChoices
from diascribe.cli.options import engine_options, with_options
from diascribe.cli.parameters import parameters_of
from diascribe.cli.submission import OPTION_STAGES
from diascribe.cli.submit import ELSEWHERE, given_options
from diascribe.errors import MissingExtraError


@with_options(
    *parameters_of(IngestChoices),
    *(one for one in engine_options(stages=OPTION_STAGES) if one.name not in ELSEWHERE),
)
def ingest(**given: Any) -> None:  # noqa: ANN401 - see `with_options`
    """Make jobs of the objects that a queue tells of, until ended.

    A message leaves the queue when its jobs are kept. The queue needs a queue of dead letters:
    there goes what cannot be read.
    """
    own = {one.name for one in fields(IngestChoices)}
    choices = IngestChoices(**{name: one for name, one in given.items() if name in own})
    options = given_options({name: one for name, one in given.items() if name not in own})
    try:
        from diascribe.cli.ingesting import run  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"jobs need the package {error.name}", hint="pip install 'diascribe[server,aws]'"
        ) from error
    run(choices, options)
