"""The matching of the largest sum, by hand and against SciPy."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from diascribe.algorithms.match import match

SHAPES = array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=7)


def test_the_best_sum_may_leave_every_row_without_its_best_column() -> None:
    values = np.array([[10.0, 9.0], [9.0, 1.0]])

    assert match(values) == [(0, 1), (1, 0)]


def test_nobody_is_matched_with_nobody() -> None:
    assert match(np.zeros((0, 3))) == match(np.zeros((3, 0))) == []


@given(arrays(np.int64, SHAPES, elements=st.integers(-4, 4)))
def test_every_row_or_column_is_matched_once_for_the_largest_sum(values: NDArray[np.int64]) -> None:
    pairs = match(values.astype(float))

    rows, columns = [row for row, _ in pairs], [column for _, column in pairs]
    assert len(set(rows)) == len(set(columns)) == min(values.shape)
    best = values[linear_sum_assignment(values, maximize=True)].sum()
    assert values[rows, columns].sum() == best
