"""Our half of `diarizers.py`: one mode and precision in a process of its own, printed as JSON.

_our_diarizers.py race FOLDER RECORDING RTTM SECONDS MODE PRECISION
_our_diarizers.py alike FOLDER RECORDING RTTM SECONDS PRECISION
_our_diarizers.py peak FOLDER
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from _diarizers import ENCODER, SEGMENTATION, Turns, injected, read_turns
from _measure import peak_mb
from numpy.typing import NDArray

from diascribe.api import usable_cores
from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.engine.pipelines import STEPS_S
from diascribe.engine.steps import finish_seconds
from diascribe.errors import DiascribeError
from diascribe.media import decode
from diascribe.models.pyannet import PowersetPyanNet, open_powerset
from diascribe.models.resnet import ResNetEncoder, open_resnet
from diascribe.models.windowed import RulesFinder, WindowListener
from diascribe.models.windowed.prepared import Prepared
from diascribe.models.windowed.voicing import EachWindow, SharedFeatures
from diascribe.protocols import Clustering, Precision, SpeechThresholds
from diascribe.weights.precision import open_body
from diascribe.weights.session import Runner

PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16")
SIZE = 2048
"""Rows and columns of the matrices that the peak is measured with."""


@dataclass
class Injected:
    """Hears as the network does, takes as long, and says what the reference says."""

    network: PowersetPyanNet
    turns: Turns
    step_s: float
    duration: float
    heard: int = 0
    """Windows that the network was asked about."""
    answers: dict[bytes, NDArray[np.uint8]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.model, self.grid = self.network.model, self.network.grid
        self.window_s, self.frames = self.network.window_s, self.network.frames
        self.local_speakers = self.network.local_speakers

    def learn(self, audio: Audio) -> None:
        """Know every window again by its samples."""
        length, step = round(self.window_s * SAMPLE_RATE), round(self.step_s * SAMPLE_RATE)
        count = 1 + max(0, -(-(len(audio.samples) - length) // step))
        truth = injected(self.turns, np.arange(count) * self.step_s)
        for window in range(count):
            samples = audio.read(window * step, 64)
            key = np.pad(samples, (0, 64 - len(samples))).tobytes()
            self.answers[key] = truth[window]

    def activity(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Activity 0 or 1 (window, frame, local speaker) of samples (window, time)."""
        self.network.activity(windows)
        self.heard += len(windows)
        known = [self.answers[np.ascontiguousarray(one[:64]).tobytes()] for one in windows]
        return np.stack(known).astype(np.float32)


def race(
    folder: str, recording: str, rttm: str, seconds: str, mode: str, precision: str
) -> dict[str, Any]:
    """Seconds that a diarization takes, all networks loaded, and where they go."""
    audio, cores = _audio(recording, float(seconds)), usable_cores()
    encoder, segmenter = _networks(folder, precision, cores)
    given = {"precision": precision, "mode": mode, "segmentation": segmenter.model.note}
    injecting = Injected(segmenter, read_turns(Path(rttm)), _step(mode), audio.duration)
    injecting.learn(audio)
    hearing = _hearing(injecting, encoder, mode, cores)
    _warm(segmenter, encoder)
    injecting.heard = 0
    processor, begun = _processor_s(), time.perf_counter()
    prepared, ends = _prepared(hearing, audio)
    prepare_s = time.perf_counter() - begun
    processor = _processor_s() - processor
    found = RulesFinder(encoder.calibration)
    begun = time.perf_counter()
    found.find(prepared.voices, prepared.active, Clustering())
    return {
        **given,
        "audio_s": audio.duration,
        "seconds": prepare_s,
        "processor_s": processor,
        "segmentation_s": ends[0],
        "voices_s": prepare_s - ends[0],
        "clustering_s": time.perf_counter() - begun,
        "windows": prepared.windows.count,
        "heard": injecting.heard,
        "embedded": len(np.unique(prepared.voices.owners[:, 0])),
        "voices": len(prepared.voices.vectors),
        "peak_mb": peak_mb(),
    }


def alike(folder: str, recording: str, rttm: str, seconds: str, precision: str) -> dict[str, Any]:
    """Cosines between the vectors of two ways of hearing the same windows.

    With float32 `shared` against `exact`, both every 0.96 s; else `exact` in the precision
    against float32. Networks of random values map everything near one point, so the cosines
    about the mean of all vectors are told too, and those between voices of unlike windows.
    """
    audio, cores = _audio(recording, float(seconds)), usable_cores()
    exact, segmenter = _networks(folder, "float32", cores)
    other = exact if precision == "float32" else _networks(folder, precision, cores)[0]
    injecting = Injected(segmenter, read_turns(Path(rttm)), _step("shared"), audio.duration)
    injecting.learn(audio)
    silent = _Quiet(injecting)
    one = _hear(silent, exact, EachWindow(exact), audio, cores).voices
    way = SharedFeatures(exact) if precision == "float32" else EachWindow(other)
    two = _hear(silent, other, way, audio, cores).voices
    assert np.array_equal(one.owners, two.owners), "both hear the same voices"
    return {
        "precision": precision,
        "voices": len(one.vectors),
        "cosine": _spread(_cosines(one.vectors, two.vectors)),
        "about_mean": _spread(_cosines(*_apart(one.vectors, two.vectors))),
        "unlike": _spread(_cosines(*_shuffled(one.vectors))),
    }


def peak(folder: str) -> dict[str, Any]:
    """Arithmetic that the machine can do (TFLOP/s): products of matrices on all cores."""
    path, cores, found = Path(folder, "product.onnx"), usable_cores(), dict[str, Any]()
    rows = np.random.default_rng(0).normal(size=(SIZE, SIZE)).astype(np.float32)
    for precision in PRECISIONS:
        try:
            network = open_body(path, path.read_bytes(), precision=precision, cores=cores)
        except DiascribeError as error:  # told in place of a number
            found[precision] = str(error)
        else:
            found[precision] = _tflops(partial(_multiplied, network, rows), cores)
    return found


def _multiplied(network: Runner, rows: NDArray[np.float32], _: int) -> object:
    return network.run({"a": rows})


def _tflops(work: Callable[[int], object], cores: int) -> float:
    with ThreadPoolExecutor(cores) as pool:
        list(pool.map(work, range(cores)))
        begun = time.perf_counter()
        list(pool.map(work, range(6 * cores)))
        seconds = time.perf_counter() - begun
    return 6 * cores * 2 * SIZE**3 / seconds / 1e12


class _Quiet:
    """The injected segmentation without its network, where only vectors are compared."""

    def __init__(self, injecting: Injected) -> None:
        self._answers = injecting.answers
        self.model, self.grid = injecting.model, injecting.grid
        self.window_s, self.frames = injecting.window_s, injecting.frames
        self.local_speakers = injecting.local_speakers

    def activity(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        known = [self._answers[np.ascontiguousarray(one[:64]).tobytes()] for one in windows]
        return np.stack(known).astype(np.float32)


def _hear(
    segmenter: Any,  # noqa: ANN401 - either of both above
    encoder: ResNetEncoder,
    voicing: EachWindow | SharedFeatures,
    audio: Audio,
    cores: int,
) -> Prepared:
    hearing = WindowListener(
        vad=None,
        segmenter=segmenter,
        encoder=encoder,
        step_s=_step("shared"),
        threads=cores,
        voicing=voicing,
    )
    return finish_seconds(hearing.prepare(audio, SpeechThresholds()))


def _hearing(segmenter: Injected, encoder: ResNetEncoder, mode: str, cores: int) -> WindowListener:
    if mode == "exact":
        return WindowListener(
            vad=None, segmenter=segmenter, encoder=encoder, step_s=_step(mode), threads=cores
        )
    return WindowListener.sharing(
        segmenter=segmenter, encoder=encoder, step_s=_step(mode), threads=cores
    )


def _prepared(hearing: WindowListener, audio: Audio) -> tuple[Prepared, list[float]]:
    """What was prepared, and after how many seconds the segmentation was done."""
    begun, done, steps = time.perf_counter(), 0.0, hearing.prepare(audio, SpeechThresholds())
    while True:
        try:
            if next(steps) <= audio.duration / 2:
                done = time.perf_counter() - begun
        except StopIteration as end:
            found: Prepared = end.value
            return found, [done]


def _networks(folder: str, precision: str, cores: int) -> tuple[ResNetEncoder, PowersetPyanNet]:
    given: dict[str, Any] = {"revision": "random", "precision": precision, "cores": cores}
    encoder = open_resnet(Path(folder, f"{ENCODER}.onnx"), name="resnet34", **given)
    segmenter = open_powerset(Path(folder, f"{SEGMENTATION}.onnx"), name="pyannet", **given)
    return encoder, segmenter


def _warm(segmenter: PowersetPyanNet, encoder: ResNetEncoder) -> None:
    """One call of each, which runtimes prepare themselves in."""
    silence = np.zeros((1, 10 * SAMPLE_RATE), np.float32)
    segmenter.activity(silence)
    encoder.features(silence)


def _audio(recording: str, seconds: float) -> Audio:
    """The beginning of a recording; all of it where that is 0."""
    whole = finish_seconds(decode(Path(recording))).mix()
    if not seconds:
        return whole
    samples = whole.read(0, round(seconds * SAMPLE_RATE))
    return Audio(np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.int16)[:, None])


def _step(mode: str) -> float:
    return dict(STEPS_S)[mode]  # type: ignore[index]  # names of modes


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _cosines(one: NDArray[np.float32], two: NDArray[np.float32]) -> NDArray[np.float64]:
    rows = [each.astype(np.float64) for each in (one, two)]
    lengths = np.linalg.norm(rows[0], axis=1) * np.linalg.norm(rows[1], axis=1)
    cosines: NDArray[np.float64] = (rows[0] * rows[1]).sum(axis=1) / lengths
    return cosines


def _apart(
    one: NDArray[np.float32], two: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Both about their own means."""
    return one - one.mean(axis=0), two - two.mean(axis=0)


def _shuffled(one: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Vectors beside those of other windows, about their mean."""
    apart, _ = _apart(one, one)
    return apart, np.roll(apart, len(apart) // 2, axis=0)


def _spread(cosines: NDArray[np.float64]) -> dict[str, float]:
    shares = {"least": 0, "1 %": 1, "10 %": 10, "median": 50}
    return {name: round(float(np.percentile(cosines, at)), 5) for name, at in shares.items()}


def main() -> None:
    """Run one part and print what came of it."""
    parts: dict[str, Callable[..., dict[str, Any]]] = {
        one.__name__: one for one in (race, alike, peak)
    }
    print(json.dumps(parts[sys.argv[1]](*sys.argv[2:])))


if __name__ == "__main__":
    main()
