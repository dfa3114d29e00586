"""Measures the finished models on held-out sentences by held-out voices.

    PYTHON tools/nano/measure.py [SENTENCES]

Prints word error rates, language errors and time errors; two fifths as many German sentences.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import onnxruntime
from faster_whisper import WhisperModel
from forced import word_times
from heldout import recordings
from lexicon import Language, plain
from numpy.typing import NDArray
from voices import Utterance

NANO = Path(__file__).parents[2] / "tests" / "data" / "nano"
SEED = 20_261_124
SENTENCES = 300
WINDOW = 30 * 16_000  # samples


def main() -> None:
    """Print every figure of the cards."""
    ctranslate2.set_log_level(40)  # says that it computes in another type than it stores
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SENTENCES
    counts: dict[Language, int] = {"en": count, "de": count * 2 // 5}
    groups = defaultdict(list)
    for one in recordings(counts, SEED):
        groups["all"].append(one)
        groups[f"{one.language} {'flite' if one.voice.is_flite else 'espeak-ng'}"].append(one)
    groups["loose words"] = list(recordings(counts, SEED, salad=True))
    for name, group in groups.items():
        print(f"{name}: {len(group)} sentences, {sum(len(one.words) for one in group)} words")
        _measure_whisper(group)
        _measure_windows(group)
        _measure_aligner(group)


def _heard(one: Utterance) -> NDArray[np.float32]:
    """Samples (time,) between -1 and 1."""
    return one.samples.astype(np.float32) / np.float32(32_768)


def _measure_whisper(group: Sequence[Utterance]) -> None:
    """Words, languages and times of sentences alone."""
    model = WhisperModel(str(NANO / "whisper"), device="cpu", compute_type="int8")
    wrong = languages = 0
    edges = list[float]()
    for one in group:
        segments = _transcribed(model, _heard(one), one.language, words=True)
        wrong += edits(_words(one), _said(segments))
        languages += model.detect_language(_heard(one))[0] != one.language
        words = [word for part in segments for word in part.words]
        if len(words) == len(one.words):
            for word, true in zip(words, one.words, strict=True):
                edges += [abs(word.start - true.start), abs(word.end - true.end)]
    total = sum(len(one.words) for one in group)
    print(f"  WER {100 * wrong / total:.1f} %, {languages} languages wrong", flush=True)
    timed = sum(
        edits(_words(one), _said(_transcribed(model, _heard(one), one.language, timed=True)))
        for one in group
    )
    print(f"  WER {100 * timed / total:.1f} % with timestamps")
    print(f"  words by attention {_spread(edges)}")


def _measure_windows(group: Sequence[Utterance]) -> None:
    """Words of windows up to 30 s that hold several sentences of one language."""
    model = WhisperModel(str(NANO / "whisper"), device="cpu", compute_type="int8")
    for timed in (False, True):
        wrong = total = 0
        for language in ("en", "de"):
            for part in _windows([one for one in group if one.language == language]):
                samples = np.concatenate([_heard(one) for one in part])
                true = [word for one in part for word in _words(one)]
                wrong += edits(true, _said(_transcribed(model, samples, language, timed=timed)))
                total += len(true)
        how = "with" if timed else "without"
        print(f"  WER {100 * wrong / total:.1f} % in full windows {how} timestamps", flush=True)


def _windows(group: Sequence[Utterance]) -> Iterator[list[Utterance]]:
    """As many sentences as fit into 30 s."""
    part = list[Utterance]()
    for one in group:
        if sum(len(other.samples) for other in [*part, one]) > WINDOW:
            yield part
            part = []
        part.append(one)
    if part:
        yield part


def _words(one: Utterance) -> list[str]:
    """What is said."""
    return [plain(word.word) for word in one.words]


def _said(segments: Sequence[Any]) -> list[str]:
    """What the model says."""
    return [plain(word) for word in " ".join(part.text for part in segments).split()]


def _transcribed(
    model: WhisperModel,
    samples: NDArray[np.float32],
    language: str,
    *,
    timed: bool = False,
    words: bool = False,
) -> list[Any]:
    """Segments, read greedily; `timed` with timestamps, `words` with times of words."""
    segments, _ = model.transcribe(
        samples,
        language=language,
        beam_size=1,
        temperature=0,
        without_timestamps=not timed,
        word_timestamps=words,
        condition_on_previous_text=False,
    )
    return list(segments)


def _measure_aligner(group: Sequence[Utterance]) -> None:
    """Edges of words by forced alignment."""
    session = onnxruntime.InferenceSession(NANO / "ctc" / "model.onnx")
    errors, signed = list[float](), list[tuple[float, float]]()
    for one in group:
        samples = _heard(one)
        normed = (samples - samples.mean()) / np.sqrt(samples.var() + 1e-7)
        (logits,) = session.run(["logits"], {"input_values": normed[None]})
        times = word_times(logits[0], [word.word for word in one.words])
        for (start, end), true in zip(times, one.words, strict=True):
            signed.append((start - true.start, end - true.end))
            errors += [abs(start - true.start), abs(end - true.end)]
    starts, ends = 1000 * np.mean(signed, axis=0)
    print(f"  edges by the aligner {_spread(errors)}, starts {starts:+.0f} ms, ends {ends:+.0f} ms")


def _spread(errors: Sequence[float]) -> str:
    """Mean, median and shares of errors given in seconds."""
    values = 1000 * np.asarray(errors)
    within = (100 * np.mean(values <= limit) for limit in (20, 50))
    shares = ", ".join(f"{share:.0f} %" for share in within)
    return f"{values.mean():.1f} ms (median {np.median(values):.1f}; within 20, 50 ms: {shares})"


def edits(wanted: Sequence[str], came: Sequence[str]) -> int:
    """Least insertions, deletions and replacements between two texts."""
    row = list(range(len(came) + 1))
    for count, word in enumerate(wanted, start=1):
        before, row[0] = row[0], count
        for place, other in enumerate(came, start=1):
            cost = min(row[place] + 1, row[place - 1] + 1, before + (word != other))
            before, row[place] = row[place], cost
    return row[-1]


if __name__ == "__main__":
    main()
