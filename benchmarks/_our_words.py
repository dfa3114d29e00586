"""Our half of `words.py`, part for part as `_their_words.py`, in processes of its own.

Modules are imported where they are used: importing them is timed apart.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from _measure import DEVICE, peak_mb

CORES = 2


def hear(model: str, compute_type: str, batch: str, options: str, *paths: str) -> dict[str, Any]:
    """What is said in recordings; the first is heard once before, and only then timed."""
    begun = time.perf_counter()
    load = import_module("diascribe.api").load
    import_module("diascribe.models.whisper.opening")
    imported = time.perf_counter()
    chosen = {"model": model, "device": DEVICE, "compute_type": compute_type}
    with load(cores=CORES) as engine:
        engine.shelf.recognizer(import_module("diascribe.protocols").Choice(**chosen))
        loaded = time.perf_counter()
        asked = {**chosen, **ASKED, "batch_size": int(batch), **json.loads(options)}
        engine.transcribe(paths[0], **asked)
        heard = [_heard(engine, path, asked) for path in paths]
    return {
        "import_s": imported - begun,
        "load_s": loaded - imported,
        "heard": heard,
        "peak_mb": peak_mb(),
    }


def _heard(engine: Any, path: str, asked: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - imported by name
    begun = time.perf_counter()
    found = engine.transcribe(path, **asked)
    seconds = time.perf_counter() - begun
    segments = [{"start": s.start, "end": s.end, "text": s.text} for s in found.segments]
    return {
        "segments": segments,
        "seconds": seconds,
        "stages_s": {one.stage: one.seconds for one in found.timings},
        "repairs": dict(found.repairs),
        "warnings": [one.code for one in found.warnings],
    }


def decode(model: str, compute_type: str, batch: str, path: str) -> dict[str, Any]:
    """Speech and its text, without the repairs that a text of random weights would call for.

    Both are found twice; the second time counts.
    """
    load, protocols = import_module("diascribe.api").load, import_module("diascribe.protocols")
    finish = import_module("diascribe.engine.steps").finish_seconds
    regions_of = import_module("diascribe.engine.regions").find_regions
    audio = finish(import_module("diascribe.media").decode(Path(path))).mix()
    decoding = protocols.Decoding(batch_size=int(batch), **UNCHECKED)
    with load(cores=CORES) as engine:
        recognizer = engine.shelf.recognizer(protocols.Choice(model, DEVICE, compute_type))

        def once() -> dict[str, Any]:
            begun = time.perf_counter()
            spans = finish(
                regions_of(engine.vad, audio, protocols.SpeechThresholds(), recognizer.packing)
            )
            found = time.perf_counter()
            regions = [protocols.Region(one.start, one.end, "en") for one in spans]
            segments = list(recognizer.recognize(audio, regions, decoding))
            return {
                "activity_s": found - begun,
                "seconds": time.perf_counter() - found,
                "windows": len(regions),
                "words": sum(len(one.words) for one in segments),
            }

        once()
        return once() | {"peak_mb": peak_mb()}


def diarize(path: str) -> dict[str, Any]:
    """Who spoke when, twice; the second time counts."""
    with import_module("diascribe.api").load(cores=CORES) as engine:
        engine.diarize(path)
        begun = time.perf_counter()
        found = engine.diarize(path)
        seconds = time.perf_counter() - begun
    return {"seconds": seconds, "turns": len(found.turns), "peak_mb": peak_mb()}


UNCHECKED = {
    "log_prob_threshold": -1000.0,
    "compression_ratio_threshold": 1000.0,
    "no_speech_threshold": 1.0,
}
"""Thresholds that every text passes: theirs has none."""


def align(model: str, segments: str, path: str) -> dict[str, Any]:
    """The times of words of known text, twice; the second time counts."""
    open_ctc = import_module("diascribe.models.ctc").open_ctc
    aligner = open_ctc(Path(model), name="base", revision="", languages=("en",), cores=CORES)
    decoded = import_module("diascribe.media").decode(Path(path))
    audio = import_module("diascribe.engine.steps").finish_seconds(decoded).mix()
    segment = import_module("diascribe.transcript").Segment
    texts = [
        segment(one["start"], one["end"], text=one["text"], language="en")
        for one in json.loads(Path(segments).read_text(encoding="utf-8"))
    ]
    list(aligner.align(audio, texts))
    begun = time.perf_counter()
    found = list(aligner.align(audio, texts))
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "words": sum(len(s.words) for s in found), "peak_mb": peak_mb()}


ASKED = {"language": "en", "diarization": False}


def main() -> None:
    """Run one part and print what came of it."""
    parts: dict[str, Callable[..., dict[str, Any]]] = {
        one.__name__: one for one in (hear, decode, align, diarize)
    }
    print(json.dumps(parts[sys.argv[1]](*sys.argv[2:])))


if __name__ == "__main__":
    main()
