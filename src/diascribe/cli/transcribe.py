"""`diascribe transcribe` and `diascribe diarize`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from diascribe.cli.batch import Batch
from diascribe.cli.choices import Choices, choices_without_words
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


@with_options(*choices_without_words(), *engine_options(stages=frozenset({"diarization", "both"})))
def diarize(**given: Any) -> None:  # noqa: ANN401 - see `with_options`
    """Who spoke when, without words."""
    _work_through(given, words=False)


def identify_in(given: dict[str, Any], *, words: bool, link: bool) -> None:
    """As `transcribe` or `diarize`, known voices named; with `link`, strangers remembered."""
    wanted = {**given, "speaker_verification": given["speaker_verification"] is not False}
    _work_through(wanted, words=words, link=link)


def _work_through(given: dict[str, Any], *, words: bool, link: bool = False) -> None:
    """Refuse all that can be refused before the models are loaded, then work."""
    choices, options, rules = parse_given(given)
    choices.check_formats(words=words, turns=not words or options["diarization"])
    outputs = choices.outputs(rules)
    found = find_inputs(choices.inputs)
    if outputs is not None:
        check_names(found)
        outputs.check()
    with _book(options, link=link) as voices, loaded(choices.cores) as engine:
        work = engine.transcribe if words else engine.diarize
        Batch(
            work=work if voices is None else partial(work, voices=voices),
            options=options,
            outputs=outputs,
            rules=rules,
            print_as=choices.print_as,
            words=words,
            skip_existing=choices.skip_existing,
        ).run(found)


@contextmanager
def _book(options: dict[str, Any], *, link: bool) -> Iterator[Any]:
    """The known voices, where they are looked for; null else, and no database is opened."""
    if not options["speaker_verification"] or options["speaker_samples"]:
        yield None
        return
    from diascribe.store import Linking, open_voices  # noqa: PLC0415 - opens the database's driver

    voices = open_voices()
    with voices.database:
        yield Linking(voices) if link else voices
