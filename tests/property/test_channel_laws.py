"""Laws of hearing several channels: names, gains, polarities and delays do not matter."""

from dataclasses import replace
from functools import cache

import numpy as np
from channel_files import Sound, decibels, late, together
from hypothesis import given, settings
from hypothesis import strategies as st

from diascribe.algorithms.channels.edges import PAUSE_S, turns_by_level
from diascribe.algorithms.channels.leaks import Source, own_sound
from diascribe.algorithms.channels.levels import decibels as level_db
from diascribe.algorithms.channels.levels import frame_levels, loudness
from diascribe.algorithms.channels.likeness import compare
from diascribe.audio import FRAME, SAMPLE_RATE, Audio, Recording
from diascribe.engine.channels import HeardChannels, hear_channels
from diascribe.engine.steps import finish
from diascribe.span import Span
from diascribe.transcript import Turn

SECONDS = 8


@cache
def babble(seed: int) -> Sound:
    """Noise in syllables and phrases, as loud and as broken up as speech, and a faint hiss."""
    rng = np.random.default_rng(seed)
    time = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    syllables = np.clip(np.sin(2 * np.pi * 3.7 * time + seed), 0, None) ** 0.5
    phrases = np.sin(2 * np.pi * 0.23 * time + 1.9 * seed) > 0
    sound: Sound = 0.05 * rng.standard_normal(len(time)) * syllables * phrases
    return sound + 1e-4 * rng.standard_normal(len(time))


def heard(*channels: Sound) -> HeardChannels:
    return finish(hear_channels(together(*channels), "auto"))


gains = st.floats(-18, 6)
signs = st.sampled_from([1.0, -1.0])
delays = st.floats(0, 20)


@settings(max_examples=15)
@given(gains, signs, delays, st.integers(0, 3))
def test_gain_polarity_and_delay_do_not_hide_a_copy(
    gain_db: float, sign: float, delay_ms: float, seed: int
) -> None:
    found = heard(babble(seed), sign * decibels(gain_db) * late(babble(seed), delay_ms))

    assert found.decision is not None
    assert found.decision.method == "single"


@settings(max_examples=15)
@given(gains, signs, delays, signs)
def test_gain_polarity_and_delay_do_not_join_sides(
    gain_db: float, sign: float, delay_ms: float, other: float
) -> None:
    found = heard(other * babble(0), sign * decibels(gain_db) * late(babble(1), delay_ms))

    assert [view.channel for view in found.views] == [0, 1]


@settings(max_examples=12)
@given(st.permutations([0, 1, 2, 3]))
def test_renaming_the_channels_permutes_the_outcome(order: list[int]) -> None:
    leak = 0.05 * babble(0)
    channels = [babble(0), babble(1) + leak, np.zeros_like(leak), 0.3 * babble(0)]

    found = heard(*[channels[place] for place in order])

    assert found.decision is not None
    roles = {order[one.channel]: one.role for one in found.decision.channels}
    assert roles[2] == "silent"
    assert {roles[0], roles[3]} == {"heard", "duplicate"}
    assert roles[1] == "heard"
    sides = {order[view.channel] for view in found.views if view.channel is not None}
    assert sides in ({0, 1}, {1, 3})


@settings(max_examples=10)
@given(gains, st.integers(0, 3))
def test_likeness_is_the_same_whichever_is_first(gain_db: float, seed: int) -> None:
    pair = np.stack([babble(seed), decibels(gain_db) * late(babble(seed + 1), 3)], axis=1)

    there = compare(pair[:SAMPLE_RATE].astype(np.float32))
    back = compare(pair[:SAMPLE_RATE, ::-1].astype(np.float32))

    np.testing.assert_allclose(np.abs(there.correlation), np.abs(back.correlation), atol=1e-4)
    np.testing.assert_allclose(there.gain_db[0, 0, 1], -back.gain_db[0, 0, 1], atol=1e-3)
    np.testing.assert_allclose(there.envelope[0, 0, 1], back.envelope[0, 0, 1], atol=1e-5)


@settings(max_examples=10)
@given(st.floats(-10, 12))  # fainter, its hiss lies under what counts as noise, -90 dB
def test_loudness_follows_the_gain(gain_db: float) -> None:
    plain = loudness(level_db(frame_levels(babble(0)[:, None].astype(np.float32))[:, 0]))
    sound = decibels(gain_db) * babble(0)
    louder = loudness(level_db(frame_levels(sound[:, None].astype(np.float32))[:, 0]))

    np.testing.assert_allclose(louder.loud_db, plain.loud_db + gain_db, atol=0.6)
    np.testing.assert_allclose(louder.range_db, plain.range_db, atol=1.1)


@settings(max_examples=20)
@given(st.floats(-40, -10), st.lists(st.floats(-80, -10), min_size=30, max_size=60))
def test_the_louder_a_leak_the_less_is_own(gain_db: float, levels: list[float]) -> None:
    mine = np.array(levels, np.float32)
    theirs = np.full_like(mine, -20)

    faint = own_sound(mine, [Source(theirs, gain_db)])
    loud = own_sound(mine, [Source(theirs, gain_db + 200)])

    assert faint is not None
    assert loud is not None
    assert not loud.any()


@st.composite
def two_voices(draw: st.DrawFn) -> list[Turn]:
    """Turns of two voices within eight seconds, one after the other, to the frame."""
    cuts = sorted(draw(st.lists(st.integers(0, 800), min_size=4, max_size=12, unique=True)))
    return [
        Turn(start / 100, end / 100, speaker=draw(st.sampled_from("AB")))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]


@settings(max_examples=50)
@given(two_voices(), st.integers(0, 3))
def test_turns_only_grow_and_take_nothing_that_is_nearer_to_another_s(
    turns: list[Turn], seed: int
) -> None:
    level = level_db(frame_levels(babble(seed)[:, None].astype(np.float32))[:, 0])

    longer = list(turns_by_level(turns, level, None))

    for turn in turns:
        mine = [one for one in longer if one.speaker == turn.speaker]
        assert sum(one.shared(turn) for one in mine) >= turn.duration - 0.021
    for one in longer:
        theirs = [turn for turn in turns if turn.speaker != one.speaker]
        inside = [turn for turn in theirs if turn.shared(one) > 0.021]
        assert all(turn.duration < PAUSE_S + 0.021 for turn in inside)


@settings(max_examples=50)
@given(two_voices(), st.integers(0, 3))
def test_exclusive_turns_share_no_more_than_the_frame_between_them(
    turns: list[Turn], seed: int
) -> None:
    level = level_db(frame_levels(babble(seed)[:, None].astype(np.float32))[:, 0])

    longer = list(turns_by_level(turns, level, None, exclusive=True))

    for one in longer:
        theirs = [other for other in longer if other.speaker != one.speaker]
        assert all(one.shared(other) <= FRAME / SAMPLE_RATE + 1e-6 for other in theirs)


@settings(max_examples=20)
@given(two_voices(), st.integers(0, 3))
def test_names_of_voices_do_not_matter_to_their_edges(turns: list[Turn], seed: int) -> None:
    level = level_db(frame_levels(babble(seed)[:, None].astype(np.float32))[:, 0])
    other = {"A": "B", "B": "A"}

    plain = turns_by_level(turns, level, None)
    renamed = turns_by_level(
        [replace(one, speaker=other[one.speaker]) for one in turns], level, None
    )

    assert [replace(one, speaker=other[one.speaker]) for one in plain] == list(renamed)


@given(
    st.integers(0, 3000), st.integers(0, 3000), st.lists(st.booleans(), min_size=19, max_size=19)
)
def test_a_gated_view_is_the_same_however_it_is_read(
    first: int, count: int, heard_frames: list[bool]
) -> None:
    samples = np.full((19 * FRAME, 1), 16_384, np.int16)
    view = Audio(samples, heard=np.array(heard_frames))

    whole = view.read(0, len(samples))

    np.testing.assert_allclose(view.read(first, count), whole[first : first + count], atol=1e-6)
    assert whole.min() >= 0
    assert whole.max() <= 0.5


@given(st.lists(st.integers(-32_768, 32_767), min_size=1, max_size=50))
def test_one_channel_is_heard_bit_for_bit(samples: list[int]) -> None:
    recording = Recording(np.array(samples, np.int16)[:, None], "mono.wav")

    (view,) = finish(hear_channels(recording, "auto")).views

    plain = Audio(recording.samples)
    assert np.array_equal(view.audio.read(0, 50), plain.read(0, 50))
    assert np.array_equal(view.audio.cut(Span(0, 1)), plain.cut(Span(0, 1)))
