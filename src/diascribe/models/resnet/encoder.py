"""Samples to features that windows share, and features under masks to voice vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from diascribe.algorithms.fbank import HOP, centred, count_frames, fbank, samples_of
from diascribe.algorithms.pooling import nearest_frames, pool_voices
from diascribe.calibration import Calibration
from diascribe.transcript import Model
from diascribe.weights.encoders import Linear
from diascribe.weights.session import Runner

STRIDE = 8  # fbank frames to a frame of features: three convolutions of stride 2
LEAST_FRAMES = 10
"""Frames of a mask below which a voice cannot be told: 0.17 s of PyanNet's."""

CALIBRATION = Calibration(threshold=0.5, least_clean_s=0.17, edge_lag=0.5)
"""Frames as pyannote.audio has them. The threshold is for linkage without PLDA: an estimate from
pyannote.audio 3.1's between centroids, not yet measured on published weights."""


class ResNetEncoder:
    """Turns voices into vectors; one pass of the body serves every voice in a window."""

    hop = HOP * STRIDE
    """Samples between frames of features: 80 ms."""
    calibration = CALIBRATION
    verification_threshold = None
    """Not calibrated: no published weights could be measured here."""

    def __init__(self, body: Runner, linear: Linear, model: Model) -> None:
        self._body = body
        self._linear = linear
        self.model = model
        self.dimension = len(linear.bias)

    def frames(self, samples: int) -> int:
        """Frames of features that so many samples give."""
        return -(-count_frames(samples) // STRIDE)

    def samples(self, frames: int) -> int:
        """Samples that so many frames of features need."""
        return samples_of(frames * STRIDE)

    def features(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Features (window, feature, frame) of samples (window, time)."""
        frames = centred(fbank(samples))
        (maps,) = self._body.run({self._body.inputs[0]: frames})
        return maps.reshape(len(maps), -1, maps.shape[-1])

    def pool(
        self, features: Sequence[NDArray[np.float32]], masks: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Vectors (window, local speaker, dimension); NaN rows where a mask is too short.

        `features` are (feature, frame) for each window with any voice that lasts, in order;
        see `lasting`. `masks` are (window, frame, local speaker).
        """
        vectors = np.full((len(masks), masks.shape[2], self.dimension), np.nan, np.float32)
        heard = lasting(masks)
        rows = np.flatnonzero(heard.any(axis=1))
        if len(rows):
            pooled = [
                pool_voices(one[None], nearest_frames(masks[row, None], one.shape[1]))[0]
                for row, one in zip(rows.tolist(), features, strict=True)
            ]
            vectors[rows] = self._linear.apply(np.stack(pooled))
        vectors[~heard] = np.nan
        return vectors

    def lasting(self, masks: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which voices (window, local speaker) of masks (window, frame, local) last."""
        return lasting(masks)

    def embed(
        self, windows: NDArray[np.float32], masks: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Vectors (window, local speaker, dimension); NaN rows where a mask is too short.

        `windows` is (window, time) samples; `masks` is (window, frame, local speaker) in
        0 to 1, its frames spread evenly over the window. Windows in which nobody lasts are
        not heard at all.
        """
        rows = np.flatnonzero(lasting(masks).any(axis=1))
        features = self.features(windows[rows]) if len(rows) else ()
        return self.pool(list(features), masks)


def lasting(masks: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which voices (window, local speaker) are active in enough frames of their masks."""
    heard: NDArray[np.bool_] = (masks > 0.5).sum(axis=1) >= LEAST_FRAMES
    return heard
