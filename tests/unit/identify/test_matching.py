"""Who a speaker is: nobody below the threshold, and nobody twice."""

from __future__ import annotations

import numpy as np
import pytest
from made_up_voices import STAMP, direction, voiceprint

from diascribe.engine.identify.agreeing import agreement
from diascribe.engine.identify.matching import Identity, match
from diascribe.engine.identify.people import Known, Who

KNOWN = Known.of(
    {Who("Ada"): [voiceprint(direction(0))], Who("Bob"): [voiceprint(direction(40))]}, STAMP
)


def test_a_voice_is_whoever_it_is_most_like() -> None:
    found = match({"S": direction(5)}, KNOWN, threshold=0.75, one_to_one=True)["S"]

    assert found.name == "Ada"
    assert found.score == pytest.approx(np.cos(np.deg2rad(5)))
    assert found.runner_up is not None
    assert found.runner_up.name == "Bob"
    assert found.runner_up.score == pytest.approx(np.cos(np.deg2rad(35)))


def test_a_voice_unlike_everybody_is_nobody_but_says_who_is_nearest() -> None:
    found = match({"S": direction(90)}, KNOWN, threshold=0.75, one_to_one=True)["S"]

    assert (found.name, found.score) == (None, None)
    assert found.runner_up is not None
    assert found.runner_up.name == "Bob"


def test_two_speakers_are_two_people() -> None:
    voices = {"A": direction(10), "B": direction(14)}

    found = match(voices, KNOWN, threshold=0.75, one_to_one=True)

    assert {who: one.name for who, one in found.items()} == {"A": "Ada", "B": "Bob"}


def test_unless_told_otherwise() -> None:
    voices = {"A": direction(10), "B": direction(14)}

    found = match(voices, KNOWN, threshold=0.75, one_to_one=False)

    assert {who: one.name for who, one in found.items()} == {"A": "Ada", "B": "Ada"}


def test_one_to_one_the_second_best_below_the_threshold_is_nobody() -> None:
    alone = Known.of({Who("Ada"): [voiceprint(direction(0))]}, STAMP)

    found = match({"A": direction(0), "B": direction(5)}, alone, threshold=0.75, one_to_one=True)

    assert found["A"].name == "Ada"
    assert found["B"].name is None
    assert found["B"].runner_up is not None
    assert found["B"].runner_up.name == "Ada"


def test_with_nobody_known_everybody_is_unknown() -> None:
    nobody = Known.of({}, STAMP)

    assert match({"S": direction(0)}, nobody, threshold=0, one_to_one=True) == {"S": Identity()}


@pytest.mark.parametrize(
    ("degrees", "kept", "odd"),
    [
        ((0,), (0,), ()),
        ((0, 10), (0, 1), ()),
        ((0, 90), (), (0, 1)),
        ((0, 10, 90), (0, 1), (2,)),
        ((90, 0, 10), (1, 2), (0,)),
        ((0, 10, 90, 100), (), (0, 1, 2, 3)),
    ],
)
def test_samples_agree_where_most_are_of_one_voice(
    degrees: tuple[float, ...], kept: tuple[int, ...], odd: tuple[int, ...]
) -> None:
    prints = [voiceprint(direction(one)) for one in degrees]

    found = agreement(prints, threshold=0.75)

    assert (found.kept, found.odd) == (kept, odd)
