"""The work of `diascribe speakers enroll`: hear samples, then keep each person's together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from diascribe.cli.enrolment import Enrolment
from diascribe.cli.loading import loaded
from diascribe.cli.progress import Bars
from diascribe.cli.terminal import put, say, say_error
from diascribe.cli.voices import as_json, details
from diascribe.engine.beside import Steps
from diascribe.engine.identify.people import Voiceprint
from diascribe.engine.identify.samples import SpeakerSample
from diascribe.engine.steps import finish
from diascribe.errors import DiascribeError, OptionsError
from diascribe.evaluation.reading.files import read_text
from diascribe.store import Enrolled, Voices, enroll, open_voices
from diascribe.transcript import Transcript
from diascribe.wire.decode import from_json


def enroll_all(wanted: Enrolment) -> None:
    """Hear every sample and keep everybody's that could be heard.

    Raises:
        OptionsError: a sample says not whose it is; nothing is heard then.
        typer.Exit: some samples or people failed, each told on standard error.
    """
    samples = _samples(wanted)
    voices = open_voices()
    failures: list[DiascribeError] = []
    with voices.database, loaded(wanted.cores) as engine:
        heard: dict[str, list[Voiceprint]] = {}
        for sample in samples:
            try:
                heard.setdefault(sample.name, []).append(_heard(engine, sample, wanted))
            except DiascribeError as error:
                say_error(error, about=str(sample))
                failures.append(error)
        threshold = wanted.speaker_threshold
        if threshold is None:
            threshold = engine.enroller.encoder.verification_threshold
        for name, prints in heard.items():
            if prints:
                failures += _keep(voices, name, prints, threshold, wanted)
    if failures:
        raise typer.Exit(failures[0].exit_status)


def _samples(wanted: Enrolment) -> list[SpeakerSample]:
    found, problems = [], []
    for place, one in enumerate(wanted.samples):
        try:
            found.append(SpeakerSample(one, _name(wanted) or ""))
        except ValueError as error:
            problems.append(f"samples[{place}]: {error}")
    if problems:
        raise OptionsError(tuple(problems))
    return found


def _name(wanted: Enrolment) -> str | None:
    """The name given, or the one that the result has for its speaker."""
    if wanted.name is not None or wanted.result is None:
        return wanted.name
    names = {one.id: one.name for one in _result(wanted.result).speakers}
    if not names.get(wanted.speaker or ""):
        raise OptionsError((f"name: wanted one, {wanted.result} has none for {wanted.speaker}",))
    return names[wanted.speaker or ""]


def _result(path: Path) -> Transcript:
    return from_json(read_text(path))


def _heard(engine: Any, sample: SpeakerSample, wanted: Enrolment) -> Voiceprint:  # noqa: ANN401 - loaded late
    with Bars(str(sample)) as bars:
        if wanted.result is None:
            steps: Steps[Voiceprint] = engine.enroller.hear_sample(sample)
            return finish(steps, bars.report)
        turns = [
            turn
            for turn in _result(wanted.result).exclusive_turns
            if turn.speaker == wanted.speaker
        ]
        if not turns:
            raise OptionsError((f"speaker: {wanted.result} has no turns of {wanted.speaker}",))
        hearing: Steps[Voiceprint] = engine.enroller.hear_sample(sample, turns=turns)
        return finish(hearing, bars.report)


def _keep(
    voices: Voices, name: str, prints: list[Voiceprint], threshold: float, wanted: Enrolment
) -> list[DiascribeError]:
    """Keep one person's samples and say so; what is refused is told and returned."""
    try:
        enrolled = enroll(
            voices,
            name,
            prints,
            threshold=threshold,
            even_if_different=wanted.even_if_different,
        )
    except DiascribeError as error:
        say_error(error)
        return [error]
    put(as_json([enrolled.person]) if wanted.as_json else details(enrolled.person))
    _warn(enrolled)
    return []


def _warn(enrolled: Enrolled) -> None:
    who = enrolled.person.who
    for source in enrolled.odd:
        say(f"warning: {source} sounds unlike the other samples of {who}")
    for other in enrolled.like:
        say(f"warning: {who} and {other} sound so alike that they may be taken for one another")
