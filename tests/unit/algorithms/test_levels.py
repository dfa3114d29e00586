"""How loud frames are: against a loop over frames."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.algorithms.levels import levels_db


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_a_frame_is_as_loud_as_the_samples_around_its_middle(seed: int, reach: int) -> None:
    random = np.random.default_rng(seed)
    samples = random.normal(0, 0.1, random.integers(1, 200)).astype(np.float32)
    middles = np.sort(random.integers(0, len(samples), 20))

    found = levels_db(samples, middles, reach=reach)

    for level, middle in zip(found, middles.tolist(), strict=True):
        around = samples[max(0, middle - reach) : middle + reach].astype(np.float64)
        assert level == pytest.approx(10 * np.log10(np.mean(around**2) + 1e-10), abs=1e-3)


def test_digital_silence_is_at_minus_100_db() -> None:
    assert levels_db(np.zeros(9, np.float32), np.array([4]), reach=2).tolist() == [-100.0]
