"""Which language is spoken, with constructed probabilities.

No model here can tell languages apart; that real detectors do is not shown by these tests.
"""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from diascribe.algorithms.languages import (
    DOUBTED,
    LISTENING_S,
    MOST_OPINIONS,
    SWITCH_PENALTY,
    allowed,
    most_spoken,
    pool,
    samples,
    scattered,
    smooth,
)
from diascribe.span import Span
from diascribe.timeline import merge, total

EN, DE = 0, 1

whole = st.tuples(st.integers(0, 200), st.integers(0, 200)).map(sorted)
speeches = st.lists(whole.map(lambda ends: Span(*ends)), max_size=12).map(
    lambda spans: [one for one in merge(spans) if one.duration]
)
shares = st.floats(0, 1)


@st.composite
def tables(draw: st.DrawFn, longest: int = 8) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probabilities (stretch, language) and seconds (stretch,)."""
    count, languages = draw(st.integers(1, longest)), draw(st.integers(1, 3))
    rows = draw(
        st.lists(
            st.lists(shares, min_size=languages, max_size=languages), min_size=count, max_size=count
        )
    )
    durations = draw(st.lists(st.floats(0.1, 20), min_size=count, max_size=count))
    return np.array(rows), np.array(durations)


def scored(
    path: tuple[int, ...],
    probabilities: NDArray[np.float64],
    seconds: NDArray[np.float64],
    penalty: float,
) -> float:
    """What a way through the languages is worth, by the definition."""
    worth = sum(
        min(duration / LISTENING_S, MOST_OPINIONS) * np.log(max(row[place], DOUBTED))
        for place, row, duration in zip(path, probabilities, seconds, strict=True)
    )
    return float(worth - penalty * sum(one != other for one, other in pairwise(path)))


def switches(path: NDArray[np.intp]) -> int:
    return int(np.count_nonzero(np.diff(path)))


def two(*of_german: float) -> NDArray[np.float64]:
    """Probabilities (stretch, language) of English and German."""
    return np.array([[1 - one, one] for one in of_german])


@given(speeches, st.integers(1, 8), st.floats(0.5, 40))
def test_samples_are_speech_and_no_longer_than_wanted(
    speech: list[Span], most: int, longest_s: float
) -> None:
    cut = samples(speech, most=most, longest_s=longest_s)

    assert len(cut) <= most
    for pieces in cut:
        assert sum(one.duration for one in pieces) <= longest_s + 1e-6
        assert total([*pieces, *speech]) == pytest.approx(total(speech))


@given(speeches, st.integers(1, 8), st.floats(0.5, 40))
def test_samples_are_in_order_and_share_no_time(
    speech: list[Span], most: int, longest_s: float
) -> None:
    flat = [one for pieces in samples(speech, most=most, longest_s=longest_s) for one in pieces]

    assert all(before.end <= after.start + 1e-6 for before, after in pairwise(flat))


@given(speeches)
def test_speech_that_fits_into_the_samples_is_heard_whole(speech: list[Span]) -> None:
    flat = [one for pieces in samples(speech, most=100, longest_s=30) for one in pieces]

    assert total(flat) == pytest.approx(total(speech))


def test_a_short_recording_gives_one_sample() -> None:
    assert samples([Span(1, 4)], most=5, longest_s=30) == [[Span(1, 4)]]


def test_samples_are_spread_over_the_speech_and_not_over_the_file() -> None:
    speech = [Span(0, 10), Span(3000, 3390)]

    cut = samples(speech, most=4, longest_s=20)

    assert cut == [[Span(3030, 3050)], [Span(3130, 3150)], [Span(3230, 3250)], [Span(3330, 3350)]]


def test_a_sample_is_built_of_short_turns() -> None:
    speech = [Span(10 * turn, 10 * turn + 2) for turn in range(3)]

    assert samples(speech, most=5, longest_s=30) == [speech]


def test_no_speech_gives_no_samples() -> None:
    assert samples([], most=5, longest_s=30) == []


@given(st.integers(0, 40))
def test_scattered_places_are_all_places_once(count: int) -> None:
    assert sorted(scattered(count)) == list(range(count))


def test_the_first_samples_heard_are_already_spread() -> None:
    assert scattered(9)[:3] == [4, 0, 8]


def test_probabilities_are_restricted_to_what_is_allowed() -> None:
    found = {"en": 0.6, "de": 0.3, "fr": 0.1}

    assert allowed(found, None) == pytest.approx(found)
    assert allowed(found, ("de", "fr")) == pytest.approx({"de": 0.75, "fr": 0.25})


def test_languages_that_were_all_ruled_out_are_equally_likely() -> None:
    assert allowed({"en": 1.0}, ("de", "fr")) == {"de": 0.5, "fr": 0.5}


def test_opinions_are_pooled_by_seconds() -> None:
    heard = [({"en": 0.9, "de": 0.1}, 30.0), ({"en": 0.0, "de": 1.0}, 10.0)]

    assert pool(heard) == pytest.approx({"en": 0.675, "de": 0.325})


def test_five_weak_opinions_make_no_strong_one() -> None:
    assert pool([({"en": 0.6, "de": 0.4}, 30.0)] * 5) == pytest.approx({"en": 0.6, "de": 0.4})


@given(
    st.lists(
        st.tuples(st.lists(shares, min_size=2, max_size=2).filter(any), st.floats(0.1, 30)),
        min_size=1,
        max_size=6,
    )
)
def test_pooled_probabilities_sum_to_one(heard: list[tuple[list[float], float]]) -> None:
    opinions = [
        (allowed(dict(zip(("en", "de"), row, strict=True)), None), seconds)
        for row, seconds in heard
    ]

    assert sum(pool(opinions).values()) == pytest.approx(1)


@given(tables(longest=5), st.floats(0, 6))
def test_the_way_through_the_languages_is_the_best_of_all(
    table: tuple[NDArray[np.float64], NDArray[np.float64]], penalty: float
) -> None:
    probabilities, seconds = table
    ways = product(range(probabilities.shape[1]), repeat=len(seconds))

    best = max(scored(way, probabilities, seconds, penalty) for way in ways)

    found = tuple(smooth(probabilities, seconds, penalty=penalty).tolist())
    assert scored(found, probabilities, seconds, penalty) == pytest.approx(best)


@given(tables())
def test_without_a_penalty_each_stretch_has_its_likeliest_language(
    table: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> None:
    probabilities, seconds = table

    path = smooth(probabilities, seconds, penalty=0)

    chosen = probabilities[np.arange(len(path)), path]
    assert np.all(np.maximum(chosen, DOUBTED) == np.maximum(probabilities.max(axis=1), DOUBTED))


@given(tables(), st.floats(0, 5), st.floats(0.1, 5))
def test_a_higher_penalty_never_switches_more(
    table: tuple[NDArray[np.float64], NDArray[np.float64]], penalty: float, more: float
) -> None:
    few = smooth(*table, penalty=penalty + more)

    assert switches(few) <= switches(smooth(*table, penalty=penalty))


@given(tables())
def test_one_opinion_for_all_when_switching_costs_too_much(
    table: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> None:
    assert switches(smooth(*table, penalty=1e6)) == 0


@given(tables(), st.floats(0, 5))
def test_what_the_languages_are_called_does_not_matter(
    table: tuple[NDArray[np.float64], NDArray[np.float64]], penalty: float
) -> None:
    probabilities, seconds = table
    names = probabilities.shape[1]

    turned = names - 1 - smooth(probabilities[:, ::-1], seconds, penalty=penalty)

    straight = smooth(probabilities, seconds, penalty=penalty)
    assert scored(tuple(turned.tolist()), probabilities, seconds, penalty) == pytest.approx(
        scored(tuple(straight.tolist()), probabilities, seconds, penalty)
    )


@given(st.floats(0, 1), st.floats(0.1, 2))
def test_a_short_stretch_never_turns_alone(of_german: float, seconds: float) -> None:
    path = smooth(two(0.1, of_german, 0.1), np.array([10, seconds, 10]))

    assert path.tolist() == [EN, EN, EN]


@pytest.mark.parametrize(
    ("of_german", "seconds", "turns"),
    [(0.97, 5, False), (0.99, 5, True), (0.85, 10, False), (0.9, 10, True), (0.9, 60, True)],
)
def test_a_lone_stretch_turns_where_it_is_long_and_sure(
    of_german: float, seconds: float, *, turns: bool
) -> None:
    path = smooth(two(0.05, of_german, 0.05), np.array([10, seconds, 10]))

    assert path.tolist() == [EN, DE if turns else EN, EN]


def test_short_stretches_together_turn_what_none_would_alone() -> None:
    path = smooth(two(0.05, *[0.95] * 6, 0.05), np.array([10, *[2] * 6, 10]))

    assert path.tolist() == [EN, *[DE] * 6, EN]


def test_a_change_for_good_needs_half_of_what_a_lone_stretch_needs() -> None:
    last = smooth(two(0.05, 0.05, 0.95), np.array([5.0, 5, 5]))
    between = smooth(two(0.05, 0.95, 0.05), np.array([5.0, 5, 5]))

    assert SWITCH_PENALTY < np.log(0.95 / 0.05) < 2 * SWITCH_PENALTY
    assert (last.tolist(), between.tolist()) == ([EN, EN, DE], [EN, EN, EN])


def test_no_stretches_have_no_languages() -> None:
    assert smooth(np.zeros((0, 2)), np.zeros(0)).tolist() == []


def test_the_language_most_spoken_is_that_of_the_most_seconds() -> None:
    assert most_spoken([("en", 3.0), ("de", 2.0), ("de", 2.0)]) == "de"
    assert most_spoken([(None, 3.0)]) is None
    assert most_spoken([]) is None
