"""PyanNet: who of a few local speakers is active within a short window."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.powerset import powerset_mapping, powerset_to_activity
from diascribe.audio import SAMPLE_RATE
from diascribe.errors import ModelError, WeightsError
from diascribe.protocols import Precision
from diascribe.timeline import Grid
from diascribe.transcript import Model
from diascribe.weights.precision import open_body, require_same_decisions, trial_talk
from diascribe.weights.session import Device, Runner, Session
from diascribe.weights.vino import calculates_bfloat16

STEP = 270  # samples between frames: stride 10 and three poolings by 3
FIELD = 991  # samples one frame sees: filters of 251, 5 and 5 taps through those poolings
GRID = Grid(step=STEP / SAMPLE_RATE, width=FIELD / SAMPLE_RATE)


def frames_in(window_s: float) -> int:
    """Frames of one window."""
    return (round(window_s * SAMPLE_RATE) - FIELD) // STEP + 1


class PyanNet:
    """The network with a sigmoid per local speaker, trained on windows of `window_s`."""

    grid = GRID

    def __init__(
        self, session: Runner, revision: str, *, window_s: float = 5.0, local_speakers: int = 3
    ) -> None:
        self._session = session
        self.window_s = window_s
        self.local_speakers = local_speakers
        self.model = Model("segmentation", "pyannet-5s", revision)

    @property
    def frames(self) -> int:
        """Frames of one window."""
        return frames_in(self.window_s)

    def activity(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Activity 0 to 1 (window, frame, local speaker) of samples (window, time)."""
        (activity,) = self._session.run({"samples": np.ascontiguousarray(windows)})
        return activity


class PowersetPyanNet:
    """The network with a class per set of up to two of three local speakers.

    As pyannote.audio's segmentation-3.0 is published by several hands, whatever they call its
    input: Plaquet and Bredin 2023 (arXiv:2310.13025). Its decisions are hard: no threshold.
    """

    grid = GRID
    window_s = 10.0
    local_speakers = 3
    frames = frames_in(10.0)

    def __init__(self, session: Runner, model: Model) -> None:
        self._session = session
        self._input = session.inputs[0]
        self._sizes = session.sizes(self._input)
        self._mapping = powerset_mapping(self.local_speakers, at_once=2)
        self.model = model

    def activity(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Activity 0 or 1 (window, frame, local speaker) of samples (window, time)."""
        return powerset_to_activity(self.scores(windows), self._mapping)

    def scores(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log probabilities (window, frame, class) of samples (window, time)."""
        samples = np.ascontiguousarray(windows if len(self._sizes) == 2 else windows[:, None])
        if self._sizes[0] == 1:  # an export for one window at a time
            return np.concatenate([self._run(one[None]) for one in samples])
        return self._run(samples)

    def _run(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        return self._session.run({self._input: samples})[0]

    def prove(self) -> None:
        """Hear a window of silence.

        Raises:
            WeightsError: it is another network: other sizes go in or come out.
        """
        wanted, length = (1, self.frames, len(self._mapping)), round(self.window_s * SAMPLE_RATE)
        known = len(self._sizes) in {2, 3} and self._sizes[0] in {1, None}
        if not known or self._sizes[-1] not in {length, None}:
            raise WeightsError(f"{self.model.name}: wanted windows of samples, got {self._sizes}")
        came = self.scores(np.zeros((1, length), np.float32)).shape
        if came != wanted:
            raise WeightsError(
                f"{self.model.name}: wanted (window, frame, class) of {wanted}, got {came}:"
                " no segmentation of three speakers in ten seconds"
            )


def open_powerset(
    path: Path,
    *,
    name: str,
    revision: str,
    device: Device = "cpu",
    precision: Precision = "auto",
    cores: int = 1,
) -> PowersetPyanNet:
    """The segmentation of a published file, tried on silence.

    In bfloat16 it is compared with float32 on sounds like voices first. Where 8 bits are wanted
    it runs in bfloat16 if that holds here, else in float32.

    Raises:
        WeightsError: it cannot be read, or is another network.
        OptionsError: this machine has no such device, or does not calculate in that precision.
        MissingExtraError: what calculates in that precision is not installed.
        ModelError: in bfloat16 it decides otherwise about who speaks.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"{path.name}: cannot be read: {error.strerror}") from error
    opened = partial(_opened, path, data, Model("segmentation", name, revision), device, cores)
    if precision != "int8":
        return opened(precision)
    if device != "cuda" and calculates_bfloat16():  # recurrent for the most part: no 8 bits
        with suppress(ModelError):
            return opened("bfloat16")
    return opened("float32")


def _opened(
    path: Path, data: bytes, model: Model, device: Device, cores: int, precision: Precision
) -> PowersetPyanNet:
    """The network in a precision in which it holds."""
    network = PowersetPyanNet(
        open_body(path, data, precision=precision, device=device, cores=cores), model
    )
    network.prove()
    if precision == "bfloat16":
        exact = PowersetPyanNet(Session(path, data=data), model)
        pair = network.activity, exact.activity
        require_same_decisions(*pair, trial_talk(), name=model.name)
        network.model = replace(model, note="in bfloat16")
    return network
