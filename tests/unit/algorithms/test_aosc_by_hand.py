"""The speaker cache on cases worked out by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from diascribe.algorithms.aosc import Heard, Memory, Schedule, SpeakerCache
from diascribe.algorithms.aosc_keep import NEVER, Keeping, boosted, keep, scores

TWO = Keeping(speakers=2, silent_slots=1)
SIZE = 6
"""Slots: two for each speaker and a silent one. So one token is boosted strongly, three weakly,
and one token alone is enough."""

A, B, BOTH, NOBODY = (0.9, 0.1), (0.1, 0.9), (0.9, 0.9), (0.1, 0.1)
EIGHT = np.array([A, A, B, BOTH, NOBODY, (0.6, 0.1), A, (0.1, 0.6)], np.float32)
"""The last two are new to a cache of six."""

ALONE = math.log(2 * 0.9 * 0.9)
FAINT = math.log(2 * 0.6 * 0.9)
NEWEST = 0.05
TWICE = math.log(2)
"""One boost: minus the logarithm of a half."""


def test_a_token_scores_by_how_likely_its_speaker_speaks_alone() -> None:
    found = scores(EIGHT, size=SIZE, keeping=TWO)

    a = [ALONE, ALONE, NEVER, NEVER, NEVER, FAINT, ALONE + NEWEST, NEVER]
    b = [NEVER, NEVER, ALONE, NEVER, NEVER, NEVER, NEVER, FAINT + NEWEST]
    np.testing.assert_allclose(found, np.array([a, b]).T, rtol=1e-6)


def test_overlapped_speech_scores_only_where_too_little_is_alone() -> None:
    # 0.9 x 0.25 x 2: below 0.25 no probability counts, which is why 0.1 is not 0.1 here.
    found = scores(np.array([BOTH, A, NOBODY], np.float32), size=SIZE, keeping=TWO)

    assert found[0].tolist() == [NEVER, pytest.approx(math.log(0.45))]


def test_a_probability_of_a_half_is_no_speech() -> None:
    found = scores(np.array([(0.5, 0.1)], np.float32), size=SIZE, keeping=TWO)

    assert found[0, 0] == NEVER


def test_the_best_of_each_speaker_are_raised_and_the_very_best_twice_over() -> None:
    found = boosted(scores(EIGHT, size=SIZE, keeping=TWO), size=SIZE, keeping=TWO)

    assert found[:, 0].tolist() == pytest.approx(
        [
            ALONE + TWICE,
            ALONE + TWICE,
            *(NEVER, NEVER, NEVER),
            FAINT,
            ALONE + NEWEST + 3 * TWICE,
            NEVER,
        ]
    )
    assert found[[2, 7], 1].tolist() == pytest.approx([ALONE + 3 * TWICE, FAINT + NEWEST + TWICE])


def test_the_most_telling_tokens_stay_by_speaker_and_then_by_time() -> None:
    found = keep(EIGHT, size=SIZE, keeping=TWO)

    assert found.places.tolist() == [0, 1, 6, 0, 2, 0]
    assert found.empty.tolist() == [False, False, False, True, False, True]


def test_slots_that_nobody_fills_are_empty_and_last() -> None:
    activity = np.array([NOBODY, NOBODY, B, NOBODY, NOBODY, NOBODY, NOBODY], np.float32)

    found = keep(activity, size=SIZE, keeping=TWO)

    assert found.places.tolist() == [0, 2, 0, 0, 0, 0]
    assert found.empty.tolist() == [True, False, True, True, True, True]


def test_empty_slots_hold_silence() -> None:
    found = keep(EIGHT, size=SIZE, keeping=TWO)
    tokens = np.arange(8, dtype=np.float32)[:, None]

    kept = found.of(tokens, empty=np.array([-1], np.float32))

    assert kept[:, 0].tolist() == [0, 1, 6, -1, 2, -1]


def test_a_token_that_two_speakers_want_is_kept_twice() -> None:
    both_only = np.array([BOTH, *(NOBODY,) * 6], np.float32)

    found = keep(both_only, size=SIZE, keeping=TWO)

    assert found.places[~found.empty].tolist() == [0, 0]


CACHE = SpeakerCache(Schedule(chunk=2, left=1, right=1, fifo=3, update=2, cache=4), TWO)
"""Steps of two tokens, heard with one before and one behind."""


def heard(memory: Memory, tokens: NDArray[np.float32], activity: NDArray[np.float32]) -> Heard:
    """What a network would make of memory and tokens, its opinion of memory being 0.4."""
    before = np.full((len(memory.cache) + len(memory.fifo), 1, 2), 0.4, np.float32)
    return Heard(tokens, np.concatenate([before, activity[:, None]]))


def row(*values: float) -> NDArray[np.float32]:
    """Tokens (token, 1)."""
    return np.array(values, np.float32)[:, None]


def test_a_step_decides_on_its_chunk_and_remembers_it_alone() -> None:
    memory = CACHE.begin(1)

    after, decided = CACHE.advance(
        memory, heard(memory, row(7, 8, 9), np.array([A, B, BOTH], np.float32)), slice(0, 2)
    )

    np.testing.assert_array_equal(decided, np.array([A, B], np.float32))
    assert after.fifo[:, 0].tolist() == [7, 8]
    assert len(after.cache) == 0
    assert len(memory.fifo) == 0


def test_what_was_heard_before_the_chunk_is_not_remembered_twice() -> None:
    memory = replace(CACHE.begin(1), fifo=row(7))

    after, decided = CACHE.advance(
        memory, heard(memory, row(7, 8), np.array([A, B], np.float32)), slice(1, 2)
    )

    np.testing.assert_array_equal(decided, np.array([B], np.float32))
    assert after.fifo[:, 0].tolist() == [7, 8]


def test_the_oldest_move_to_the_cache_when_more_wait_than_may() -> None:
    memory = replace(CACHE.begin(1), fifo=row(1, 2, 3))

    after, _ = CACHE.advance(
        memory, heard(memory, row(4, 5), np.array([A, B], np.float32)), slice(0, 2)
    )

    assert after.cache[:, 0].tolist() == [1, 2]
    assert after.fifo[:, 0].tolist() == [3, 4, 5]
    np.testing.assert_array_equal(after.activity, np.full((2, 2), 0.4, np.float32))
    assert not after.full


def test_a_chunk_larger_than_the_fifo_goes_through_it_at_once() -> None:
    cache = replace(CACHE, schedule=replace(CACHE.schedule, chunk=4, fifo=0, update=1))
    memory = cache.begin(1)
    activity = np.array([A, B, A, B], np.float32)

    after, _ = cache.advance(memory, heard(memory, row(1, 2, 3, 4), activity), slice(0, 4))

    assert (after.cache[:, 0].tolist(), len(after.fifo)) == ([1, 2, 3, 4], 0)


def test_until_it_is_full_the_networks_newest_opinion_of_the_cache_counts() -> None:
    stale = np.array([A, A], np.float32)
    memory = replace(CACHE.begin(1), cache=row(1, 2), activity=stale, fifo=row(3, 4))

    after, _ = CACHE.advance(
        memory, heard(memory, row(5, 6), np.array([A, B], np.float32)), slice(0, 2)
    )

    np.testing.assert_array_equal(after.activity, np.full((4, 2), 0.4, np.float32))
    assert not after.full


def test_once_it_was_full_each_token_keeps_the_opinion_that_it_came_with() -> None:
    kept = np.array([A, (0, 0), B, (0, 0)], np.float32)
    memory = Memory(row(1, 0, 2, 0), kept, row(3, 4), row(0)[0], 0, full=True)

    after, _ = CACHE.advance(
        memory, heard(memory, row(5, 6), np.array([A, B], np.float32)), slice(0, 2)
    )

    np.testing.assert_array_equal(after.activity, kept)
    assert after.cache[:, 0].tolist() == [1, 0, 2, 0]


def test_a_cache_that_overflows_keeps_its_size() -> None:
    memory = replace(CACHE.begin(1), cache=row(1, 2, 3), fifo=row(4, 5))
    before = np.array([A, NOBODY, NOBODY, B, NOBODY], np.float32)
    activity = np.concatenate([before, np.array([A, B], np.float32)])[:, None]

    after, _ = CACHE.advance(memory, Heard(row(6, 7), activity), slice(0, 2))

    assert after.cache[:, 0].tolist() == [1, 0, 4, 0]
    np.testing.assert_array_equal(after.activity, np.array([A, (0, 0), B, (0, 0)], np.float32))
    assert after.full


def test_silence_is_the_mean_of_what_nobody_speaks_in() -> None:
    memory = replace(CACHE.begin(1), silence=row(3)[0], silent_tokens=2, fifo=row(6, 100))
    quiet, loud = (0.09, 0.1), (0.1, 0.11)
    activity = np.array([quiet, loud, A, A], np.float32)[:, None]

    after, _ = CACHE.advance(memory, Heard(row(7, 8), activity), slice(0, 2))

    assert after.silence.tolist() == [4]
    assert after.silent_tokens == 3


def test_learnt_silence_stays_as_it_was_learnt() -> None:
    memory = replace(CACHE.begin(1, row(5)[0]), fifo=row(6, 7, 8))
    activity = np.zeros((5, 1, 2), np.float32)

    after, _ = CACHE.advance(memory, Heard(row(9, 10), activity), slice(0, 2))

    assert (after.silence.tolist(), after.silent_tokens) == ([5], None)


def test_a_token_of_several_frames_counts_by_their_mean() -> None:
    memory = replace(CACHE.begin(1), fifo=row(1, 2))
    frames = np.array([[A, B], [A, A], [B, B], [BOTH, NOBODY]], np.float32)

    after, decided = CACHE.advance(memory, Heard(row(3, 4), frames), slice(0, 2))

    np.testing.assert_array_equal(decided, frames[2:].reshape(4, 2))
    np.testing.assert_allclose(after.activity, [(0.5, 0.5), A], rtol=1e-6)


@pytest.mark.parametrize(
    "wrong",
    [{"chunk": 0}, {"update": 0}, {"cache": 0}, {"left": -1}, {"right": -1}, {"fifo": -1}],
    ids=str,
)
def test_a_schedule_that_decides_or_keeps_nothing_cannot_be_made(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="a schedule needs"):
        replace(CACHE.schedule, **wrong)


def test_a_cache_too_small_for_its_speakers_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="needs 4 tokens, got 3"):
        SpeakerCache(replace(CACHE.schedule, cache=3), TWO)
