"""Bits for frames: what is written is read, whoever else is active."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diascribe.algorithms.marks import Marks


@given(st.integers(0, 2**32 - 1), st.integers(0, 20))
def test_what_was_written_is_read_in_any_block_and_for_any_speaker(
    seed: int, speakers: int
) -> None:
    random = np.random.default_rng(seed)
    active = random.random((30, speakers)) < 0.3
    cut = int(random.integers(0, 31))
    marks = Marks(30, speakers)

    marks.write(range(cut), active[:cut])
    marks.write(range(cut, 30), active[cut:])

    np.testing.assert_array_equal(marks.read(range(30)), active)
    np.testing.assert_array_equal(marks.read(range(cut, 30)), active[cut:])
    np.testing.assert_array_equal(marks.anybody, active.any(axis=1))
    for speaker in range(speakers):
        np.testing.assert_array_equal(marks.of(speaker), active[:, speaker])


@given(st.integers(0, 2**32 - 1), st.integers(1, 20))
def test_one_speaker_is_changed_and_no_other(seed: int, speakers: int) -> None:
    random = np.random.default_rng(seed)
    active, fresh = random.random((30, speakers)) < 0.5, random.random(30) < 0.5
    who = int(random.integers(0, speakers))
    marks = Marks(30, speakers)
    marks.write(range(30), active)

    marks.set(who, fresh)

    active[:, who] = fresh
    np.testing.assert_array_equal(marks.read(range(30)), active)


def test_frames_that_are_given_are_one_speakers_alone() -> None:
    marks = Marks(5, 10)
    marks.write(range(5), np.ones((5, 10), bool))

    marks.give(slice(1, 3), 9)

    assert marks.read(range(5)).sum(axis=1).tolist() == [10, 1, 1, 10, 10]
    assert marks.of(9).all()
