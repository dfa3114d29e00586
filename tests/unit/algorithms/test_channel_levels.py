"""Levels, likeness and edges of channels, worked out by hand."""

from collections.abc import Iterable

import numpy as np
import pytest
from numpy.typing import NDArray

from diascribe.algorithms.channels.choice import choose
from diascribe.algorithms.channels.edges import by_level, turns_by_level
from diascribe.algorithms.channels.leaks import Source, nearest, own_sound
from diascribe.algorithms.channels.levels import (
    LOWEST_DB,
    Loudness,
    decibels,
    frame_levels,
    loudness,
    smooth,
    spread,
)
from diascribe.algorithms.channels.likeness import compare, joined
from diascribe.span import Span
from diascribe.transcript import ChannelPair, ChannelRelation, Turn

LOUD = Loudness(-20.0, -70.0, -15.0)


def levels(*parts: tuple[float, float]) -> NDArray[np.float32]:
    """Levels (frame,) of parts, each of some seconds at one level in dB."""
    return np.concatenate([np.full(round(100 * s), db, np.float32) for s, db in parts])


def pair(first: int, second: int, relation: ChannelRelation) -> ChannelPair:
    return ChannelPair(
        first=first,
        second=second,
        relation=relation,
        similarity=0.5,
        envelope=0.5,
        gain_db=0.0,
        delay_ms=0.0,
        inverted=False,
        crosstalk_db=(None, None),
    )


def test_a_level_is_that_of_its_frame_to_half_a_decibel() -> None:
    square = np.where(np.arange(1600) % 2, 0.1, -0.1).astype(np.float32)

    found = decibels(frame_levels(np.stack([square, 0.1 * square], axis=1)))

    assert found.shape == (10, 2)
    assert found[:, 0].tolist() == [-20.0] * 10
    assert found[:, 1].tolist() == [-40.0] * 10


def test_an_offset_is_no_sound() -> None:
    assert decibels(frame_levels(np.full((1600, 1), 0.5, np.float32))).max() < -100


def test_a_broken_frame_at_the_end_counts() -> None:
    assert frame_levels(np.ones((161, 1), np.float32)).shape == (2, 1)
    assert frame_levels(np.zeros((0, 2), np.float32)).shape == (0, 2)


@pytest.mark.parametrize("frames", [1, 2, 5])
def test_smoothing_keeps_what_does_not_change(frames: int) -> None:
    flat = levels((1, -30.0))

    inside = smooth(flat, frames)[frames:-frames]

    np.testing.assert_allclose(inside, -30.0, atol=1e-3)
    assert len(smooth(flat, frames)) == len(flat)


def test_smoothing_is_the_mean_of_power_around_a_frame() -> None:
    found = smooth(levels((0.02, -100.0), (0.01, 0.0), (0.02, -100.0)), 3)

    assert found[1:4] == pytest.approx([-4.77, -4.77, -4.77], abs=0.01)
    assert found[0] < -90


def test_spreading_takes_the_loudest_before_and_after() -> None:
    found = spread(levels((0.03, -9.0), (0.01, 0.0), (0.03, -9.0)), 2, 1)

    assert found.tolist() == [-9, -9, 0, 0, 0, 0, -9]


def test_loud_lasts_two_seconds_and_the_peak_a_tenth() -> None:
    found = loudness(levels((50, -80.0), (8, -30.0), (2, -20.0), (0.1, -10.0)))

    assert (found.loud_db, found.noise_db, found.peak_db) == (-20.0, -80.0, -10.0)
    assert found.range_db == 60.0
    assert not found.silent


def test_a_click_does_not_make_a_channel_loud() -> None:
    assert loudness(levels((10, LOWEST_DB), (0.05, -3.0), (10, LOWEST_DB))).silent
    assert loudness(np.zeros(0, np.float32)).silent


def test_a_delayed_inverted_copy_is_found_as_such() -> None:
    noise = np.random.default_rng(0).standard_normal(16_000).astype(np.float32)
    late = np.pad(-0.5 * noise, (160, 0))[:16_000]

    found = compare(np.stack([noise, late], axis=1))

    assert found.correlation[0, 0, 1] == pytest.approx(-1, abs=1e-3)
    assert found.delay[0, 0, 1] == pytest.approx(0.01)
    assert found.delay[0, 1, 0] == pytest.approx(-0.01)
    assert found.gain_db[0, 0, 1] == pytest.approx(-6, abs=0.1)


def test_silence_is_like_nothing() -> None:
    found = compare(np.zeros((16_000, 2), np.float32))

    assert found.correlation[0, 0, 1] == 0
    assert found.envelope[0, 0, 1] == 0
    assert joined([], 2).correlation.shape == (0, 2, 2)
    assert joined([found, found], 2).delay.shape == (2, 2, 2)


def test_own_sound_is_louder_than_what_leaks() -> None:
    mine = levels((1, -45.0), (1, -25.0), (1, -70.0))
    theirs = levels((1, -20.0), (1, -20.0), (1, -70.0))

    own = own_sound(mine, [Source(theirs, -25.0)])

    assert own is not None
    assert own[:90].sum() == 0
    assert own[110:].all()
    assert own_sound(mine, []) is None


def test_a_pause_within_own_speech_stays_as_it_is() -> None:
    mine = levels((1, -25.0), (0.2, -60.0), (1, -25.0))

    own = own_sound(mine, [Source(levels((2.2, -20.0)), -25.0)])

    assert own is not None
    assert own.all()


def test_each_frame_of_a_room_has_one_nearest_microphone() -> None:
    first, second = levels((1, -20.0), (1, -30.0)), levels((1, -40.0), (1, -35.0))

    found = nearest([first, second], [-20.0, -35.0])

    assert found[:80].tolist() == [0] * 80
    assert found[120:].tolist() == [1] * 80


def test_a_turn_reaches_as_far_as_its_sound() -> None:
    level = levels((2, -70.0), (0.2, -60.0), (1, -25.0), (0.3, -60.0), (2, -70.0))

    (found,) = by_level([Span(2.3, 3.1)], level, None)

    assert found.start == pytest.approx(2.0, abs=0.04)
    assert found.end == pytest.approx(3.5, abs=0.04)


def test_a_turn_does_not_reach_into_another_s_sound() -> None:
    level, own = levels((2, -70.0), (3, -25.0)), np.ones(500, bool)
    own[300:] = False

    (found,) = by_level([Span(2.2, 2.8)], level, own)

    assert (found.start, found.end) == pytest.approx((2.0, 3.0), abs=0.04)


def test_a_turn_reaches_half_a_second_at_most() -> None:
    level = levels((2, -70.0), (5, -25.0), (4, -70.0))

    (found,) = by_level([Span(4.0, 5.0)], level, None)

    assert (found.start, found.end) == pytest.approx((3.5, 5.5), abs=0.02)
    assert by_level([], level, None) == []


def edges_of(turns: Iterable[Turn]) -> dict[str, tuple[float, float]]:
    """The one turn of each voice."""
    return {one.speaker: (one.start, one.end) for one in turns}


def test_each_of_two_voices_reaches_as_far_as_its_sound() -> None:
    level = levels((2, -70.0), (2, -25.0), (1, -70.0), (2, -30.0), (2, -70.0))
    turns = [Turn(2.2, 3.7, speaker="A"), Turn(5.3, 6.8, speaker="B")]

    found = edges_of(turns_by_level(turns, level, None))

    assert found["A"] == pytest.approx((2.0, 4.0), abs=0.04)
    assert found["B"] == pytest.approx((5.0, 7.0), abs=0.04)


def test_sound_between_two_voices_goes_to_the_nearer() -> None:
    level = levels((2, -70.0), (3, -25.0), (2, -70.0))
    turns = [Turn(2.1, 3.0, speaker="A"), Turn(3.6, 4.9, speaker="B")]

    found = edges_of(turns_by_level(turns, level, None))

    assert found["A"] == pytest.approx((2.0, 3.3), abs=0.04)
    assert found["B"] == pytest.approx((3.3, 5.0), abs=0.04)


def test_what_two_voices_say_at_once_stays_both_s() -> None:
    level = levels((1, -70.0), (3, -25.0), (1, -70.0))
    turns = [Turn(1.0, 3.0, speaker="A"), Turn(2.0, 4.0, speaker="B")]

    found = edges_of(turns_by_level(turns, level, None))

    assert found["A"] == pytest.approx((1.0, 3.0), abs=0.04)
    assert found["B"] == pytest.approx((2.0, 4.0), abs=0.04)


def test_a_word_within_another_s_pause_stays_its_speaker_s_where_turns_are_exclusive() -> None:
    level = levels((1, -70.0), (3, -25.0), (1, -70.0))
    turns = [
        Turn(1.0, 2.0, speaker="A"),
        Turn(2.05, 2.2, speaker="B"),
        Turn(2.25, 4.0, speaker="A"),
    ]

    at_once = edges_of(turns_by_level(turns, level, None))
    apart = list(turns_by_level(turns, level, None, exclusive=True))

    assert at_once["A"] == pytest.approx((1.0, 4.0), abs=0.04)
    in_order = sorted(apart, key=lambda one: one.start)
    assert [one.speaker for one in in_order] == ["A", "B", "A"]
    assert [one.start for one in in_order] == pytest.approx([1.0, 2.03, 2.23], abs=0.04)


def test_two_voices_do_not_reach_into_another_channel_s_sound() -> None:
    level, own = levels((2, -70.0), (4, -25.0)), np.ones(600, bool)
    own[300:400] = False
    turns = [Turn(2.2, 2.9, speaker="A"), Turn(4.1, 5.8, speaker="B")]

    found = edges_of(turns_by_level(turns, level, own))

    assert found["A"] == pytest.approx((2.0, 3.0), abs=0.04)
    assert found["B"] == pytest.approx((4.0, 6.0), abs=0.04)


def test_of_equal_channels_the_first_is_kept_and_of_unequal_the_clean_one() -> None:
    noisy = Loudness(-20.0, -35.0, -15.0)
    copies = [pair(0, 1, "duplicate"), pair(0, 2, "duplicate"), pair(1, 2, "duplicate")]

    assert choose("auto", [LOUD, LOUD, LOUD], copies).groups == ((0,),)
    found = choose("auto", [noisy, LOUD, LOUD], copies)
    assert (found.groups, found.copies) == (((1,),), {2: 1, 0: 1})


def test_channels_that_share_voices_are_one_group_beside_others() -> None:
    pairs = [pair(0, 1, "independent"), pair(0, 2, "shared"), pair(1, 2, "independent")]

    assert choose("auto", [LOUD] * 3, pairs).groups == ((0, 2), (1,))
    assert choose("auto", [LOUD] * 3, pairs).method == "split"
    assert choose("split", [LOUD] * 3, pairs).groups == ((0,), (1,), (2,))
    assert choose("mix", [LOUD] * 3, pairs).groups == ((0, 1, 2),)


def test_where_all_channels_are_silent_the_first_is_heard() -> None:
    nothing = Loudness(LOWEST_DB, LOWEST_DB, LOWEST_DB)

    found = choose("auto", [nothing, nothing], [])

    assert (found.groups, found.silent, found.method) == (((0,),), (1,), "single")
