"""Which channels are heard, which as one, and why: on real speech, without any model."""

import numpy as np
import pytest
from channel_files import COPIES, Copies, call, late, noisy, room, sides, talk, together

from diascribe.audio import Recording
from diascribe.engine.channels import HeardChannels, hear_channels
from diascribe.engine.steps import finish
from diascribe.transcript import ChannelDecision


def heard(recording: Recording, wanted: str = "auto") -> HeardChannels:
    return finish(hear_channels(recording, wanted))


def decided(recording: Recording, wanted: str = "auto") -> ChannelDecision:
    decision = heard(recording, wanted).decision
    assert decision is not None
    return decision


def roles(decision: ChannelDecision) -> list[tuple[str, int | None]]:
    return [(one.role, one.of) for one in decision.channels]


@pytest.mark.parametrize("made", COPIES, ids=lambda one: one.name)
@pytest.mark.parametrize("wanted", ["auto", "split", "mix"])
def test_of_copies_one_is_heard_and_the_cleanest(made: Copies, wanted: str) -> None:
    found = heard(made.made(), wanted)

    (view,) = found.views
    assert view.channel is not None
    assert made.best in {None, view.channel}
    assert found.decision is not None
    assert found.decision.method == "single"
    others = [one for one in found.decision.channels if one.channel != view.channel]
    assert {(one.role, one.of) for one in others} == {("duplicate", view.channel)}


def test_the_figures_of_a_copy_are_those_it_was_made_with() -> None:
    decision = decided(together(talk(), -0.5 * late(talk(), 10)))

    (pair,) = decision.pairs
    assert (pair.first, pair.second, pair.relation, pair.inverted) == (0, 1, "duplicate", True)
    assert pair.delay_ms == pytest.approx(10, abs=0.07)
    assert pair.gain_db == pytest.approx(-6.02, abs=0.2)
    assert pair.similarity > 0.99
    assert "copies are left out: 1 of 0" in decision.reason


@pytest.mark.parametrize("leak_db", [-15, -22, -25, -35])
def test_the_sides_of_a_call_are_split_and_the_leak_is_measured(leak_db: float) -> None:
    found = heard(call(leak_db))

    assert found.decision is not None
    assert found.decision.method == "split"
    assert [view.channel for view in found.views] == [0, 1]
    (pair,) = found.decision.pairs
    assert pair.relation == "independent"
    assert pair.crosstalk_db == pytest.approx((leak_db, leak_db), abs=1.5)


def test_what_leaks_is_silenced_and_own_speech_is_not() -> None:
    one, other = sides()
    for side, view in enumerate(heard(call()).views):
        own, leaked = (np.abs(one) > 0.01), (np.abs(other) > 0.01)
        if side:
            own, leaked = leaked, own
        sound = view.audio.read(0, len(one))
        assert np.mean(sound[own] == 0) < 0.03
        assert np.mean(sound[leaked & ~own] == 0) > 0.97


def test_without_a_leak_nothing_is_silenced() -> None:
    found = heard(together(*sides()))

    assert [view.audio.heard for view in found.views] == [None, None]
    assert found.decision is not None
    assert found.decision.pairs[0].crosstalk_db == (None, None)


@pytest.mark.parametrize("delays_ms", [(0.0, 2.0), (0.0, 2.0, 5.0), (0.0, 1.0, 2.0, 3.0)])
def test_the_microphones_of_a_room_are_mixed(delays_ms: tuple[float, ...]) -> None:
    found = heard(room(delays_ms))

    assert found.decision is not None
    assert found.decision.method in {"mix", "single"}
    assert len(found.views) == 1


def test_a_room_that_is_split_is_heard_by_one_microphone_at_a_time() -> None:
    views = heard(room((0.0, 3.0)), "split").views

    if len(views) > 1:
        together_heard = sum(np.asarray(view.audio.heard, int) for view in views)
        assert set(np.unique(together_heard)) == {1}


def test_a_silent_channel_is_left_out() -> None:
    silence = np.zeros_like(talk())

    decision = decided(together(silence, talk()))

    assert decision.method == "single"
    assert roles(decision) == [("silent", None), ("heard", None)]
    assert decision.channels[0].level_db is None


def test_a_recording_without_any_sound_has_one_view_all_the_same() -> None:
    silence = np.zeros(16_000)

    found = heard(together(silence, silence))

    assert len(found.views) == 1


def test_a_channel_that_only_hears_the_other_through_a_leak_is_a_copy() -> None:
    hiss = 3e-4 * np.random.default_rng(5).standard_normal(len(talk()))

    decision = decided(together(talk(), 0.05 * late(talk(), 4) + hiss))

    assert decision.method == "single"
    assert roles(decision)[1] == ("duplicate", 0)


def test_a_side_that_says_little_is_not_taken_for_a_copy() -> None:
    one, other = sides()
    short = np.where((np.arange(len(other)) // 16_000 % 30) < 6, other, 0)

    found = heard(together(one + 0.05 * late(short, 4), short + 0.05 * late(one, 4)))

    assert [view.channel for view in found.views] == [0, 1]


def test_two_pairs_of_copies_are_two_sides() -> None:
    one, other = sides()

    decision = decided(together(one, other, -one, late(other, 3)))

    assert decision.method == "split"
    assert [role for role, _ in roles(decision)].count("duplicate") == 2


def test_a_call_is_mixed_where_that_is_asked_for() -> None:
    (view,) = heard(call(), "mix").views

    assert view.channel is None
    assert view.audio.heard is None
    whole = call()
    assert np.array_equal(view.audio.read(0, 9999), whole.mix().read(0, 9999))


def test_a_copy_that_would_cancel_the_other_is_not_mixed_in() -> None:
    (view,) = heard(together(talk(), -talk()), "mix").views

    assert np.abs(view.audio.read(0, len(talk()))).max() > 0.1


def test_one_channel_leaves_nothing_to_decide_and_is_heard_as_it_is() -> None:
    recording = together(talk())

    found = heard(recording)

    assert (found.decision, found.warnings) == (None, ())
    assert found.views[0].channel is None
    assert np.shares_memory(found.views[0].audio.samples, recording.samples)
    assert found.views[0].audio.channels is None


def test_one_channel_that_is_to_be_split_is_a_warning() -> None:
    (warning,) = heard(together(talk()), "split").warnings

    assert (warning.code, warning.stage) == ("nothing_to_split", "channels")


def test_a_channel_of_noise_does_not_touch_the_others() -> None:
    one, other = sides()
    broken = np.random.default_rng(2).uniform(-1, 1, len(one))

    found = heard(together(one, other, broken))

    assert [view.channel for view in found.views] == [0, 1, 2]
    assert all(view.audio.heard is None for view in found.views)


def test_a_channel_that_ends_early_is_heard_as_far_as_it_goes() -> None:
    one, other = sides()
    cut = np.where(np.arange(len(other)) < len(other) // 2, other, 0)

    found = heard(together(one, cut))

    assert [view.channel for view in found.views] == [0, 1]


def test_a_noisy_telephone_call_is_split() -> None:
    one, other = sides()

    decision = decided(together(noisy(one + 0.08 * other, 15, 1), noisy(other + 0.08 * one, 15, 2)))

    assert decision.method == "split"
