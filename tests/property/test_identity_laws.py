"""Laws of naming speakers: the best pairs, nobody twice, whatever order anything comes in."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from made_up_voices import STAMP, voiceprint
from numpy.typing import NDArray

from diascribe.algorithms.assign import assign_one_to_one
from diascribe.engine.identify.agreeing import agreement
from diascribe.engine.identify.matching import match
from diascribe.engine.identify.people import Known, Voiceprint, Who
from diascribe.engine.identify.samples import SpeakerSample
from diascribe.wire.voiceprints import voices_from_json, voices_to_json

gains = arrays.arrays(
    np.float64,
    st.tuples(st.integers(0, 4), st.integers(0, 5)),
    elements=st.floats(-1, 1).map(lambda one: round(one, 2)),
)

numbers = st.floats(-1, 1, width=16).filter(lambda one: one == 0 or abs(one) > 0.1)
directions = arrays.arrays(np.float32, 4, elements=numbers).filter(lambda one: bool(np.any(one)))


def best_by_trying(gain: NDArray[np.float64]) -> float:
    """The largest sum of gains that any pairing reaches."""
    small, large = sorted(gain.shape)
    square = gain if gain.shape[0] <= gain.shape[1] else gain.T
    return max(
        (
            sum(max(0.0, square[row, column]) for row, column in enumerate(chosen))
            for chosen in permutations(range(large), small)
        ),
        default=0.0,
    )


@given(gains)
def test_pairs_are_the_best_there_are_and_nothing_is_in_two(gain: NDArray[np.float64]) -> None:
    pairs = assign_one_to_one(gain)

    rows, columns = [row for row, _ in pairs], [column for _, column in pairs]
    assert len(set(rows)) == len(rows)
    assert len(set(columns)) == len(columns)
    assert all(gain[pair] > 0 for pair in pairs)
    assert sum(gain[pair] for pair in pairs) == pytest.approx(best_by_trying(gain))


def people(vectors: list[NDArray[np.float32]]) -> dict[Who, list[Voiceprint]]:
    return {Who(f"person {i}"): [voiceprint(one)] for i, one in enumerate(vectors)}


@given(
    st.lists(directions, min_size=1, max_size=4),
    st.lists(directions, min_size=1, max_size=4),
    st.floats(0, 1),
    st.booleans(),
)
def test_a_name_is_given_above_the_threshold_only_and_to_one_speaker(
    heard: list[NDArray[np.float32]],
    enrolled: list[NDArray[np.float32]],
    threshold: float,
    one_to_one: bool,  # noqa: FBT001 - drawn
) -> None:
    voices = {f"S{i}": voiceprint(one).vector for i, one in enumerate(heard)}
    known = Known.of(people(enrolled), STAMP)

    found = match(voices, known, threshold=threshold, one_to_one=one_to_one)

    assert found.keys() == voices.keys()
    named = [one for one in found.values() if one.name is not None]
    assert all(one.score is not None and one.score >= threshold - 1e-6 for one in named)
    if one_to_one:
        assert len({one.name for one in named}) == len(named)
    elif not named:
        best = max(one.runner_up.score for one in found.values() if one.runner_up is not None)
        assert best < threshold + 1e-6


@given(st.lists(directions, min_size=1, max_size=5))
def test_samples_are_kept_by_a_majority_or_not_at_all(vectors: list[NDArray[np.float32]]) -> None:
    prints = [voiceprint(one) for one in vectors]

    found = agreement(prints, threshold=0.75)

    assert sorted((*found.kept, *found.odd)) == list(range(len(prints)))
    assert len(found.kept) in {0, *range(len(prints) // 2 + 1, len(prints) + 1)}


@given(st.lists(directions, max_size=3), st.text(min_size=1, max_size=8))
def test_voices_come_back_from_json_bit_for_bit(
    vectors: list[NDArray[np.float32]], source: str
) -> None:
    source = source.encode("utf-8", "replace").decode()
    before = {Who("Ada", "VOICE_001"): [voiceprint(one, source=source) for one in vectors]}

    after = voices_from_json(voices_to_json(before))

    (who,) = after
    assert who == Who("Ada", "VOICE_001")
    for one, other in zip(before[who], after[who], strict=True):
        assert np.array_equal(one.vector, other.vector)
        assert (one.stamp, one.source, one.figures) == (other.stamp, other.source, other.figures)


@given(st.text(max_size=30), st.text(max_size=12))
def test_a_sample_has_a_name_or_is_refused(url: str, name: str) -> None:
    try:
        sample = SpeakerSample(url, name)
    except ValueError as refused:
        assert str(refused)  # noqa: PT017 - either is right
    else:
        assert sample.name == " ".join(sample.name.split()) != ""
        assert sample.name.isprintable()
