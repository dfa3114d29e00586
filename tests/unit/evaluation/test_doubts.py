"""When a reference is doubted, and what is then left out."""

from __future__ import annotations

from collections.abc import Iterable

from diascribe.evaluation.diarization import score_diarization
from diascribe.evaluation.doubts import find_doubts
from diascribe.evaluation.scores import Doubt
from diascribe.span import Span
from diascribe.transcript import Turn

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
    assert "may be incomplete" in doubt.message
    assert doubt.scored == (Span(0, 40), Span(60, 100))


def test_large_false_alarm_with_little_else_wrong_is_doubted() -> None:
    """The shape of a documentary of which only the interviews were annotated."""
    reference = turns((0, 10), (18, 28), (36, 46))

    (doubt,) = doubts(reference, turns((0, 46)))

    assert "false alarm is 53.3% and miss and confusion only 0.0%" in doubt.message
    assert doubt.scored == (Span(0, 10), Span(18, 28), Span(36, 100))


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
