"""WhisperX's half of `words.py`: runs in `.peers`, prints JSON, knows nothing of Diascribe.

    .peers/bin/python benchmarks/_their_words.py hear MODEL PRECISION BATCH OPTIONS WAV ...
    .peers/bin/python benchmarks/_their_words.py align MODEL SEGMENTS.json WAV
    .peers/bin/python benchmarks/_their_words.py shape FOLDER

Modules are imported by name where they are used: importing them is timed apart.
"""

from __future__ import annotations

import json
import sys
import time
import wave
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from _measure import DEVICE, peak_mb

THREADS = 2


def hear(model: str, compute_type: str, batch: str, options: str, *paths: str) -> dict[str, Any]:
    """What is said in recordings; the first is heard once before, and only then timed."""
    begun = time.perf_counter()
    whisperx = import_module("whisperx")
    import_module("whisperx.asr")  # which it puts off until it is used
    imported = time.perf_counter()
    pipeline = whisperx.load_model(
        model,
        DEVICE,
        compute_type=compute_type,
        language="en",
        threads=THREADS,
        vad_options=json.loads(options),
    )
    loaded = time.perf_counter()
    spent: list[float] = []
    pipeline.vad_model = _clocked(pipeline.vad_model, spent)
    recordings = [samples_of(path) for path in paths]
    pipeline.transcribe(recordings[0], batch_size=int(batch))
    heard = []
    for samples in recordings:
        spent.clear()
        start = time.perf_counter()
        found = pipeline.transcribe(samples, batch_size=int(batch))
        seconds = time.perf_counter() - start
        segments = [
            {key: one[key] for key in ("start", "end", "text")} for one in found["segments"]
        ]
        heard.append({"segments": segments, "seconds": seconds, "activity_s": sum(spent)})
    return {
        "import_s": imported - begun,
        "load_s": loaded - imported,
        "heard": heard,
        "peak_mb": peak_mb(),
    }


class _clocked:  # noqa: N801 - stands in for a function
    """A model that puts down how long its calls take; else the same."""

    def __init__(self, model: Any, spent: list[float]) -> None:  # noqa: ANN401 - theirs
        self._model, self._spent = model, spent

    def __call__(self, *given: Any) -> Any:  # noqa: ANN401 - theirs
        begun = time.perf_counter()
        found = self._model(*given)
        self._spent.append(time.perf_counter() - begun)
        return found

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - theirs
        return getattr(self._model, name)


def align(model: str, segments: str, path: str) -> dict[str, Any]:
    """The times of words of known text, twice; the second time counts."""
    whisperx, transformers = import_module("whisperx"), import_module("transformers")
    network = transformers.Wav2Vec2ForCTC.from_pretrained(model).to(DEVICE)
    letters = json.loads(Path(model, "vocab.json").read_text())
    dictionary = {letter.lower(): number for letter, number in letters.items()}
    metadata = {"language": "en", "dictionary": dictionary, "type": "huggingface"}
    punkt = import_module("nltk.tokenize.punkt").PunktSentenceTokenizer
    vars(import_module("whisperx.alignment"))["nltk_load"] = lambda _: punkt()  # no downloads
    texts = json.loads(Path(segments).read_text(encoding="utf-8"))
    samples = samples_of(path)
    whisperx.align(texts, network, metadata, samples, DEVICE)
    begun = time.perf_counter()
    found = whisperx.align(texts, network, metadata, samples, DEVICE)
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "words": len(found["word_segments"]), "peak_mb": peak_mb()}


def shape(folder: str) -> dict[str, Any]:
    """Write an aligner of the shape of wav2vec2-base-960h with random values, for both sides."""
    torch, transformers = import_module("torch"), import_module("transformers")
    torch.manual_seed(0)
    model = transformers.Wav2Vec2ForCTC(transformers.Wav2Vec2Config(**SHAPE))
    model.save_pretrained(folder)
    vocabulary = {letter: number for number, letter in enumerate(LETTERS)}
    Path(folder, "vocab.json").write_text(json.dumps(vocabulary))
    Path(folder, "preprocessor_config.json").write_text(json.dumps({"do_normalize": True}))
    sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
    import_module("export_aligner").export(model, Path(folder))
    return {"bytes": Path(folder, "model.onnx").stat().st_size}


LETTERS = ("<pad>", "<s>", "</s>", "<unk>", *"|ETAONIHSRDLUMWCFGYPBVK'XJQZ")
"""The vocabulary of wav2vec2-base-960h."""

SHAPE = {"vocab_size": len(LETTERS), "attn_implementation": "eager"}
"""What differs from the configuration's defaults, which are those of wav2vec2-base."""


def samples_of(path: str) -> Any:  # noqa: ANN401 - an array of a module imported by name
    """Samples of a mono 16 kHz file as float32 (time,)."""
    numpy = import_module("numpy")
    with wave.open(path) as recording:
        data = recording.readframes(recording.getnframes())
    return numpy.frombuffer(data, numpy.int16).astype(numpy.float32) / 32768


def main() -> None:
    """Run one part and print what came of it."""
    parts: dict[str, Callable[..., dict[str, Any]]] = {
        one.__name__: one for one in (hear, align, shape)
    }
    print(json.dumps(parts[sys.argv[1]](*sys.argv[2:])))


if __name__ == "__main__":
    main()
