"""Hearing as it comes: any cutting gives the same, nothing padded is ever heard."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from diascribe.algorithms.aosc import Heard, Memory, Schedule, SpeakerCache
from diascribe.algorithms.aosc_keep import Keeping
from diascribe.algorithms.logmel import GROUP, HOP, LogMel, begin_sound
from diascribe.models.streaming.listening import StreamingListener

TOKEN = GROUP * HOP
"""Samples."""


@dataclass
class Listened:
    """What a network was given, step by step."""

    features: list[NDArray[np.float32]] = field(default_factory=list)
    remembered: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Ears:
    """Hears how loud each frame is, the first of two speakers being loud; tells nobody apart."""

    frames: int = GROUP
    speakers: int = 2
    dimension: int = 1
    silence: NDArray[np.float32] | None = None
    listened: Listened = field(default_factory=Listened)

    def hear(self, memory: Memory, features: NDArray[np.float32]) -> Heard:
        self.listened.features.append(features)
        self.listened.remembered.append(len(memory.cache) + len(memory.fifo))
        groups = -(-len(features) // GROUP)
        padded = np.pad(features.mean(axis=1), (0, groups * GROUP - len(features)))
        tokens = padded.reshape(groups, GROUP).mean(axis=1, keepdims=True)
        everything = np.concatenate([memory.cache, memory.fifo, tokens])
        loud = 1 / (1 + np.exp(-everything - 8 - everything.mean() / 10))
        activity = np.concatenate([loud, 1 - loud], axis=1)[:, None]
        return Heard(tokens, np.repeat(activity, self.frames, axis=1).astype(np.float32))


SHORT = Schedule(chunk=3, left=1, right=2, fifo=4, update=3, cache=6)


def listener(ears: Ears, schedule: Schedule = SHORT) -> StreamingListener:
    return StreamingListener(
        ears, LogMel(), SpeakerCache(schedule, Keeping(speakers=2, silent_slots=1))
    )


def noise(samples: int) -> NDArray[np.float32]:
    random = np.random.default_rng(samples)
    levels = np.repeat(random.choice([0.0, 0.1], -(-samples // 8000)), 8000)[:samples]
    sound: NDArray[np.float32] = (random.normal(0, 1, samples) * levels).astype(np.float32)
    return sound


def heard(ears: Ears, *pieces: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities (frame, speaker) of a sound that comes in pieces (time,)."""
    by = listener(ears)
    hearing, found = by.begin(), []
    for piece in pieces:
        hearing, final = by.feed(hearing, piece)
        found.append(final)
    return np.concatenate([*found, by.finish(hearing)])


@settings(max_examples=25)
@given(
    st.integers(0, 30 * TOKEN),
    st.lists(st.integers(0, 9 * TOKEN), max_size=8),
    st.sampled_from([1, GROUP]),
)
def test_any_cutting_gives_the_same_to_the_last_bit(
    samples: int, cuts: list[int], frames: int
) -> None:
    sound = noise(samples)

    pieces = np.split(sound, np.cumsum(cuts).clip(max=samples))

    np.testing.assert_array_equal(heard(Ears(frames), *pieces), heard(Ears(frames), sound))


@pytest.mark.parametrize(
    ("samples", "frames", "tokens"),
    [(0, 0, 0), (159, 0, 0), (160, 1, 1), (1280, 8, 1), (1440, 9, 2), (16_000, 100, 13)],
)
def test_there_is_one_probability_a_frame_and_no_more(
    samples: int, frames: int, tokens: int
) -> None:
    assert len(heard(Ears(GROUP), noise(samples))) == frames
    assert len(heard(Ears(1), noise(samples))) == tokens


def test_nothing_is_decided_before_what_follows_is_heard() -> None:
    # Three tokens to decide on and two behind them; the last frame reaches 200 samples on.
    by = listener(Ears())
    enough = 5 * TOKEN - HOP + 200

    _, early = by.feed(by.begin(), noise(enough - 1))
    _, ready = by.feed(by.begin(), noise(enough))

    assert (len(early), len(ready)) == (0, 3 * GROUP)


def test_a_step_hears_its_surroundings_and_no_padding() -> None:
    ears = Ears()

    heard(ears, noise(8 * TOKEN + 3 * HOP))

    # One before, three to decide on, two behind; at the end what there is: 2 whole tokens and 3
    # frames.
    sizes = [len(one) for one in ears.listened.features]
    assert sizes == [5 * GROUP, 6 * GROUP, 3 * GROUP + 3]


def test_a_step_hears_the_very_frames_of_the_whole_sound() -> None:
    ears, sound = Ears(), noise(11 * TOKEN)
    whole = LogMel()

    heard(ears, sound)

    state, frames = whole.feed(begin_sound(), sound)
    frames = np.concatenate([frames, whole.finish(state)])
    first = ears.listened.features[1]
    np.testing.assert_array_equal(first, frames[2 * GROUP : 8 * GROUP])


def test_memory_is_bounded_however_long_the_sound() -> None:
    ears = Ears()
    by = listener(ears)

    hearing, _ = by.feed(by.begin(), noise(600 * TOKEN))

    assert max(ears.listened.remembered) <= SHORT.cache + SHORT.fifo
    assert len(hearing.features) <= (SHORT.left + SHORT.ahead) * GROUP
    assert hearing.features.base is None
    assert hearing.sound.waiting.base is None


def test_an_earlier_hearing_can_be_gone_on_with() -> None:
    by = listener(Ears())
    earlier, _ = by.feed(by.begin(), noise(20 * TOKEN))

    _, once = by.feed(earlier, noise(10 * TOKEN))
    _, again = by.feed(earlier, noise(10 * TOKEN))

    np.testing.assert_array_equal(once, again)


def test_recordings_do_not_hear_each_other() -> None:
    by = listener(Ears())
    one, other = by.begin(), by.begin()
    found = []

    for place in range(10):
        one, final = by.feed(one, noise(20 * TOKEN)[place * 2 * TOKEN : (place + 1) * 2 * TOKEN])
        other, _ = by.feed(other, noise(3000 + place))
        found.append(final)

    together = np.concatenate([*found, by.finish(one)])
    np.testing.assert_array_equal(together, heard(Ears(), noise(20 * TOKEN)))
