"""The peers' half of `peers.py`: runs in `.peers`, prints JSON, knows nothing of Diascribe.

    .peers/bin/python benchmarks/_theirs.py importing
    .peers/bin/python benchmarks/_theirs.py ready
    .peers/bin/python benchmarks/_theirs.py diarize RECORDING.wav
    .peers/bin/python benchmarks/_theirs.py subtitles CONVERSATION.json

Modules are imported by name where they are used: importing them is what is measured.
"""

from __future__ import annotations

import copy
import io
import json
import sys
import tempfile
import time
import wave
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from _measure import RUNS, THEIR_STEP_S, peak_mb, resident_mb, timed

PARAMETERS = {
    "segmentation": {"threshold": 0.5, "min_duration_off": 0.0},
    "clustering": {"threshold": 0.6, "Fa": 0.07, "Fb": 0.8},
}
"""Those of the published pipeline; this checkpoint ends in sigmoids, so it takes a threshold."""

BATCH = 32
"""Windows per call, as the published pipeline has it."""

WRITING = {"max_line_width": None, "max_line_count": None, "highlight_words": False}
"""What the `whisperx` command writes subtitles with unless told otherwise."""

PACKAGES = ("whisperx", "pyannote.audio", "torch", "numpy", "pandas")


def importing() -> dict[str, Any]:
    """Import what the `whisperx` command does before it transcribes."""
    import_module("whisperx.transcribe")
    return {"done": time.monotonic(), "resident_mb": resident_mb()}


def ready() -> dict[str, Any]:
    """Import what diarizes and build the pipeline."""
    _pipeline()
    return {"done": time.monotonic(), "resident_mb": resident_mb()}


def diarize(path: str) -> dict[str, Any]:
    """Seconds of one recording with the pipeline built already, and peak memory."""
    pipeline, torch = _pipeline(), import_module("torch")
    with wave.open(path) as recording:
        rate, data = recording.getframerate(), recording.readframes(recording.getnframes())
    samples = torch.frombuffer(bytearray(data), dtype=torch.int16).float()[None] / 32768
    reached: dict[str, float] = {}
    begun = time.perf_counter()

    def hook(stage: str, *_: object, **__: object) -> None:
        reached[stage] = round(time.perf_counter() - begun, 2)

    pipeline({"waveform": samples, "sample_rate": rate}, hook=hook)
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "peak_mb": peak_mb(), "stages_end_s": reached}


def subtitles(path: str) -> dict[str, Any]:
    """Words to speakers, and subtitles, of a conversation's words and turns."""
    conversation = json.loads(Path(path).read_text(encoding="utf-8"))
    module, pandas = import_module("whisperx.diarize"), import_module("pandas")
    turns = pandas.DataFrame(conversation["turns"])
    fresh = [{"segments": copy.deepcopy(conversation["segments"])} for _ in range(RUNS)]
    assign_s, results = timed(partial(module.assign_word_speakers, turns, one) for one in fresh)
    result = {**results[0], "language": "en"}
    words = [word for segment in result["segments"] for word in segment["words"]]
    srt_s, srt = _written("srt", result)
    vtt_s, _ = _written("vtt", result)
    speakers = [word.get("speaker") for word in words]
    return {"assign_s": assign_s, "srt_s": srt_s, "vtt_s": vtt_s, "speakers": speakers, "srt": srt}


def _written(name: str, result: dict[str, Any]) -> tuple[float, str]:
    """Median seconds of writing subtitles of one kind, and the text."""
    with tempfile.TemporaryDirectory() as folder:
        writer = import_module("whisperx.utils").get_writer(name, folder)

        def write() -> str:
            out = io.StringIO()
            writer.write_result(result, file=out, options=WRITING)
            return out.getvalue()

        seconds, texts = timed([write] * RUNS)
    return seconds, texts[0]


def _pipeline() -> Any:  # noqa: ANN401 - pyannote.audio ships no types
    """pyannote.audio's pipeline in its published shape, on the checkpoint inside whisperx.

    The speaker encoder and the calibration have the published shapes and random values: the
    published values cannot be had here. Time and memory hardly depend on them.
    """
    audio, pipelines = import_module("pyannote.audio"), import_module("pyannote.audio.pipelines")
    encoders = import_module("pyannote.audio.models.embedding")
    whisperx = Path(str(import_module("whisperx").__file__)).parent
    segmentation = audio.Model.from_pretrained(whisperx / "assets" / "pytorch_model.bin")
    pipeline = pipelines.SpeakerDiarization(
        segmentation=segmentation,
        segmentation_step=THEIR_STEP_S / segmentation.specifications.duration,
        embedding=encoders.WeSpeakerResNet34().eval(),
        embedding_exclude_overlap=True,
        plda=calibration(),
        segmentation_batch_size=BATCH,
        embedding_batch_size=BATCH,
    )
    return pipeline.instantiate(PARAMETERS)


def calibration() -> Any:  # noqa: ANN401 - pyannote.audio ships no types
    """A calibration of vectors of 256 numbers, 128 after its transform."""
    numpy, plda = import_module("numpy"), import_module("pyannote.audio.core.plda")
    with tempfile.TemporaryDirectory() as folder:
        transform, calibration = Path(folder, "transform.npz"), Path(folder, "plda.npz")
        lda, _ = numpy.linalg.qr(numpy.random.default_rng(0).normal(size=(256, 128)))
        numpy.savez(transform, mean1=numpy.zeros(256), mean2=numpy.zeros(128), lda=lda)
        spread = numpy.linspace(2.0, 0.1, 128)
        numpy.savez(calibration, mu=numpy.zeros(128), tr=numpy.eye(128), psi=spread)
        return plda.PLDA(transform, calibration)


def main() -> None:
    """Run one part and print what came of it, with the versions."""
    parts: dict[str, Callable[..., dict[str, Any]]] = {
        one.__name__: one for one in (importing, ready, diarize, subtitles)
    }
    found = parts[sys.argv[1]](*sys.argv[2:])
    print(json.dumps({**found, "versions": {name: version(name) for name in PACKAGES}}))


if __name__ == "__main__":
    main()
