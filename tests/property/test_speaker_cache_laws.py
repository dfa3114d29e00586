"""Laws of the speaker cache, on random input and in a scripted world of voices."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from streaming_models import UNSURE, Oracle, spoken

from diascribe.algorithms.aosc import Memory, Schedule, SpeakerCache
from diascribe.algorithms.aosc_keep import Keeping, keep
from diascribe.models.streaming import published

KEEPING = Keeping(speakers=4, silent_slots=3)
SCHEDULES = {
    "30.4 s": published.SORTFORMER_OFFLINE,
    "10 s": published.SORTFORMER_10_S,
    "1.04 s": published.SORTFORMER_1_S,
    "0.32 s": published.SORTFORMER_THIRD_S,
}
MINUTE = 750
"""Tokens of 80 ms."""

SILENCE: tuple[int, ...] = ()
Script = list[tuple[int, ...]]
"""Who speaks in each token."""


def talk(*turns: tuple[tuple[int, ...], int]) -> Script:
    """Voices, and for how many tokens they speak at once."""
    return [voices for voices, tokens in turns for _ in range(tokens)]


def conversation(voices: int, tokens: int, seed: int = 0) -> Script:
    """Turns of half a second to eight, pauses, and now and then two at once.

    The voices join one after another, each with two seconds alone.
    """
    random = np.random.default_rng(seed)
    script = talk(*(((voice,), 25) for voice in range(voices)))
    while len(script) < tokens:
        who = random.permutation(voices)[: 2 if random.random() < 0.1 else 1]
        script += talk((tuple(int(one) for one in who), int(random.integers(6, 100))))
        script += talk((SILENCE, int(random.integers(0, 30))))
    return script[:tokens]


def heard(script: Script, cache: SpeakerCache, oracle: Oracle) -> Iterator[tuple[Memory, int]]:
    """The memory after each step, and how many tokens are decided then; see `answers`."""
    for memory, _, done in _steps(script, cache, oracle):
        yield memory, done


def answers(script: Script, cache: SpeakerCache, oracle: Oracle) -> NDArray[np.bool_]:
    """Who speaks (token, speaker) as the oracle says while it hears with that cache."""
    decided = [found for _, found, _ in _steps(script, cache, oracle)]
    return np.concatenate(decided) > 0.5


def _steps(
    script: Script, cache: SpeakerCache, oracle: Oracle
) -> Iterator[tuple[Memory, NDArray[np.float32], int]]:
    tokens, memory, schedule = (
        spoken(script),
        cache.begin(spoken([SILENCE]).shape[1]),
        cache.schedule,
    )
    for first in range(0, len(tokens), schedule.chunk):
        last = min(len(tokens), first + schedule.chunk)
        left = min(schedule.left, first)
        surroundings = tokens[first - left : last + schedule.right]
        step = oracle.hear(memory, surroundings)
        memory, found = cache.advance(memory, step, slice(left, left + last - first))
        yield memory, found, last


def in_order_of_arrival(script: Script, speakers: int) -> NDArray[np.bool_]:
    """Who speaks (token, speaker), the voices numbered by when they are first heard."""
    arrived = list(dict.fromkeys(voice for voices in script for voice in sorted(voices)))
    truth = np.zeros((len(script), speakers), bool)
    for place, voices in enumerate(script):
        truth[place, [min(arrived.index(voice), speakers - 1) for voice in voices]] = True
    return truth


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
@pytest.mark.parametrize("voices", [2, 4])
def test_speakers_keep_their_numbers(schedule: Schedule, voices: int) -> None:
    script = conversation(voices, 4 * MINUTE)

    found = answers(script, SpeakerCache(schedule, KEEPING), Oracle())

    np.testing.assert_array_equal(found, in_order_of_arrival(script, 4))


@pytest.mark.parametrize("frames", [1, 8])
def test_speakers_never_swap_in_an_hour(frames: int) -> None:
    script = conversation(4, 60 * MINUTE, seed=1)

    found = answers(script, SpeakerCache(published.SORTFORMER_OFFLINE, KEEPING), Oracle(4, frames))

    truth = in_order_of_arrival(script, 4)
    np.testing.assert_array_equal(found, np.repeat(truth, frames, axis=0))


def test_eight_speakers_keep_their_numbers_where_there_are_eight() -> None:
    script = conversation(8, 20 * MINUTE, seed=2)
    cache = SpeakerCache(published.NEMOTRON_OFFLINE, published.NEMOTRON_KEEPING)

    found = answers(script, cache, Oracle(8))

    np.testing.assert_array_equal(found, in_order_of_arrival(script, 8))


def test_without_a_cache_they_would_swap() -> None:
    # The same conversation with a cache that keeps one token a speaker and a short fifo, heard by
    # a network that forgets: proof that the tests above would notice.
    script = [*talk(((0,), 50), ((1,), 50), (SILENCE, 400)), *talk(((1,), 50))]
    forgetful = Oracle()
    tokens = spoken(script)
    memory = SpeakerCache(published.SORTFORMER_1_S, KEEPING).begin(tokens.shape[1])

    alone = forgetful.hear(memory, tokens[-50:]).activity[:, 0] > 0.5

    assert alone[:, 0].all()
    assert not np.array_equal(alone, in_order_of_arrival(script, 4)[-50:])


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_who_joins_late_gets_the_next_number(schedule: Schedule) -> None:
    script = [
        *talk(((5,), 100), ((2,), 2 * MINUTE), ((5,), 100)),
        *talk(((9,), 30), ((2,), MINUTE), ((9,), 30), ((0,), 30), ((5,), 30)),
    ]

    found = answers(script, SpeakerCache(schedule, KEEPING), Oracle())

    np.testing.assert_array_equal(found, in_order_of_arrival(script, 4))


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_whoever_was_silent_for_long_is_still_known(schedule: Schedule) -> None:
    absent = talk(((0,), 20), ((1,), 20), ((2,), 4 * MINUTE), ((1,), 20), ((0,), 20))

    found = answers(absent, SpeakerCache(schedule, KEEPING), Oracle())

    np.testing.assert_array_equal(found, in_order_of_arrival(absent, 4))


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_a_long_silence_is_survived(schedule: Schedule) -> None:
    script = talk(((0,), 20), ((1,), 20), (SILENCE, 4 * MINUTE), ((1,), 20), ((0,), 20))

    found = answers(script, SpeakerCache(schedule, KEEPING), Oracle())

    np.testing.assert_array_equal(found, in_order_of_arrival(script, 4))


def test_silence_at_the_beginning_makes_nobody_up() -> None:
    script = talk((SILENCE, 5 * MINUTE), ((3,), 50), ((1,), 50))

    found = answers(script, SpeakerCache(published.SORTFORMER_OFFLINE, KEEPING), Oracle())

    assert not found[: 5 * MINUTE].any()
    np.testing.assert_array_equal(found, in_order_of_arrival(script, 4))


def test_those_beyond_the_slots_share_the_last_and_leave_the_others_alone() -> None:
    script = conversation(6, 20 * MINUTE, seed=3)

    found = answers(script, SpeakerCache(published.SORTFORMER_OFFLINE, KEEPING), Oracle())

    np.testing.assert_array_equal(found, in_order_of_arrival(script, 4))


def test_a_new_recording_knows_nobody_of_the_last_one() -> None:
    cache = SpeakerCache(published.SORTFORMER_10_S, KEEPING)
    before = conversation(4, 5 * MINUTE)
    after = talk(((3,), 50), ((1,), 50), ((3,), 50))

    answers(before, cache, Oracle())
    found = answers(after, cache, Oracle())

    np.testing.assert_array_equal(found, in_order_of_arrival(after, 4))


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
def test_memory_does_not_grow(schedule: Schedule) -> None:
    oracle = Oracle()
    cache = SpeakerCache(schedule, KEEPING)

    for memory, _ in heard(conversation(3, 3 * MINUTE), cache, oracle):
        assert len(memory.fifo) <= schedule.fifo
        assert len(memory.cache) == len(memory.activity) <= schedule.cache

    most = schedule.cache + schedule.fifo + schedule.left + schedule.ahead
    assert max(oracle.most) <= most


def test_a_memory_is_never_changed_once_it_is_given() -> None:
    cache = SpeakerCache(published.SORTFORMER_10_S, KEEPING)
    seen = [memory for memory, _ in heard(conversation(3, 4 * MINUTE), cache, Oracle())]
    again = [memory for memory, _ in heard(conversation(3, 4 * MINUTE), cache, Oracle())]

    for one, other in zip(seen, again, strict=True):
        for name in ("cache", "activity", "fifo", "silence"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_a_full_cache_holds_every_speaker_in_order_with_silence_between() -> None:
    cache = SpeakerCache(published.SORTFORMER_10_S, KEEPING)
    *_, (memory, _) = heard(conversation(4, 10 * MINUTE), cache, Oracle())

    owners = [set(np.flatnonzero(token[:-1])) for token in memory.cache]
    runs = [who for place, who in enumerate(owners) if not place or owners[place - 1] != who]
    alone = [next(iter(who)) for who in runs if len(who) == 1]

    assert list(dict.fromkeys(alone)) == [0, 1, 2, 3]
    assert alone == sorted(alone)
    assert sum(not who for who in owners) >= 4 * 3
    assert min(sum(who == {one} for who in owners) for one in range(4)) >= 33


@settings(max_examples=25)
@given(st.data())
def test_any_conversation_keeps_its_order(data: st.DataObject) -> None:
    schedule = data.draw(st.sampled_from(list(SCHEDULES.values())))
    arrivals = data.draw(st.permutations(range(8)))[:4]
    script: Script = []
    present: list[int] = []
    for voice in arrivals:
        script += talk((SILENCE, data.draw(st.integers(0, 200))), ((voice,), 10))
        present.append(voice)
        for _ in range(data.draw(st.integers(0, 6))):
            who = tuple(data.draw(st.sets(st.sampled_from(present), max_size=2)))
            script += talk((who, data.draw(st.integers(1, 300))))

    found = answers(script, SpeakerCache(schedule, KEEPING), Oracle())

    assert np.array_equal(found, in_order_of_arrival(script, 4))


activities = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).beta(0.3, 0.5, (300, 4)).astype(np.float32)
)


@given(activities)
def test_what_is_kept_is_what_the_rules_say_one_by_one(activity: NDArray[np.float32]) -> None:
    found = keep(activity, size=188, keeping=KEEPING)

    slots = [
        None if empty else int(place)
        for place, empty in zip(found.places, found.empty, strict=True)
    ]
    assert slots == _kept_one_by_one(activity.astype(np.float64).tolist(), 188)


def _kept_one_by_one(activity: list[list[float]], size: int) -> list[int | None]:
    """The rules as the paper's code has them, without arrays: the place of each slot's token."""
    share = size // 4 - 3
    columns = [_scores(activity, speaker, size, share) for speaker in range(4)]
    for count, bonus in ((0.75, 2), (1.5, 1)):
        for column in columns:
            for place in _best(column, math.floor(share * count)):
                column[place] += bonus * math.log(2)
    flat = [score for column in columns for score in (*column, math.inf, math.inf, math.inf)]
    length = len(activity) + 3
    chosen = sorted(place for place in _best(flat, size) if flat[place] > -math.inf)
    places = [place % length if place % length < len(activity) else None for place in chosen]
    return [*places, *[None] * (size - len(places))]


def _scores(activity: list[list[float]], speaker: int, size: int, share: int) -> list[float]:
    column = []
    for row in activity:
        alone = math.log(max(row[speaker], 0.25)) - math.log(max(1 - row[speaker], 0.25))
        alone += sum(math.log(max(1 - one, 0.25)) for one in row) - math.log(0.5)
        column.append(alone if row[speaker] > 0.5 else -math.inf)
    if sum(one > 0 for one in column) >= math.floor(share * 0.5):
        column = [one if one > 0 else -math.inf for one in column]
    return [one + (0.05 if place >= size else 0) for place, one in enumerate(column)]


def _best(values: Sequence[float], count: int) -> list[int]:
    return sorted(range(len(values)), key=lambda place: (-values[place], place))[:count]


@given(activities, st.permutations(range(4)))
def test_speakers_are_kept_alike_whatever_their_channels(
    activity: NDArray[np.float32], order: list[int]
) -> None:
    here = keep(activity, size=188, keeping=KEEPING)
    there = keep(activity[:, order], size=188, keeping=KEEPING)

    assert sorted(here.places[~here.empty]) == sorted(there.places[~there.empty])


def test_a_single_token_alone_is_never_crowded_out() -> None:
    activity = np.full((300, 4), UNSURE, np.float32)
    activity[7, 3] = 0.6
    activity[8:, 0] = activity[100:, 1] = activity[200:, 2] = 0.99

    found = keep(activity, size=188, keeping=KEEPING)

    assert 7 in found.places[~found.empty]


def test_no_rule_of_a_cache_is_that_of_another() -> None:
    assert replace(KEEPING, speakers=8).slots(264) == 30
    assert published.NEMOTRON_KEEPING.slots(264) == 32
    assert published.SORTFORMER_KEEPING.slots(188) == 44


@pytest.mark.parametrize(
    ("schedule", "latency_s"),
    [
        (published.SORTFORMER_OFFLINE, 30.4),
        (published.SORTFORMER_10_S, 10.0),
        (published.SORTFORMER_1_S, 1.04),
        (published.SORTFORMER_THIRD_S, 0.32),
        (published.NEMOTRON_OFFLINE, 30.4),
        (published.NEMOTRON_1_S, 1.04),
        (published.NEMOTRON_TWO_THIRDS_S, 0.64),
        (published.NEMOTRON_THIRD_S, 0.32),
    ],
)
def test_each_published_schedule_has_its_published_latency(
    schedule: Schedule, latency_s: float
) -> None:
    assert schedule.ahead * published.TOKEN_S == pytest.approx(latency_s)
