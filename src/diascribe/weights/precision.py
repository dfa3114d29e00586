"""Faster precisions, and the gate that one must pass before it takes float32's place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.disagreement import disagreement
from diascribe.audio import SAMPLE_RATE
from diascribe.errors import ModelError, OptionsError
from diascribe.protocols import Precision
from diascribe.weights.session import Device, Runner, Session
from diascribe.weights.vino import VinoSession, has_openvino

LEAST_LIKENESS = 0.999
"""Cosine between vectors in a faster precision and in float32. What parts two voices is some
tenths, beside which a thousandth is little."""

MOST_CHANGED = 0.002
"""Error of a segmentation in a faster precision, with what it says in float32 for the truth: the
errors of both against any other truth lie no further apart, a fifth of a point."""

Embed = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Samples (window, time) to vectors (window, dimension)."""

Segment = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""Samples (window, time) to activity (window, frame, local speaker)."""


def open_body(
    path: Path, data: bytes, *, precision: Precision, device: Device = "cpu", cores: int = 1
) -> Runner:
    """The network `data`, which was made out of a file, where it runs in a precision.

    What is to be in 8 bits is so in `data`; OpenVINO runs that where it is installed.

    Raises:
        MissingExtraError: what calculates in that precision is not installed.
        OptionsError: this machine does not calculate in it.
        WeightsError: it cannot be opened as a network.
    """
    if precision in {"bfloat16", "int8"} and device == "cuda":
        raise OptionsError(
            (f"diarization_precision: {precision} is for processors, and device says cuda",)
        )
    if precision == "bfloat16":
        return VinoSession(path.name, data, precision="bfloat16", cores=cores)
    if precision == "int8" and has_openvino():
        return VinoSession(path.name, data, precision="float32", cores=cores)
    return Session(path, data=data, device=device)


def likeness(fast: Embed, exact: Embed, windows: NDArray[np.float32]) -> NDArray[np.float64]:
    """Cosine (window,) between the vectors of samples (window, time) in both precisions."""
    pair = [one(windows).astype(np.float64) for one in (fast, exact)]
    lengths = np.prod([np.linalg.norm(one, axis=1) for one in pair], axis=0)
    cosine: NDArray[np.float64] = np.einsum("wd,wd->w", *pair) / np.maximum(lengths, 1e-12)
    return cosine


def require_likeness(
    fast: Embed, exact: Embed, windows: NDArray[np.float32], *, name: str, forced: bool = False
) -> float:
    """The least cosine between both precisions on given samples (window, time).

    Raises:
        ModelError: it is under `LEAST_LIKENESS`, and the faster one is not `forced`.
    """
    least = float(likeness(fast, exact, windows).min())
    if not (least >= LEAST_LIKENESS or forced):  # what is no number is like nothing
        raise ModelError(
            f"{name}: vectors in the faster precision are as like those of float32 as"
            f" {least:.4f}, wanted {LEAST_LIKENESS}",
            hint="leave diarization_precision at auto",
        )
    return least


def changed_decisions(fast: Segment, exact: Segment, windows: NDArray[np.float32]) -> float:
    """How far both precisions disagree on given samples (window, time), as a share of speech."""
    found, wanted = (one(windows) > 0.5 for one in (fast, exact))
    return disagreement(found, wanted)


def trial_talk(count: int = 4, *, duration: float = 10.0) -> NDArray[np.float32]:
    """Samples (window, time) in which two such voices (`trial_windows`) follow one another.

    For a fifth of the time both are heard.
    """
    first, second = (trial_windows(count, duration=duration, seed=seed) for seed in (2, 3))
    time = first.shape[1]
    first[:, round(0.6 * time) :] = 0
    second[:, : round(0.4 * time)] = 0
    talk: NDArray[np.float32] = first + second
    return talk


def trial_windows(count: int = 4, *, duration: float = 3.0, seed: int = 0) -> NDArray[np.float32]:
    """Samples (window, time) that sound a little like voices, the same each time for a seed.

    Harmonics of a wandering pitch through two wandering resonances, in syllables, over faint
    noise: no speech, but of its levels, pitches and pauses.
    """
    random = np.random.default_rng(seed)
    time = np.arange(round(duration * SAMPLE_RATE)) / SAMPLE_RATE
    pitches_hz = random.uniform(85.0, 255.0, count)
    return np.stack([_voice(random, time, one) for one in pitches_hz.tolist()])


def _voice(
    random: np.random.Generator, time: NDArray[np.float64], pitch_hz: float
) -> NDArray[np.float32]:
    slow = np.sin(2 * np.pi * random.uniform(0.3, 0.8) * time)
    phase = 2 * np.pi * np.cumsum(pitch_hz * (1 + 0.15 * slow)) / SAMPLE_RATE
    sound = np.zeros(len(time))
    for resonance_hz in (500 + 250 * slow, 1500 - 600 * slow):
        for harmonic in range(1, 30):
            gain = np.exp(-0.5 * ((harmonic * pitch_hz - resonance_hz) / 150) ** 2)
            sound += gain * np.sin(harmonic * phase)
    syllables = np.clip(np.sin(2 * np.pi * 3 * time) + 0.4, 0, 1)
    noisy = 0.05 * sound * syllables + random.normal(0, 0.001, len(time))
    return noisy.astype(np.float32)
