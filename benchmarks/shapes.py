"""Each stage in the shapes of published models, beside WhisperX's: random values, real work.

    make bench-peers
    BENCH_DEVICE=cuda .venv/bin/python benchmarks/shapes.py

Whisper has the shape of large-v3-turbo and every text 84 tokens, which is about what an hour of
talk has in a window of 30 s; the aligner has that of wav2vec2-base. What such networks say is
noise, so only time and memory are measured, of a talk of one minute.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import wave
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from _measure import DEVICE
from _record import ROOT, data_folder, store
from peers import PEERS, Row, half
from speed import figure
from words import OURS, THEIRS

sys.path.insert(0, str(ROOT / "tests"))
from whisper_models import LANGUAGES, Shape, save_model  # after its folder is known

TURBO = Shape(
    mels=128,
    width=1280,
    heads=20,
    layers=32,
    decoder_layers=4,
    languages=LANGUAGES,
    length=84,
    text_tokens=50_257,
    quantization="int8",
)
BATCH = 8
COMPUTE_TYPE = "float16" if DEVICE == "cuda" else "int8"
RESULTS = "shapes" if DEVICE == "cpu" else f"shapes-{DEVICE}"
"""Each device has a history of its own: the tables compare like with like."""


def main() -> None:
    """Measure both sides, print and store."""
    if not PEERS.is_dir():
        sys.exit("wanted an environment in .peers, found none; make bench-peers sets it up")
    load, talk = os.getloadavg()[0], data_folder() / "sim/dev/d1_2spk_1m.wav"
    with tempfile.TemporaryDirectory() as folder:
        rows = [*_decoded(Path(folder, "turbo"), talk), *_aligned(Path(folder, "base"), talk)]
    for row in rows:
        print(f"{row.what:<62}{row.ours:10.4g}{row.theirs:10.4g} {row.unit:<4}{row.ratio or ''}")
    figures = list(_whole(rows, talk))
    for one in figures:
        print(f"{one['what']:<62}{one['value']:10.4g} {one['unit']}")
    measured = {
        "peers": [asdict(row) for row in rows],
        "figures": figures,
        "options": {
            "device": DEVICE,
            "batch_size": BATCH,
            "compute_type": COMPUTE_TYPE,
            "shape": asdict(TURBO),
        },
        "load_before": round(load, 2),
    }
    store(RESULTS, [talk], measured)


def _whole(rows: Sequence[Row], talk: Path) -> Iterator[dict[str, Any]]:
    """What our stages take together, diarization with the embedded models, and the largest."""
    stages = {row.what: row.ours for row in rows if row.unit == "s"}
    stages["diarization, embedded models"] = half(OURS, "diarize", str(talk))["seconds"]
    whole, largest = sum(stages.values()), max(stages, key=stages.__getitem__)
    yield figure("all stages in published shapes", _seconds(talk) / whole, "times real time")
    for what, seconds in stages.items():
        note = ", the largest" if what == largest else ""
        yield figure(f"share of it: {what}{note}", 100 * seconds / whole, "%")


def _seconds(path: Path) -> float:
    with wave.open(str(path)) as recording:
        return float(recording.getnframes() / recording.getframerate())


def _decoded(folder: Path, talk: Path) -> Iterator[Row]:
    """Speech and its text by both: features, encoder, decoder, and ours the times of words."""
    save_model(folder, TURBO)
    given = str(folder), COMPUTE_TYPE, str(BATCH)
    ours = half(OURS, "decode", *given, str(talk))
    theirs = half(THEIRS, "hear", *given, "{}", str(talk))
    told = theirs["heard"][0]
    speech = float(ours["activity_s"]), float(told["activity_s"])
    yield _row("finding speech", speech, "s")
    text = float(ours["seconds"]), float(told["seconds"]) - speech[1]
    yield _row("Whisper of turbo's shape, ours with times of words", text, "s")
    windows = float(ours["windows"]), float(len(told["segments"]))
    yield _row("windows that it worked on", windows, "")
    yield _row("peak memory of both", (ours["peak_mb"], theirs["peak_mb"]), "MB")


def _aligned(folder: Path, talk: Path) -> Iterator[Row]:
    """The times of the words of the talk's reference by both."""
    folder.mkdir()
    half(THEIRS, "shape", str(folder))
    texts = folder / "segments.json"
    texts.write_text(json.dumps(list(_said(talk.with_suffix(".json")))))
    ours, theirs = (
        half(one, "align", str(folder), str(texts), str(talk)) for one in (OURS, THEIRS)
    )
    yield _row("alignment, of wav2vec2-base's shape", (ours["seconds"], theirs["seconds"]), "s")
    yield _row("peak memory of it", (ours["peak_mb"], theirs["peak_mb"]), "MB")


def _said(path: Path) -> Iterator[dict[str, Any]]:
    """The reference's segments as WhisperX takes them."""
    for one in json.loads(path.read_text(encoding="utf-8")):
        start, end = float(one["start_time"]), float(one["end_time"])
        yield {"start": start, "end": end, "text": one["words"]}


def _row(what: str, pair: tuple[float, float], unit: str) -> Row:
    """A row with the ratio."""
    ours, theirs = (float(f"{one:.4g}") for one in pair)
    return Row(what, "whisperx", ours, theirs, unit, float(f"{theirs / ours:.3g}"))


if __name__ == "__main__":
    main()
