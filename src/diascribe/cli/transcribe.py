"""`diascribe transcribe` and `diascribe diarize`."""

from __future__ import annotations

from typing import Any

from diascribe.cli.batch import Batch
from diascribe.cli.choices import Choices
from diascribe.cli.inputs import check_names, find_inputs
from diascribe.cli.loading import loaded
from diascribe.cli.options import cue_options, engine_options, parse_given, with_options
from diascribe.cli.parameters import parameters_of


@with_options(
    *parameters_of(Choices),
    *engine_options(stages=frozenset({"recognition", "diarization", "both"})),
    *cue_options(),
)
def transcribe(**given: Any) -> None:  # noqa: ANN401 - see `with_options`
    """Who said what and when."""
    _work_through(given, words=True)


@with_options(*parameters_of(Choices), *engine_options(stages=frozenset({"diarization", "both"})))
def diarize(**given: Any) -> None:  # noqa: ANN401 - see `with_options`
    """Who spoke when, without words."""
    _work_through(given, words=False)


def _work_through(given: dict[str, Any], *, words: bool) -> None:
    """Refuse all that can be refused before the models are loaded, then work."""
    choices, options, rules = parse_given(given)
    choices.check_formats(words=words, turns=not words or options["diarization"])
    outputs = choices.outputs(rules)
    found = find_inputs(choices.inputs)
    if outputs is not None:
        check_names(found)
        outputs.check()
    with loaded(choices.cores) as engine:
        Batch(
            work=engine.transcribe if words else engine.diarize,
            options=options,
            outputs=outputs,
            rules=rules,
            print_as=choices.print_as,
            words=words,
            skip_existing=choices.skip_existing,
        ).run(found)
