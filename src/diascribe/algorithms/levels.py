"""How loud frames of a recording are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

QUIETEST = 1e-10
"""Power below all sound of 16 bits: -100 dB."""


def levels_db(
    samples: NDArray[np.float32], middles: NDArray[np.intp], *, reach: int
) -> NDArray[np.float32]:
    """Mean power (frame,) in dB of the `reach` samples (time,) on either side of each middle.

    Middles lie within the samples; at the ends fewer samples are heard.

    >>> levels_db(np.full(9, 0.1, np.float32), np.array([0, 4]), reach=2).round(2).tolist()
    [-20.0, -20.0]
    """
    energy = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    first = np.maximum(0, middles - reach)
    last = np.minimum(len(samples), middles + reach)
    power = np.maximum(0, energy[last] - energy[first]) / np.maximum(1, last - first)
    loudness: NDArray[np.float32] = (10 * np.log10(power + QUIETEST)).astype(np.float32)
    return loudness
