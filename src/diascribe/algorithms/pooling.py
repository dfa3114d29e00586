"""Features of many frames to statistics of one voice: weighted mean and deviation.

Snyder et al. 2018, "X-vectors" (ICASSP), with the weights of Bredin 2023: a frame counts as much
as the voice is active in it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TINY = 1e-8
"""Keeps quotients finite where a voice has one frame, as pyannote.audio's pooling does."""


def nearest_frames(masks: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Masks (window, frame, local speaker) at so many frames, each the one it begins in.

    >>> nearest_frames(np.arange(6, dtype=np.float32).reshape(1, 6, 1), 4)[0, :, 0].tolist()
    [0.0, 1.0, 3.0, 4.0]
    """
    chosen = np.arange(frames) * masks.shape[1] // max(1, frames)
    nearest: NDArray[np.float32] = masks[:, chosen]
    return nearest


def pool_voices(features: NDArray[np.float32], masks: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean, then unbiased deviation (window, local speaker, 2 x feature) of each voice's frames.

    `features` are (window, feature, frame), `masks` (window, frame, local speaker) at the same
    frames. Of a voice without frames the statistics mean nothing.
    """
    middle = features.mean(axis=2, keepdims=True)
    around = features - middle  # squares of what is near zero lose no digits
    first = around @ masks  # (window, feature, local speaker)
    np.square(around, out=around)
    second = around @ masks
    total = masks.sum(axis=1, keepdims=True) + np.float32(TINY)
    squared = np.square(masks).sum(axis=1, keepdims=True)
    mean = first / total
    spread = (second - first * mean) / (total - squared / total + np.float32(TINY))
    deviation = np.sqrt(np.maximum(spread, 0))
    statistics = np.concatenate([mean + middle, deviation], axis=1)
    pooled: NDArray[np.float32] = statistics.transpose(0, 2, 1)
    return pooled
