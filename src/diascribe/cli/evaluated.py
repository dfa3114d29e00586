"""What `diascribe evaluate` does once it knows what to compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import MappingProxyType

import typer

from diascribe.cli.ceilings import Ceiling, parse_ceilings
from diascribe.cli.destinations import check_destinations, files_of
from diascribe.cli.evaluate import ABOVE, EvaluateChoices
from diascribe.cli.outputs import write_whole
from diascribe.cli.terminal import put, say
from diascribe.errors import InputError, OptionsError
from diascribe.evaluation import manner, tables
from diascribe.evaluation.account import Pair
from diascribe.evaluation.doubts import offered
from diascribe.evaluation.evaluate import Evaluation, Settings, evaluate
from diascribe.evaluation.manifest import read_entries
from diascribe.evaluation.pairing import find_pairs, read_manifest
from diascribe.evaluation.reading.kinds import SUFFIXES
from diascribe.evaluation.reading.uems import SUFFIX as UEM
from diascribe.evaluation.report.page import report_page
from diascribe.evaluation.report.plot import check_plot, plot_of
from diascribe.evaluation.text.extra import package
from diascribe.formats import uem

WRITERS: MappingProxyType[str, Callable[[Evaluation], str]] = MappingProxyType(
    {
        "text": tables.to_text,
        "markdown": tables.to_markdown,
        "csv": tables.to_csv,
        "json": tables.to_json,
    }
)


def run(choices: EvaluateChoices) -> None:
    """Compare, print, write, and fail where a figure is above its ceiling.

    Raises:
        DiascribeError: something to compare is absent, wrong or lacks its other side.
        typer.Exit: a figure is above its ceiling.
    """
    ceilings = parse_ceilings(choices.fail_above or ())
    _check_packages(choices, ceilings)
    check_destinations(choices.outputs, _inputs(choices))
    settings = Settings(
        collar=choices.collar,
        skip_overlap=choices.skip_overlap,
        normalizer=choices.normalizer,
        language=choices.language,
        word_collar_s=choices.word_collar,
        missing=choices.missing,
    )
    pairs, remarks = _find(choices)
    evaluation = evaluate(pairs, settings)
    _refuse_nothing(evaluation)
    put(WRITERS[choices.chosen_format](evaluation))
    _write_files(evaluation, choices)
    _say_all(evaluation, [*remarks, *manner.notes(evaluation)])
    _fail_above(evaluation, ceilings)


def _check_packages(choices: EvaluateChoices, ceilings: Iterable[Ceiling]) -> None:
    """Refuse at once what needs packages that are not installed.

    Raises:
        MissingExtraError: the plot or a ceiling needs one of them.
    """
    if choices.plot is not None:
        check_plot()
    for ceiling in ceilings:
        if ceiling.of_words:
            package("jiwer", f"the ceiling on {ceiling.name}")
        if "cpwer" in ceiling.name:
            package("meeteval.wer", f"the ceiling on {ceiling.name}")


def _inputs(choices: EvaluateChoices) -> Iterator[Path]:
    """All files that are read.

    Raises:
        InputError: a folder or the manifest cannot be read.
    """
    named = [(choices.reference, choices.hypothesis, choices.uem)]
    if choices.manifest is not None:
        yield choices.manifest
        lines = read_entries(choices.manifest)
        named = [(one.reference, one.hypothesis, one.uem) for one in lines]
    for reference, hypothesis, stretches in dict.fromkeys(named):
        yield from files_of(reference, SUFFIXES)
        yield from files_of(hypothesis, SUFFIXES)
        yield from files_of(stretches, {UEM})


def _refuse_nothing(evaluation: Evaluation) -> None:
    """Refuse pairs of which nothing at all could be measured: a table of them would be empty.

    Raises:
        InputError: says why.
    """
    if not any(one.scores for one in evaluation.files):
        reasons = dict.fromkeys(note for one in evaluation.files for note in one.notes)
        raise InputError(f"nothing can be measured: {'; '.join(reasons)}")


def _find(choices: EvaluateChoices) -> tuple[list[Pair], list[str]]:
    """The pairs to compare, and remarks on what is in none.

    Raises:
        OptionsError: a plot is wanted of several files, or a UEM of recordings of one name.
    """
    missing = choices.missing
    if choices.manifest is not None:
        pairs, remarks = read_manifest(choices.manifest, missing=missing)
    else:
        assert choices.hypothesis is not None and choices.reference is not None  # noqa: PT018
        pairs, remarks = find_pairs(
            choices.hypothesis, choices.reference, choices.uem, missing=missing
        )
    if choices.plot is not None and len(pairs) > 1:
        problem = f"plot: wanted one recording, got {len(pairs)}; --report draws them all"
        raise OptionsError((problem,))
    counts = Counter(pair.recording for pair in pairs)
    several = [name for name, count in counts.items() if count > 1]
    if choices.offer_uem is not None and several:
        problem = f"offer-uem: several recordings are called {', '.join(several)}"
        raise OptionsError((f"{problem}, and a UEM knows them by name",))
    return pairs, remarks


def _write_files(evaluation: Evaluation, choices: EvaluateChoices) -> None:
    """Write the report, the plot and the UEM that are asked for."""
    if choices.report is not None:
        page = report_page(
            evaluation.files,
            evaluation.total(),
            heading=f"Evaluation of {choices.hypothesis or choices.manifest}",
            settings={
                "Reference": str(choices.reference or choices.manifest),
                **manner.told(evaluation),
            },
            notes=manner.notes(evaluation),
        )
        write_whole(choices.report, page)
        say(f"wrote {choices.report}")
    if choices.plot is not None:
        write_whole(choices.plot, plot_of(evaluation.files[0], manner=manner.sentence(evaluation)))
        say(f"wrote {choices.plot}")
    if choices.offer_uem is not None:
        write_whole(choices.offer_uem, uem.write(offered(evaluation.files)))
        doubts = [doubt for one in evaluation.files for doubt in one.doubts]
        doubted = any(doubt.scored is not None for doubt in doubts)
        remark = "" if doubted else ": nothing is doubted, so it leaves nothing out"
        say(f"wrote {choices.offer_uem}{remark}")


def _say_all(evaluation: Evaluation, remarks: list[str]) -> None:
    """Doubts about the references, and notes, each once however many files it is about."""
    for one in evaluation.files:
        for doubt in one.doubts:
            say(f"doubt: {one.pair.recording}: {doubt.message}")
    told: dict[str, list[str]] = {}
    for one in evaluation.files:
        for note in one.notes:
            told.setdefault(note, []).append(one.pair.recording)
    for note, names in told.items():
        about = names[0] if len(names) == 1 else f"{len(names)} recordings"
        say(f"note: {about}: {note}")
    for remark in remarks:
        say(f"note: {remark}")


def _fail_above(evaluation: Evaluation, ceilings: list[Ceiling]) -> None:
    """End with a status of its own if a figure is above its ceiling, or may be."""
    total = evaluation.total()
    broken = [problem for one in ceilings if (problem := one.broken(total)) is not None]
    for one in ceilings:
        lacking = evaluation.unmeasured(one.name)
        if lacking and one.name in total:
            broken.append(f"{one.name} could not be measured of {', '.join(lacking)}")
    for problem in broken:
        say(problem)
    if broken:
        raise typer.Exit(ABOVE)
