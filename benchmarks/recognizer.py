"""Word error and speed of the embedded recognizer.

    make bench NAME=recognizer

Read English with human transcripts: LibriSpeech test-other (five speakers, ten utterances
each; the recognizer's settings were chosen on two of the speakers and half of LJSpeech) and
LJSpeech. Each utterance is recognized whole, and again in the regions that the default speech
detector finds. Texts are compared in lower case, without punctuation, hyphens as spaces.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import jiwer
from _models import recognition
from _record import data_folder, store

from diascribe.audio import Audio
from diascribe.engine.engine import Engine
from diascribe.engine.load import load_engine
from diascribe.engine.options import Options
from diascribe.engine.regions import find_regions
from diascribe.engine.steps import finish_seconds
from diascribe.media import decode
from diascribe.models.pocketsphinx.recognizer import PocketsphinxRecognizer
from diascribe.models.pocketsphinx.worker import RECOGNIZING
from diascribe.models.pocketsphinx.workers import Workers
from diascribe.protocols import Decoding, Recognizer, Region

LICENCE = "BSD-2-Clause"
USUAL = Decoding()
CHOSEN_ON = ("1688", "2033")
"""Speakers of test-other on whom the settings were chosen."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A recording, its speaker and what is said."""

    path: Path
    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was recognized in an utterance, from seconds of sound in seconds of work."""

    utterance: Utterance
    text: str
    duration: float
    work: float


def main() -> None:
    """Recognize everything twice, print the table and store it."""
    folder = data_folder()
    sets = {
        "LibriSpeech test-other": list(_utterances(folder, "librispeech/test-other/")),
        "LJSpeech": list(_utterances(folder, "asr_multilingual/lj/")),
    }
    rows: list[dict[str, Any]] = []
    speakers: dict[str, dict[str, Any]] = {}
    with Workers(1) as workers, load_engine(cores=1) as engine:
        recognizer = PocketsphinxRecognizer(workers)
        list(recognizer.recognize(_audio(sets["LJSpeech"][0].path), [Region(0, 1)], USUAL))
        for name, utterances in sets.items():
            whole = [_read(recognizer, one) for one in utterances]
            cut = [_read(recognizer, one, engine) for one in utterances]
            rows += [{**_row(name, cut), "headline": True}]
            rows += [_row(f"{name}, each utterance as one region", whole)]
            speakers |= {one: _counts(_of(one, whole)) for one in _speakers(utterances)}
    held = [row for name, row in speakers.items() if name not in CHOSEN_ON and name != "LJ"]
    for name, figures in [*((row["data"], row) for row in rows), *speakers.items()]:
        print(f"{name:<45} WER {figures['wer']:6.1%}  {figures['speed']:5.1f} x real time")
    files = [one.path for utterances in sets.values() for one in utterances]
    measured = {"rows": rows, "speakers": speakers, "options": RECOGNIZING}
    store("recognizer", files, {**measured, "held_out_wer": _pooled(held)}, recognition())


def _utterances(folder: Path, part: str) -> Iterator[Utterance]:
    """The utterances of one part of the data, in the manifest's order."""
    for line in (folder / "manifest.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row["audio"].startswith(part):
            yield Utterance(folder / row["audio"], row["speakers"][0], row["text"])


def _audio(path: Path) -> Audio:
    return finish_seconds(decode(path)).mix()


def _read(recognizer: Recognizer, utterance: Utterance, engine: Engine | None = None) -> Reading:
    """The text of an utterance: as one region, or as the engine's detector cuts it."""
    audio = _audio(utterance.path)
    regions = [Region(0, audio.duration)]
    if engine is not None:
        regions = finish_seconds(
            find_regions(engine.vad, audio, Options().speech, recognizer.packing)
        )
    begun = perf_counter()
    text = " ".join(one.text for one in recognizer.recognize(audio, regions, USUAL))
    return Reading(utterance, text, audio.duration, perf_counter() - begun)


def _row(data: str, readings: Sequence[Reading]) -> dict[str, Any]:
    return {"model": "pocketsphinx en-us", "data": data, "licence": LICENCE, **_counts(readings)}


def _counts(readings: Sequence[Reading]) -> dict[str, Any]:
    found = jiwer.process_words(
        [_plain(one.utterance.text) for one in readings], [_plain(one.text) for one in readings]
    )
    return {
        "wer": round(found.wer, 4),
        "words": found.hits + found.substitutions + found.deletions,
        "substitutions": found.substitutions,
        "insertions": found.insertions,
        "deletions": found.deletions,
        "seconds": round(sum(one.duration for one in readings), 1),
        "speed": round(
            sum(one.duration for one in readings) / sum(one.work for one in readings), 2
        ),
    }


def _pooled(counts: Sequence[dict[str, Any]]) -> float:
    """Word error of several sets as one."""
    wrong: int = sum(one["substitutions"] + one["insertions"] + one["deletions"] for one in counts)
    words: int = sum(one["words"] for one in counts)
    return round(wrong / words, 4)


def _speakers(utterances: Iterable[Utterance]) -> list[str]:
    return sorted({one.speaker for one in utterances})


def _of(speaker: str, readings: Iterable[Reading]) -> list[Reading]:
    return [one for one in readings if one.utterance.speaker == speaker]


def _plain(text: str) -> str:
    """Lower case, without punctuation but apostrophes, hyphens as spaces."""
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))


if __name__ == "__main__":
    main()
