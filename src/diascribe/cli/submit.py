"""`diascribe submit`: recordings become jobs of a service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from diascribe.cli.options import engine_options, listed, with_options
from diascribe.cli.parameters import parameters_of
from diascribe.cli.submission import NEARBY, OPTION_STAGES, SubmitChoices
from diascribe.engine.given import parse_options
from diascribe.settings import read_access, read_settings
from diascribe.storage.locations import Location
from diascribe.storage.objects import Held, open_objects

ELSEWHERE = frozenset({"profile"})
"""Options that name files of this machine, which a service cannot read."""


@with_options(
    *parameters_of(SubmitChoices),
    *(one for one in engine_options(stages=OPTION_STAGES) if one.name not in ELSEWHERE),
)
def submit(**given: Any) -> None:  # noqa: ANN401 - see `with_options`
    """Give recordings to a service as jobs; their ids are printed."""
    own = {one.name for one in fields(SubmitChoices)}
    choices = SubmitChoices(**{name: one for name, one in given.items() if name in own})
    options = given_options({name: one for name, one in given.items() if name not in own})
    from diascribe.adapters.service import Service  # noqa: PLC0415 - opens the HTTP client
    from diascribe.cli.submitting import Submitter  # noqa: PLC0415
    from diascribe.cli.wanted import find_wanted  # noqa: PLC0415

    settings = read_settings()
    address = choices.service or settings.service or NEARBY
    with Service(address, settings.service_key) as service:
        work = Submitter(
            service, choices.fields(options), as_lines=choices.as_lines, quiet=choices.wait
        )
        if choices.watch:
            work.watch(choices.inputs, _listed_below, choices.interval_s)
        submitted = work.submit_all(find_wanted(choices.inputs, _listed_below))
        if choices.wait:
            work.wait_for(submitted)
        work.leave()


def _listed_below(prefix: Location) -> Iterator[Held]:
    """The objects below a prefix; where the store is, the settings say."""
    yield from open_objects(read_access()).list(prefix)


def given_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were given.

    Raises:
        OptionsError: some do not fit; all are named.
    """
    said = {name: listed(name, one) for name, one in options.items() if one not in (None, [])}
    parse_options(said)
    return said
