"""GE2E voice encoder: mel frames of one voice to a unit vector.

Wan et al. 2018 (arXiv:1710.10467), with the front end of the Resemblyzer package.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.cluster import unit
from diascribe.algorithms.mel import mel_power
from diascribe.calibration import Calibration
from diascribe.transcript import Model
from diascribe.weights.session import Runner

BINS = 40
FFT_SIZE = 400  # samples: 25 ms
HOP = 160  # samples: 10 ms
PART = 160  # mel frames the network was trained on: 1.6 s
SHIFT = 107  # mel frames: pieces of a voice share a third (docs/decisions/0031)
LEAST = 20  # mel frames: under 0.2 s a voice cannot be told
CALL = 8
"""Pieces in a call of the network: more are no faster (benchmarks/results/choices.jsonl), and
calls of ever other sizes leave the heap in pieces."""

TARGET_POWER = 10 ** (-30 / 10)
"""Quieter voices are raised to -30 dBFS, as in training; louder ones are left, unless all are to
be heard at one level. The network hears power, and takes the same voice 20 dB louder for another
(docs/decisions/0023)."""

ONE_LEVEL = "one level"
"""What a revision says of vectors that are made so: they are not to be compared with others."""

CALIBRATION = Calibration(
    threshold=0.3, least_clean_s=0.65, edge_s=2.5, sure_margin=0.4, fragment_s=0.3
)
"""Measured on windows of five seconds by PyanNet (docs/decisions/0011 and 0031). The threshold
is a mean cosine distance. Where windows disagree whose a voice is, the one counts more that has
more of the voice around the instant and is surer; no word is shorter than a fragment and
answered without a pause."""


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Mel frames (frame, bin) of one voice and whose they are."""

    window: int
    local: int
    mel: NDArray[np.float32]


class Ge2eEncoder:
    """Turns a voice into a vector of 256; cosine distances within a voice are near 0.2."""

    dimension = 256
    calibration = CALIBRATION
    verification_threshold = 0.77
    """Cosine similarity that takes two voices for one person's: just above the likest pair of
    different voices among a thousand (docs/decisions/0023)."""

    def __init__(self, session: Runner, revision: str, *, one_level: bool = False) -> None:
        """With `one_level` loud voices are lowered too, so that recordings can be compared."""
        self._session = session
        self._least_gain = 0.0 if one_level else 1.0
        self._shift = PART if one_level else SHIFT  # as the threshold for voices was measured
        self._revision = revision
        self.model = Model("embedding", "ge2e", revision + f", {ONE_LEVEL}" * one_level)

    def at_one_level(self) -> Ge2eEncoder:
        """The same network, hearing every voice at one level."""
        return Ge2eEncoder(self._session, self._revision, one_level=True)

    def embed(
        self, windows: NDArray[np.float32], masks: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Vectors (window, local speaker, dimension); NaN rows where a mask is too short.

        `windows` is (window, time) samples; `masks` is (window, frame, local speaker) in
        0 to 1, its frames spread evenly over the window.
        """
        sums = np.zeros((len(windows), masks.shape[2], self.dimension), np.float32)
        parts = _parts(windows, masks > 0.5, self._least_gain, self._shift)
        if parts:
            vectors = self._vectors(np.stack([part.mel for part in parts]))
            owners = [part.window for part in parts], [part.local for part in parts]
            np.add.at(sums, owners, vectors)
        silent = ~sums.any(axis=2)
        vectors = unit(sums)
        vectors[silent] = np.nan
        return vectors

    def _vectors(self, mel: NDArray[np.float32]) -> NDArray[np.float32]:
        """The network's vectors (piece, dimension) of pieces (piece, frame, bin)."""
        calls = (mel[first : first + CALL] for first in range(0, len(mel), CALL))
        return np.concatenate([self._session.run({"mel": call})[0] for call in calls])


def _parts(
    windows: NDArray[np.float32], masks: NDArray[np.bool_], least_gain: float, shift: int
) -> list[_Part]:
    """Pieces of `PART` mel frames for every voice that lasts, about `shift` frames apart."""
    speaking = np.flatnonzero(masks.any(axis=(1, 2)))
    if len(speaking) == 0:
        return []
    mel = mel_power(windows[speaking], bins=BINS, fft_size=FFT_SIZE, hop=HOP)
    seen = _stretched(masks[speaking], mel.shape[1])
    return [
        _Part(int(window), local, piece)
        for row, window in enumerate(speaking)
        for local in range(masks.shape[2])
        for piece in _pieces(
            mel[row][seen[row, :, local]],
            _gain(windows[window], seen[row, :, local], least_gain),
            shift,
        )
    ]


def _stretched(masks: NDArray[np.bool_], frames: int) -> NDArray[np.bool_]:
    """Masks (window, frame, local) on as many frames as the mel has, nearest neighbour."""
    nearest = (np.arange(frames) + 0.5) * masks.shape[1] / frames
    stretched: NDArray[np.bool_] = masks[:, nearest.astype(np.intp)]
    return stretched


def _pieces(frames: NDArray[np.float32], gain: float, shift: int) -> list[NDArray[np.float32]]:
    """The voice's mel frames (frame, bin), back to back, in pieces of equal length."""
    if len(frames) < LEAST:
        return []
    frames = frames * np.float32(gain)
    if len(frames) < PART:
        return [np.resize(frames, (PART, BINS))]  # repeated from its start
    count = round(1 + (len(frames) - PART) / shift)
    starts = np.linspace(0, len(frames) - PART, count).round().astype(int)
    return [frames[start : start + PART] for start in starts.tolist()]


def _gain(samples: NDArray[np.float32], mask: NDArray[np.bool_], least: float) -> float:
    """Factor on power, at least `least`, that brings masked samples to the trained level."""
    hops = len(samples) // HOP
    spoken = samples[: hops * HOP].reshape(hops, HOP)[mask[:hops]]
    power = float(np.mean(np.square(spoken))) if spoken.size else TARGET_POWER
    return max(least, TARGET_POWER / max(power, 1e-12))
