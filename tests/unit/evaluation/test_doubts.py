"""When a reference is doubted, and what is then left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from diascribe.evaluation.account import Account, Pair
from diascribe.evaluation.diarization import score_diarization
from diascribe.evaluation.doubts import doubt_units, find_doubts, offered
from diascribe.evaluation.evaluate import Settings, evaluate_pair
from diascribe.evaluation.scores import Doubt
from diascribe.span import Span
from diascribe.transcript import Turn, Word

REGIONS = (Span(0, 100),)


def turns(*spans: tuple[float, float]) -> list[Turn]:
    return [Turn(start, end, speaker="anna") for start, end in spans]


def doubts(reference: Iterable[Turn], hypothesis: Iterable[Turn]) -> tuple[Doubt, ...]:
    reference, hypothesis = list(reference), list(hypothesis)
    score = score_diarization(reference, hypothesis, regions=REGIONS).score
    return find_doubts(reference, hypothesis, score, REGIONS)


def test_a_long_stretch_of_speech_without_reference_is_doubted_and_left_out() -> None:
    reference = turns((0, 40), (60, 100))

    (doubt,) = doubts(reference, turns((0, 55), (60, 98)))

    assert "15 s of speech were found in 1 stretch (20 s)" in doubt.message
    assert doubt.message.endswith("the reference may be incomplete: listen to 0:40 to 0:55")
    assert doubt.stretches == (Span(40, 55),)
    assert doubt.scored == (Span(0, 40), Span(60, 100))


def test_large_false_alarm_with_little_else_wrong_is_doubted() -> None:
    """The shape of a documentary of which only the interviews were annotated."""
    reference = turns((0, 10), (18, 28), (36, 46))

    (doubt,) = doubts(reference, turns((0, 46)))

    assert "false alarm is 53.3 % and miss and confusion only 0.0 %" in doubt.message
    assert doubt.scored == (Span(0, 10), Span(18, 28), Span(36, 100))


def test_of_many_doubted_stretches_those_with_the_most_speech_are_named_first() -> None:
    reference = turns((0, 10), (14, 24), (30, 40), (41, 50), (55, 60))

    (doubt,) = doubts(reference, turns((0, 12), (14, 40), (41, 53), (54, 60)))

    assert doubt.stretches == (Span(24, 30), Span(50, 55), Span(10, 12))
    assert doubt.message.endswith("listen to 0:24 to 0:30, 0:50 to 0:55, 0:10 to 0:12")


def pair(reference: Iterable[Turn], hypothesis: Iterable[Turn]) -> Pair:
    sides = [Account(recording="r", turns=tuple(one)) for one in (reference, hypothesis)]
    return Pair(reference=sides[0], hypothesis=sides[1])


@pytest.mark.parametrize(
    ("factor", "unit"), [(1000, "milliseconds"), (100, "hundredths of seconds or frames")]
)
def test_times_that_are_no_seconds_are_doubted_instead_of_the_reference(
    factor: float, unit: str
) -> None:
    compared = pair(turns((0, 14)), turns((0, 18 * factor)))

    (doubt,) = evaluate_pair(compared, Settings()).doubts

    assert doubt.message == (
        f"other units? the hypothesis ends at {18 * factor} s and the reference at 14 s, about a "
        f"{factor}th of it: times are seconds, and those of the hypothesis may be {unit}"
    )
    assert doubt.scored is None
    assert offered([evaluate_pair(compared, Settings())]) == {"r": (Span(0, 18 * factor),)}


def test_the_reference_s_units_are_doubted_too_and_those_of_words() -> None:
    words = tuple(Word(at, at + 1, text="so", timing="aligned") for at in (0, 9))
    late = replace(words[1], start=9000, end=10_000)
    reference = Account(recording="r", words=(words[0], late))
    compared = Pair(reference=reference, hypothesis=Account(recording="r", words=words))

    (doubt,) = evaluate_pair(compared, Settings()).doubts

    assert doubt.message.startswith("other units? the reference ends at 10000 s")


@pytest.mark.parametrize("end", [1, 40, 60, 3000, 10_000])
def test_a_part_of_a_recording_is_no_matter_of_units(end: float) -> None:
    assert doubt_units(pair(turns((0, 50)), turns((0, end)))) == ()
    assert doubt_units(pair([], turns((0, end)))) == ()


def test_a_poor_diarization_of_a_complete_reference_is_not_doubted() -> None:
    reference = turns((0, 30), (34, 60))

    assert doubts(reference, turns((0, 10), (29, 36), (50, 62))) == ()


def test_no_reference_at_all_is_doubted() -> None:
    (doubt,) = doubts([], turns((0, 50)))

    assert doubt.message.startswith("there is no reference speech")
    assert doubt.scored == ()


def test_nothing_wrong_is_not_doubted() -> None:
    assert doubts(turns((0, 50)), turns((0, 50))) == ()
    assert doubts([], []) == ()
