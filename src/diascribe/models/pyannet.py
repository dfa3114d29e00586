"""PyanNet: who of a few local speakers is active within a short window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.powerset import powerset_mapping, powerset_to_activity
from diascribe.audio import SAMPLE_RATE
from diascribe.errors import WeightsError
from diascribe.protocols import Precision
from diascribe.timeline import Grid
from diascribe.transcript import Model
from diascribe.weights.precision import MOST_CHANGED, changed_decisions, open_body, trial_talk
from diascribe.weights.session import Device, Runner
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

    It runs in bfloat16 where that or 8 bits are wanted, for most of it is recurrent, and where
    it then decides as in float32 about who speaks in sounds like voices. Else it runs in
    float32, and its note says why.

    Raises:
        WeightsError: it cannot be read, or is another network.
        OptionsError: this machine has no such device, or does not calculate in that precision.
        MissingExtraError: what calculates in that precision is not installed.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise WeightsError(f"{path.name}: cannot be read: {error.strerror}") from error
    if precision == "int8":
        precision = "bfloat16" if calculates_bfloat16() and device != "cuda" else "float32"
    opened = partial(open_body, path, data, device=device, cores=cores)
    model = Model("segmentation", name, revision)
    network = PowersetPyanNet(opened(precision=precision), model)
    network.prove()
    return network if precision != "bfloat16" else _as_exact(network, opened)


def _as_exact(network: PowersetPyanNet, opened: Callable[..., Runner]) -> PowersetPyanNet:
    """The network in bfloat16 if it decides as in float32, else the one in float32."""
    exact = PowersetPyanNet(opened(precision="float32"), network.model)
    changed = changed_decisions(network.activity, exact.activity, trial_talk())
    if changed <= MOST_CHANGED:
        network.model = replace(network.model, note="in bfloat16")
        return network
    note = f"in float32, for bfloat16 changes who speaks in {100 * changed:.2g} % of speech"
    exact.model = replace(exact.model, note=note)
    return exact
