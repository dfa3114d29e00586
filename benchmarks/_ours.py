"""Our half of `peers.py`, part for part as `_theirs.py`, in processes of its own.

Modules are imported where they are used: importing them is what is measured.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from _measure import RUNS, THEIR_STEP_S, peak_mb, resident_mb, timed

BATCH = 8
"""Windows per call, as our diarizer has it."""


def importing() -> dict[str, Any]:
    """Import everything that the engine is made of: `diascribe` alone leaves it for later."""
    import_module("diascribe.api")
    return {"done": time.monotonic(), "resident_mb": resident_mb()}


def ready() -> dict[str, Any]:
    """Import the package and load the engine."""
    engine = import_module("diascribe").load()
    return {"done": time.monotonic(), "resident_mb": resident_mb(), "engine": type(engine).__name__}


def diarize(path: str) -> dict[str, Any]:
    """Seconds of one recording with the models loaded already, and peak memory."""
    with import_module("diascribe").load() as engine:
        seconds, _ = timed([lambda: engine.diarize(path)] * RUNS)
    return {"seconds": seconds, "peak_mb": peak_mb(), "segmentation_s": _segmentation_s(path)}


def _segmentation_s(path: str) -> float:
    """Seconds of the segmentation alone, on as many windows as theirs hears."""
    numpy, engine = import_module("numpy"), import_module("diascribe.engine.engine")
    embedded = import_module("diascribe.weights.embedded").PYANNET
    session = import_module("diascribe.weights.session").Session(embedded.path)
    network = import_module("diascribe.models.pyannet").PyanNet(session, embedded.origin)
    audio = engine.finish_seconds(import_module("diascribe.media").decode(Path(path))).mix()
    samples = audio.read(0, len(audio.samples))
    window, step = round(network.window_s * 16_000), round(THEIR_STEP_S * 16_000)
    windows = numpy.lib.stride_tricks.sliding_window_view(samples, window)[::step]
    batches = [windows[first : first + BATCH] for first in range(0, len(windows), BATCH)]
    with ThreadPoolExecutor(import_module("diascribe.api").usable_cores()) as pool:
        seconds, _ = timed([lambda: list(pool.map(network.activity, batches))] * RUNS)
    return seconds


def subtitles(path: str) -> dict[str, Any]:
    """Words to speakers, and subtitles, of a conversation's words and turns."""
    conversation = import_module("_conversation").read(Path(path))
    attribute = import_module("diascribe.algorithms.attribute").Attribution.of
    gap_s = import_module("diascribe.engine.options").Options().attribution_gap_s
    write = import_module("diascribe.formats.table").write

    def assign() -> Any:  # noqa: ANN401 - modules imported by name have no types
        return attribute(conversation.diarization, gap_s=gap_s).attribute(conversation.segments)

    assign_s, results = timed([assign] * RUNS)
    transcript = conversation.transcript(results[0])
    srt_s, srts = timed([partial(write, "srt", transcript, name="conversation")] * RUNS)
    vtt_s, _ = timed([partial(write, "vtt", transcript, name="conversation")] * RUNS)
    speakers = [word.speaker for segment in results[0] for word in segment.words]
    return {
        "assign_s": assign_s,
        "srt_s": srt_s,
        "vtt_s": vtt_s,
        "speakers": speakers,
        "srt": srts[0],
    }


def main() -> None:
    """Run one part and print what came of it."""
    parts: dict[str, Callable[..., dict[str, Any]]] = {
        one.__name__: one for one in (importing, ready, diarize, subtitles)
    }
    print(json.dumps(parts[sys.argv[1]](*sys.argv[2:])))


if __name__ == "__main__":
    main()
