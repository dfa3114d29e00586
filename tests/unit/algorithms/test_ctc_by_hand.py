"""CTC alignment on sounds small enough to follow, and long ones whose truth is known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from diascribe.algorithms.ctc import place
from diascribe.algorithms.ctc_long import LOOK_BACK, LongText

BLANK, A, B = 0, 1, 2


def sure(row: list[int], tokens: int = 3) -> NDArray[np.float32]:
    """Log probabilities (frame, token) of a sound in which each frame's token is nearly sure."""
    log_probs = np.full((len(row), tokens), -9.0, np.float32)
    log_probs[np.arange(len(row)), row] = -0.1
    return log_probs


def test_tokens_lie_where_they_sound() -> None:
    log_probs = sure([BLANK, A, A, BLANK, BLANK, B, BLANK])

    (placed,) = place(log_probs[None], [7], [[A, B]], blank=BLANK)

    assert placed is not None
    assert (placed.first.tolist(), placed.last.tolist()) == ([1, 5], [2, 5])
    assert placed.frames.tolist() == [2, 1]
    np.testing.assert_allclose(placed.log_prob, [-0.2, -0.1])


def test_two_equal_tokens_need_a_frame_between_them() -> None:
    log_probs = sure([A, A])

    assert place(log_probs[None], [2], [[A, A]], blank=BLANK) == [None]


def test_of_ways_as_likely_always_the_same_wins() -> None:
    same = np.zeros((1, 4, 3), np.float32)

    first, again = (place(same, [4], [[A, B]], blank=BLANK)[0] for _ in range(2))

    assert first is not None
    assert again is not None
    assert first.first.tolist() == again.first.tolist()
    assert (first.first[0], first.last[1]) == (0, 3)


def test_nothing_to_place_is_placed_even_in_no_sound() -> None:
    (placed,) = place(np.zeros((1, 0, 3), np.float32), [0], [[]], blank=BLANK)

    assert placed is not None
    assert len(placed.first) == 0


def speech(seconds: int, seed: int) -> tuple[NDArray[np.float32], list[int], NDArray[np.intp]]:
    """A sound of 15 letters a second, as spikes among blanks, its letters and their frames."""
    random = np.random.default_rng(seed)
    frames, letters = 50 * seconds, 15 * seconds
    target = random.integers(1, 30, letters)
    places = 2 * np.sort(random.choice(frames // 2, letters, replace=False))
    noise = random.normal(-6, 1, (frames, 30))
    noise[:, BLANK] = -0.1
    noise[places, BLANK] = -4
    noise[places, target] = -0.2
    return noise.astype(np.float32), target.tolist(), places


def place_long(log_probs: NDArray[np.float32], text: LongText) -> NDArray[np.intp]:
    """First frames of the tokens."""
    for first in range(0, len(log_probs), 1300):
        text.feed(log_probs[first : first + 1300])
    placed = text.finish()
    assert placed is not None
    return placed.first


def test_a_long_text_is_found_where_it_is_spoken() -> None:
    log_probs, target, places = speech(300, seed=1)

    found = place_long(log_probs, LongText(target, blank=BLANK))

    np.testing.assert_array_equal(found, places)


def test_a_past_that_is_settled_by_force_is_the_best_ways() -> None:
    log_probs, target, places = speech(3 * LOOK_BACK // 50, seed=2)

    found = place_long(log_probs, LongText(target, blank=BLANK, beam=1e9, most_bytes=1))

    assert (found == places).mean() > 0.99


def test_speech_that_the_text_lacks_does_not_lose_the_place() -> None:
    before, text, places = speech(120, seed=3)
    other, _, _ = speech(60, seed=4)
    after, more, later = speech(120, seed=5)

    found = place_long(np.vstack([before, other, after]), LongText(text + more, blank=BLANK))

    truth = np.concatenate([places, later + len(before) + len(other)])
    assert (np.abs(found - truth) > 50).mean() < 0.02


def test_text_that_nobody_says_does_not_lose_the_place() -> None:
    before, text, places = speech(120, seed=6)
    _, unsaid, _ = speech(20, seed=7)
    after, more, later = speech(120, seed=8)

    found = place_long(np.vstack([before, after]), LongText(text + unsaid + more, blank=BLANK))

    said = np.concatenate([found[: len(text)], found[len(text) + len(unsaid) :]])
    truth = np.concatenate([places, later + len(before)])
    assert (np.abs(said - truth) > 50).mean() < 0.05


@pytest.mark.parametrize("frames", [0, 10])
def test_a_sound_too_short_for_its_text_places_nothing(frames: int) -> None:
    text = LongText([A, B] * 10, blank=BLANK)

    text.feed(np.zeros((frames, 3), np.float32))

    assert text.finish() is None
