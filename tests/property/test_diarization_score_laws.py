"""What holds for every pair of diarizations, and a scorer that counts hundredths of seconds."""

from __future__ import annotations

from dataclasses import astuple
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.evaluation.diarization import score_diarization
from diascribe.evaluation.diarization_scores import DiarizationScore
from diascribe.span import Span
from diascribe.transcript import Turn

FRAMES = 400
WHOLE = (Span(0, FRAMES / 100),)

Turns = list[Turn]


@st.composite
def turns(draw: st.DrawFn, names: str) -> Turns:
    """Turns on hundredths of seconds, those of two speakers overlapping as they like."""
    starts = st.integers(0, FRAMES - 1)
    places = st.lists(st.tuples(st.sampled_from(names), starts, st.integers(1, 90)), max_size=8)
    return [
        Turn(start / 100, min(FRAMES, start + length) / 100, speaker=name)
        for name, start, length in draw(places)
    ]


references, hypotheses = turns("abc"), turns("xyz")
regions = st.sampled_from([WHOLE, (Span(0.5, 1.5), Span(2, 3.5)), ()])
collars = st.sampled_from([0, 0.05, 0.25])


def frames_of(own: Turns) -> dict[str, set[int]]:
    """Hundredths of seconds in which each speaker speaks."""
    spoken: dict[str, set[int]] = {}
    for one in own:
        frames = range(round(one.start * 100), round(one.end * 100))
        spoken.setdefault(one.speaker, set()).update(frames)
    return spoken


def brute_force(
    reference: Turns, hypothesis: Turns, inside: tuple[Span, ...], collar: float, *, skip: bool
) -> list[DiarizationScore]:
    """The definition, hundredth by hundredth, once for each of the equally good mappings."""
    wanted, found = frames_of(reference), frames_of(hypothesis)
    evaluated = {
        frame for one in inside for frame in range(round(one.start * 100), round(one.end * 100))
    }
    width = round(collar * 100)
    edges = {round(second * 100) for one in reference for second in (one.start, one.end)}
    scored = {
        frame
        for frame in evaluated
        if not any(edge - width <= frame < edge + width for edge in edges)
        and not (skip and sum(frame in own for own in wanted.values()) > 1)
    }
    return [
        summed([counts(frame, wanted, found, mapping) for frame in scored])
        for mapping in best_mappings(wanted, found, evaluated)
    ]


def summed(counted: list[tuple[int, int, int, int, int]]) -> DiarizationScore:
    sums = [sum(one) / 100 for one in zip(*counted, strict=True)] or [0.0] * 5
    return DiarizationScore(*sums)


def best_mappings(
    wanted: dict[str, set[int]], found: dict[str, set[int]], evaluated: set[int]
) -> list[dict[str, str]]:
    """Speakers of the hypothesis to those of the reference, as share most time."""
    names = [*wanted, *(f"nobody {index}" for index in range(len(found)))]
    choices = [dict(zip(found, chosen, strict=True)) for chosen in permutations(names, len(found))]
    shared = [
        sum(
            len(found[ours] & wanted.get(theirs, set()) & evaluated)
            for ours, theirs in mapping.items()
        )
        for mapping in choices
    ]
    return [
        mapping for mapping, frames in zip(choices, shared, strict=True) if frames == max(shared)
    ]


def counts(
    frame: int,
    wanted: dict[str, set[int]],
    found: dict[str, set[int]],
    mapping: dict[str, str],
) -> tuple[int, int, int, int, int]:
    """Speakers in one hundredth: all, correct, missed, too many, confused."""
    theirs = {name for name, own in wanted.items() if frame in own}
    ours = {mapping[name] for name, own in found.items() if frame in own}
    correct, least = len(theirs & ours), min(len(theirs), len(ours))
    return len(theirs), correct, len(theirs) - least, len(ours) - least, least - correct


@given(
    reference=references,
    hypothesis=hypotheses,
    inside=regions,
    collar=collars,
    skip=st.booleans(),
)
def test_counting_hundredths_gives_the_same_seconds(
    reference: Turns, hypothesis: Turns, inside: tuple[Span, ...], collar: float, *, skip: bool
) -> None:
    found = score_diarization(
        reference, hypothesis, regions=inside, collar=collar, skip_overlap=skip
    )

    possible = brute_force(reference, hypothesis, inside, collar, skip=skip)
    assert any(astuple(found.score) == pytest.approx(astuple(one)) for one in possible)


@given(reference=references, collar=collars, skip=st.booleans())
def test_a_diarization_is_no_different_from_itself(
    reference: Turns, collar: float, *, skip: bool
) -> None:
    found = score_diarization(reference, reference, regions=WHOLE, collar=collar, skip_overlap=skip)

    assert found.score.der == 0
    assert found.mistakes == ()
    assert found.count.errors == 0
    assert found.jaccard.errors == 0


@given(references, hypotheses)
def test_labels_do_not_matter(reference: Turns, hypothesis: Turns) -> None:
    renamed = [
        Turn(one.start, one.end, speaker={"x": "z", "y": "x", "z": "y"}[one.speaker])
        for one in reversed(hypothesis)
    ]

    before = score_diarization(reference, hypothesis, regions=WHOLE)
    after = score_diarization(reference, renamed, regions=WHOLE)

    assert after.score == before.score
    assert after.detection == before.detection
    assert after.jaccard.errors == pytest.approx(before.jaccard.errors)


@given(references, hypotheses)
def test_recordings_one_after_another_add_up(reference: Turns, hypothesis: Turns) -> None:
    later = FRAMES / 100
    once = score_diarization(reference, hypothesis, regions=WHOLE).score

    twice = score_diarization(
        [*reference, *(one.shifted(later) for one in reference)],
        [*hypothesis, *(one.shifted(later) for one in hypothesis)],
        regions=(Span(0, 2 * later),),
    ).score

    for name in ("total", "correct", "miss", "false_alarm", "confusion"):
        assert getattr(twice, name) == pytest.approx(getattr(once + once, name))


@given(
    reference=references,
    hypothesis=hypotheses,
    inside=regions,
    collar=collars,
    skip=st.booleans(),
)
def test_the_mistakes_are_the_seconds_that_are_wrong(
    reference: Turns, hypothesis: Turns, inside: tuple[Span, ...], collar: float, *, skip: bool
) -> None:
    found = score_diarization(
        reference, hypothesis, regions=inside, collar=collar, skip_overlap=skip
    )

    for kind in ("miss", "false_alarm", "confusion"):
        seconds = sum(one.duration * one.speakers for one in found.mistakes if one.kind == kind)
        assert seconds == pytest.approx(getattr(found.score, kind))
