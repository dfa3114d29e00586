"""CTC alignment: the best of all ways, whatever the sound and the text."""

from itertools import groupby, pairwise, product

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from diascribe.algorithms.ctc import Placed, place, with_star
from diascribe.algorithms.ctc_long import LongText

BLANK = 0
WIDE = 1e9
"""A beam that gives up no way."""

seeds = st.integers(0, 2**32 - 1)


def heard(seed: int, frames: int, tokens: int) -> NDArray[np.float32]:
    """Random log probabilities (frame, token)."""
    random = np.random.default_rng(seed)
    return np.log(random.dirichlet(np.ones(tokens), frames)).astype(np.float32)


def place_one(log_probs: NDArray[np.float32], target: list[int]) -> Placed | None:
    (found,) = place(log_probs[None], [len(log_probs)], [target], blank=BLANK)
    return found


def likelihood(log_probs: NDArray[np.float32], placed: Placed) -> float:
    """Of the whole way: of the tokens where they lie, and of blanks elsewhere."""
    blanks = np.ones(len(log_probs), bool)
    for first, last in zip(placed.first, placed.last, strict=True):
        blanks[first : last + 1] = False
    return float(placed.log_prob.sum() + log_probs[blanks, BLANK].sum())


def best_of_all(log_probs: NDArray[np.float32], target: list[int]) -> float:
    """The likelihood of the best of all rows of tokens that spell the target."""
    frames, tokens = log_probs.shape
    best = -np.inf
    for way in product(range(tokens), repeat=frames):
        if [token for token, _ in groupby(way) if token != BLANK] == target:
            best = max(best, sum(float(log_probs[i, token]) for i, token in enumerate(way)))
    return best


@given(seed=seeds, frames=st.integers(0, 6), target=st.lists(st.integers(1, 2), max_size=4))
def test_the_way_is_as_likely_as_the_best_of_all(seed: int, frames: int, target: list[int]) -> None:
    log_probs = heard(seed, frames, 3)

    placed = place_one(log_probs, target)

    best = best_of_all(log_probs, target)
    assert (placed is None) == (best == -np.inf)
    if placed is not None:
        np.testing.assert_allclose(likelihood(log_probs, placed), best, rtol=1e-4, atol=1e-4)


@given(seed=seeds, frames=st.integers(1, 60), target=st.lists(st.integers(1, 4), max_size=20))
def test_tokens_lie_one_after_another(seed: int, frames: int, target: list[int]) -> None:
    placed = place_one(heard(seed, frames, 5), target)

    if placed is None:
        assert frames < len(target) + sum(a == b for a, b in pairwise(target))
        return
    assert (placed.first <= placed.last).all()
    assert (placed.last[:-1] < placed.first[1:]).all()
    twins = np.array(target[1:]) == np.array(target[:-1])
    assert (placed.first[1:][twins] > placed.last[:-1][twins] + 1).all()
    assert len(target) == 0 or placed.last[-1] < frames


@given(
    seed=seeds,
    sizes=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), min_size=1, max_size=5),
)
def test_items_of_a_batch_are_placed_as_if_alone(seed: int, sizes: list[tuple[int, int]]) -> None:
    random = np.random.default_rng(seed)
    frames = [count for count, _ in sizes]
    log_probs = np.stack([heard(seed + item, 40, 5) for item in range(len(sizes))])
    targets = [random.integers(1, 5, tokens).tolist() for _, tokens in sizes]

    together = place(log_probs, frames, targets, blank=BLANK)

    for item, found in enumerate(together):
        alone = place_one(log_probs[item, : frames[item]], targets[item])
        assert same(found, alone)


def same(one: Placed | None, other: Placed | None) -> bool:
    if one is None or other is None:
        return one is other
    frames = np.array_equal(one.first, other.first) and np.array_equal(one.last, other.last)
    return frames and np.allclose(one.log_prob, other.log_prob, atol=1e-3)


@given(seed=seeds, later=st.integers(1, 20), target=st.lists(st.integers(1, 4), min_size=1))
def test_sure_blanks_before_the_sound_move_all_tokens(
    seed: int, later: int, target: list[int]
) -> None:
    log_probs = heard(seed, 60, 5)
    blanks = np.full((later, 5), -1000.0, np.float32)
    blanks[:, BLANK] = 0.0

    placed, moved = place_one(log_probs, target), place_one(np.vstack([blanks, log_probs]), target)

    if placed is not None:
        assert moved is not None
        np.testing.assert_array_equal(moved.first, placed.first + later)
        np.testing.assert_array_equal(moved.last, placed.last + later)


@settings(max_examples=50)
@given(
    seed=seeds,
    frames=st.integers(0, 400),
    tokens=st.integers(0, 60),
    fed=st.integers(1, 200),
)
def test_a_long_text_is_placed_as_a_short_one_is(
    seed: int, frames: int, tokens: int, fed: int
) -> None:
    log_probs = heard(seed, frames, 5)
    target = np.random.default_rng(seed).integers(1, 5, tokens).tolist()

    text = LongText(target, blank=BLANK, beam=WIDE)
    for first in range(0, frames, fed):
        text.feed(log_probs[first : first + fed])

    assert same(text.finish(), place_one(log_probs, target))


@settings(max_examples=50)
@given(seed=seeds, frames=st.integers(65, 300), tokens=st.integers(1, 12), fed=st.integers(1, 100))
def test_a_token_that_is_settled_in_parts_lies_from_the_first_to_the_last(
    seed: int, frames: int, tokens: int, fed: int
) -> None:
    log_probs = heard(seed, frames, 5)
    target = np.random.default_rng(seed).integers(1, 5, tokens).tolist()

    text = LongText(target, blank=BLANK, beam=WIDE, most_bytes=1)
    for first in range(0, frames, fed):
        text.feed(log_probs[first : first + fed])
    placed = text.finish()

    assume(placed is not None)  # one byte of memory: the way that is kept may end too early
    assert placed is not None
    assert (placed.last[:-1] < placed.first[1:]).all()
    for token, first, last, found in zip(
        target, placed.first, placed.last, placed.log_prob, strict=True
    ):
        np.testing.assert_allclose(found, log_probs[first : last + 1, token].sum(), atol=1e-3)


@given(seed=seeds, frames=st.integers(1, 20), tokens=st.integers(2, 6))
def test_a_star_is_as_likely_as_the_likeliest_letter(seed: int, frames: int, tokens: int) -> None:
    log_probs = heard(seed, frames, tokens)

    starred = with_star(log_probs, blank=BLANK)

    np.testing.assert_array_equal(starred[:, :-1], log_probs)
    np.testing.assert_array_equal(starred[:, -1], log_probs[:, 1:].max(axis=1))
