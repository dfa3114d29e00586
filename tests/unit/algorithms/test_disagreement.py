"""Two ways of hearing the same windows, compared."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from diascribe.algorithms.disagreement import disagreement


def heard(text: str) -> NDArray[np.bool_]:
    """One window (window, frame, local speaker): a row of letters a local speaker."""
    return np.array([[[one == "x" for one in row] for row in text.split()]]).swapaxes(1, 2)


@pytest.mark.parametrize(
    ("found", "wanted", "share"),
    [
        ("xxxx.... ....xxxx", "xxxx.... ....xxxx", 0.0),
        ("....xxxx xxxx....", "xxxx.... ....xxxx", 0.0),  # local speakers have no order
        ("xxx..... ....xxxx", "xxxx.... ....xxxx", 1 / 8),  # missed
        ("xxxxx... ....xxxx", "xxxx.... ....xxxx", 1 / 8),  # one too many
        ("xxxxx... .....xxx", "xxxx.... ....xxxx", 1 / 8),  # taken for another
        ("........ ........", "xxxx.... ....xxxx", 1.0),
        ("x....... ........", "........ ........", 1.0),
        ("........ ........", "........ ........", 0.0),
    ],
)
def test_errors_by_hand(found: str, wanted: str, share: float) -> None:
    assert disagreement(heard(found), heard(wanted)) == pytest.approx(share)


def test_each_window_has_its_own_order() -> None:
    wanted = np.concatenate([heard("xx.. ..xx"), heard("xx.. ..xx")])
    found = np.concatenate([heard("xx.. ..xx"), heard("..xx xx..")])

    assert disagreement(found, wanted) == 0


@given(st.integers(0, 2**32 - 1))
def test_an_error_against_any_truth_changes_by_no_more(seed: int) -> None:
    random = np.random.default_rng(seed)
    one, other, truth = random.random((3, 1, 30, 3)) > 0.6

    apart = disagreement(one, other) * other.sum()

    errors = [disagreement(each, truth) * truth.sum() for each in (one, other)]
    assert abs(errors[0] - errors[1]) <= apart + 1e-9
