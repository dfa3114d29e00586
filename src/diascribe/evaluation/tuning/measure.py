"""What every setting makes of one recording."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from functools import partial
from operator import add
from typing import Any

from diascribe.audio import Audio
from diascribe.engine.beside import Steps
from diascribe.engine.channels import hear_channels
from diascribe.engine.options import Options
from diascribe.engine.steps import changed, told
from diascribe.errors import InputError
from diascribe.evaluation.diarization_scores import DiarizationScore
from diascribe.evaluation.tuning.labelled import Labelled, Scorer
from diascribe.media import decode
from diascribe.protocols import Diarizer
from diascribe.transcript import Turn


def measure(
    one: Labelled, diarizer: Diarizer[Any], settings: Iterable[Options], scorer: Scorer
) -> Steps[tuple[DiarizationScore, ...]]:
    """The score of each setting, in order.

    The recording is decoded once, and prepared once for every pair of speech thresholds;
    one prepared state is held at a time.

    Raises:
        InputError: the reference says that nobody speaks before the sound ends.
        DiascribeError: the file cannot be decoded, or the diarizer fails.
    """
    settings = tuple(settings)
    recording = yield from told("decoding", None, decode(one.source))
    audio = (yield from hear_channels(recording, "mix")).whole
    found: dict[Options, DiarizationScore] = {}
    score = partial(_score, scorer, one, audio)
    if not score(()).total:
        wanted = f"wanted a reference with speech in its {audio.duration:.1f} s"
        raise InputError(f"{one.name}: {wanted}: is it that of another recording?")
    speeches = dict.fromkeys(setting.speech for setting in settings)
    for place, speech in enumerate(speeches):
        same = [setting for setting in settings if setting.speech == speech]
        seconds = changed(
            _under_one_speech(diarizer, audio, same, score), partial(add, place * audio.duration)
        )
        found |= yield from told("tuning", audio.duration * len(speeches), seconds)
    return tuple(found[setting] for setting in settings)


def _score(scorer: Scorer, one: Labelled, audio: Audio, turns: Sequence[Turn]) -> DiarizationScore:
    return scorer(one.turns, turns, one.regions(audio.span))


def _under_one_speech(
    diarizer: Diarizer[Any],
    audio: Audio,
    settings: Sequence[Options],
    score: Callable[[Sequence[Turn]], DiarizationScore],
) -> Generator[float, None, dict[Options, DiarizationScore]]:
    """The scores of settings that share speech thresholds; yields seconds of audio done.

    Preparing and clustering count for half of it each.
    """
    found, half = {}, audio.duration / 2
    prepared = yield from changed(
        diarizer.prepare(audio, settings[0].speech), lambda done: done / 2
    )
    for done, setting in enumerate(settings, start=1):
        found[setting] = score(diarizer.cluster(prepared, setting.clustering).turns)
        yield half + half * done / len(settings)
    return found
