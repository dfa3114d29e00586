"""Diascribe's Whisper beside WhisperX's: one model, one recording, the same settings, one run.

    make bench-peers
    BENCH_DEVICE=cuda .venv/bin/python benchmarks/words.py

The model is the nano Whisper of the tests, which both sides run on CTranslate2. An hour of
sentences and voices that it was not trained on is heard by both, then sound without speech, with
the usual thresholds and with such that both detectors let everything through: then also with our
aligner, which has a say in what stays. WhisperX's removes nothing.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import jiwer
from _measure import DEVICE
from _models import ModelFile, digest
from _record import ROOT, data_folder, store
from _spoken import Sentence, silent, speech, write
from peers import PEERS, QUIETLY, Row, half

from diascribe.evaluation.text.normalizers import normalizer

NANO = ROOT / "tests" / "data" / "nano" / "whisper"
OURS = (sys.executable, str(ROOT / "benchmarks" / "_our_words.py"))
THEIRS = (*QUIETLY, str(ROOT / "benchmarks" / "_their_words.py"))
BATCH = 8
COMPUTE_TYPE = "float16" if DEVICE == "cuda" else "int8"
RESULTS = "words" if DEVICE == "cpu" else f"words-{DEVICE}"
"""Each device has a history of its own: the tables compare like with like."""

SECONDS = 3600
SEED = 20_261_121
FOOLED = {"vad_onset": 0.02, "vad_offset": 0.01}
"""Thresholds at which detectors take nearly all sound for speech."""


def main() -> None:
    """Measure both sides, print and store."""
    if not PEERS.is_dir():
        sys.exit("wanted an environment in .peers, found none; make bench-peers sets it up")
    load, data = os.getloadavg()[0], data_folder()
    with tempfile.TemporaryDirectory() as folder:
        samples, sentences = speech(SECONDS, seed=SEED)
        hour = write(Path(folder, "hour.wav"), samples)
        rows = list(_hour(hour, sentences))
        rows += _silence(
            {
                name: write(Path(folder, f"{n}.wav"), one)
                for n, (name, one) in enumerate(silent(data))
            }
        )
    for row in rows:
        print(f"{row.what:<62}{row.ours:10.4g}{row.theirs:10.4g} {row.unit:<4}{row.ratio or ''}")
    options = {
        "device": DEVICE,
        "batch_size": BATCH,
        "compute_type": COMPUTE_TYPE,
        "seconds": SECONDS,
        "seed": SEED,
    }
    measured = {
        "peers": [asdict(row) for row in rows],
        "options": {**options, "fooled": FOOLED},
        "load_before": round(load, 2),
    }
    model = ModelFile("nano Whisper of the tests", "tools/nano", digest([NANO / "model.bin"]))
    store(RESULTS, [], measured, [model])


def _hour(path: Path, sentences: Sequence[Sentence]) -> Iterator[Row]:
    """What both sides hear in the hour, and what it costs them."""
    ours, theirs = _heard({}, path)
    said = " ".join(one.text for one in sentences)
    wer = tuple(100 * _wer(said, one["heard"][0]) for one in (ours, theirs))
    yield _row("word error rate of an hour nobody trained on", wer, "%", cost=False)
    seconds = tuple(float(one["heard"][0]["seconds"]) for one in (ours, theirs))
    yield _row(f"hearing it, model loaded, batches of {BATCH}, {COMPUTE_TYPE}", seconds, "s")
    for key, what in (("import_s", "importing"), ("load_s", "opening the model")):
        yield _row(what, (ours[key], theirs[key]), "s")
    yield _row("peak memory", (ours["peak_mb"], theirs["peak_mb"]), "MB")


def _silence(paths: Mapping[str, Path]) -> Iterator[Row]:
    """How many words both sides hear where nobody speaks."""
    usual, fooled = (_heard(thresholds, *paths.values()) for thresholds in ({}, FOOLED))
    yield from _written(paths, "usual thresholds", *usual)
    yield from _written(paths, "fooled detectors", *fooled)
    aligned = half(OURS, *_given({**FOOLED, "align_output": True}, *paths.values()))
    said = "fooled detectors, ours with the embedded aligner"
    yield from _written(paths, said, aligned, fooled[1])


def _written(
    names: Iterable[str], said: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> Iterator[Row]:
    for place, name in enumerate(names):
        words = tuple(len(_text(one["heard"][place]).split()) for one in (ours, theirs))
        yield _row(f"words in a minute of {name}, {said}", words, "", cost=False)


def _heard(options: Mapping[str, float], *paths: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Ours and theirs of some recordings, each side in a fresh process."""
    given = _given(options, *paths)
    return half(OURS, *given), half(THEIRS, *given)


def _given(options: Mapping[str, Any], *paths: Path) -> tuple[str, ...]:
    """What either side is told."""
    return ("hear", str(NANO), COMPUTE_TYPE, str(BATCH), json.dumps(options), *map(str, paths))


def _row(what: str, pair: tuple[float, ...], unit: str, *, cost: bool = True) -> Row:
    """A row; of what costs time or room, with the ratio."""
    ours, theirs = (float(f"{one:.4g}") for one in pair)
    ratio = float(f"{theirs / ours:.3g}") if cost and ours else None
    return Row(what, "whisperx", ours, theirs, unit, ratio)


def _text(heard: Mapping[str, Any]) -> str:
    return " ".join(one["text"] for one in heard["segments"])


def _wer(said: str, heard: Mapping[str, Any]) -> float:
    """Errors for each word that was said, both texts by the rules of `diascribe evaluate`."""
    rules = normalizer("english", "en")
    reference, hypothesis = (" ".join(rules.words([one])[0]) for one in (said, _text(heard)))
    return float(jiwer.wer(reference, hypothesis))


if __name__ == "__main__":
    main()
