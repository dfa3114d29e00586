"""`diascribe tune`: values of options that suit somebody's own recordings."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from diascribe.cli.destinations import check_destinations, files_of
from diascribe.cli.inputs import STDIN, find_inputs
from diascribe.cli.loading import loaded
from diascribe.cli.options import with_options
from diascribe.cli.outputs import write_whole
from diascribe.cli.parameters import parameters_of
from diascribe.cli.progress import Bars
from diascribe.cli.terminal import put, say
from diascribe.cli.tuned import readable
from diascribe.engine.options import Options
from diascribe.engine.profile import to_text
from diascribe.errors import OptionsError, SourceError, printable
from diascribe.evaluation.diarization import score_diarization
from diascribe.evaluation.diarization_scores import DiarizationScore
from diascribe.evaluation.tuning.candidates import TUNABLE, parse_tunable, settings
from diascribe.evaluation.tuning.labelled import Labelled, Scorer, check_labelled
from diascribe.evaluation.tuning.outcome import Outcome, conclude
from diascribe.evaluation.tuning.record import Circumstances, evidence, to_profile
from diascribe.span import Span
from diascribe.transcript import Model, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneChoices:
    """What to tune, on what, and what becomes of it.

    Raises:
        OptionsError: options that cannot be tuned, a collar out of range; all named at once.
    """

    inputs: Annotated[
        list[str],
        typer.Argument(help="Recordings: files and folders.", show_default=False),
    ]
    reference: Annotated[
        Path,
        typer.Option(
            "--reference",
            "-r",
            help="Who speaks when in them: a file or a folder of RTTM or another format with"
            " speakers and times.",
            show_default=False,
        ),
    ]
    uem: Annotated[
        Path | None, typer.Option(help="Score only these stretches.", show_default=False)
    ] = None
    collar: Annotated[
        float,
        typer.Option(help="Seconds not scored before and after each reference boundary. [0 to 10]"),
    ] = 0.0
    skip_overlap: Annotated[
        bool, typer.Option("--skip-overlap", help="Do not score where several people speak.")
    ] = False
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The profile to write, if a gain is found.")
    ] = Path("profile.json")
    options: Annotated[
        str,
        typer.Option(
            help=f"What to tune, with commas between: {', '.join(one.option for one in TUNABLE)}.",
            show_default="all",
        ),
    ] = ",".join(one.option for one in TUNABLE)
    as_json: Annotated[bool, typer.Option("--json", help="Print everything measured, as JSON.")] = (
        False
    )
    cores: Annotated[
        int | None,
        typer.Option(help="Processor cores to use; all by default.", min=1, show_default=False),
    ] = None

    def __post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise OptionsError(problems)

    @property
    def tuned(self) -> tuple[str, ...]:
        """The options to tune."""
        return parse_tunable(self.options)

    def score(
        self, reference: Sequence[Turn], found: Sequence[Turn], regions: Sequence[Span]
    ) -> DiarizationScore:
        """Compare as was asked."""
        return score_diarization(
            reference, found, regions=regions, collar=self.collar, skip_overlap=self.skip_overlap
        ).score

    def _problems(self) -> Iterator[str]:
        try:
            parse_tunable(self.options)
        except OptionsError as error:
            yield from error.problems
        if not 0 <= self.collar <= 10:
            yield f"collar: wanted 0 to 10 seconds, got {self.collar}"


@with_options(*parameters_of(TuneChoices))
def tune(**given: Any) -> None:  # noqa: ANN401 - see `with_options`
    """Find values of options that suit recordings of which it is known who speaks when.

    Writes a profile if they are better on recordings left out of the choice, beyond chance.
    """
    from diascribe.evaluation.tuning.references import find_labelled  # noqa: PLC0415 - opens pydantic

    choices = TuneChoices(**given)
    sources = _sources(choices)
    check_destinations({"output": choices.output}, _inputs(choices, sources))
    recordings = find_labelled(sources, choices.reference, choices.uem)
    check_labelled(recordings, choices.score)
    with loaded(choices.cores) as engine:
        outcome = _tune(recordings, engine.diarizer, choices)
        circumstances = _circumstances(recordings, engine.diarizer.models, choices)
    _deliver(outcome, circumstances, choices)


def _sources(choices: TuneChoices) -> dict[str, Path]:
    """The recordings by name.

    Raises:
        OptionsError: two have one name, or standard input, which has none, is among them.
        SourceError: names every one that is not there.
    """
    found = find_inputs(choices.inputs)
    if any(one.source == STDIN for one in found):
        raise OptionsError(("inputs: wanted files and folders, got standard input",))
    absent = [str(one) for one in found if not os.path.exists(one.source)]  # noqa: PTH110 - never raises
    if absent:
        raise SourceError(f"{', '.join(absent)}: wanted recordings: no such file or folder")
    names = [one.name.as_posix() for one in found]
    twins = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twins:
        several = f"several recordings are called {', '.join(twins)}"
        raise OptionsError((f"inputs: {several}, and references are found by name",))
    return {name: Path(one.source) for name, one in zip(names, found, strict=True)}


def _inputs(choices: TuneChoices, sources: Mapping[str, Path]) -> Iterator[Path]:
    """All files that are read.

    Raises:
        SourceError: a folder cannot be looked into.
    """
    from diascribe.evaluation.reading.kinds import SUFFIXES  # noqa: PLC0415 - opens pydantic
    from diascribe.evaluation.reading.uems import SUFFIX  # noqa: PLC0415 - as above

    yield from sources.values()
    yield from files_of(choices.reference, SUFFIXES)
    yield from files_of(choices.uem, {SUFFIX})


def _tune(recordings: Sequence[Labelled], diarizer: Any, choices: TuneChoices) -> Outcome:  # noqa: ANN401 - of any diarizer
    """Measure every setting on every recording, one recording at a time, and conclude."""
    tried = settings(choices.tuned, own_threshold=diarizer.clustering_threshold)
    return conclude(
        [one.name for one in recordings],
        tried,
        list(_measured(recordings, diarizer, tried, choices.score)),
    )


def _measured(
    recordings: Sequence[Labelled],
    diarizer: Any,  # noqa: ANN401 - as above
    tried: Sequence[Options],
    scorer: Scorer,
) -> Iterator[tuple[DiarizationScore, ...]]:
    """The scores of each recording, one setting after the other."""
    from diascribe.engine.steps import finish  # noqa: PLC0415 - opens decoders
    from diascribe.evaluation.tuning.measure import measure  # noqa: PLC0415 - as above

    for place, one in enumerate(recordings, start=1):
        with Bars(f"{place} of {len(recordings)}, {one.name}") as bars:
            yield finish(measure(one, diarizer, tried, scorer), bars.report)


def _circumstances(
    recordings: Sequence[Labelled], models: tuple[Model, ...], choices: TuneChoices
) -> Circumstances:
    return Circumstances(
        date=datetime.now(UTC).date().isoformat(),
        version=version("diascribe"),
        models=models,
        references={one.name: one.digest for one in recordings},
        collar=choices.collar,
        skip_overlap=choices.skip_overlap,
    )


def _deliver(outcome: Outcome, circumstances: Circumstances, choices: TuneChoices) -> None:
    """Write the profile if a gain can be claimed, and print what was measured in any case."""
    written = choices.output if outcome.claimed else None
    try:
        if written is not None:
            profile = to_profile(outcome, circumstances, name=written.name)
            write_whole(written, to_text(profile))
    finally:
        shown = _as_json(outcome, circumstances, written) if choices.as_json else readable(outcome)
        put(shown)
    if written is not None:
        say(f"wrote {written}")


def _as_json(outcome: Outcome, circumstances: Circumstances, written: Path | None) -> str:
    told = {
        "claimed": outcome.claimed,
        "profile": None if written is None else printable(str(written)),
        "options": outcome.values,
        **evidence(outcome, circumstances),
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
