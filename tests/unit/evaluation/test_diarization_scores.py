"""Diarization error by hand, against md-eval's figures and against pyannote.metrics."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # pyannote.metrics warns about its own plotting at import
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

from diascribe.errors import InputError
from diascribe.evaluation.diarization import Comparison, score_diarization
from diascribe.evaluation.diarization_scores import DiarizationScore
from diascribe.evaluation.scores import Mistake
from diascribe.formats import rttm
from diascribe.span import Span
from diascribe.transcript import Turn

TEN_S = (Span(0, 10),)


def turn(start: float, end: float, speaker: str) -> Turn:
    return Turn(start, end, speaker=speaker)


def compare(
    reference: list[Turn], hypothesis: list[Turn], collar: float = 0, *, skip: bool = False
) -> Comparison:
    return score_diarization(reference, hypothesis, regions=TEN_S, collar=collar, skip_overlap=skip)


def test_each_kind_of_error_is_counted_in_seconds() -> None:
    reference = [turn(0, 4, "anna"), turn(4, 8, "ben")]
    hypothesis = [turn(1, 5, "x"), turn(5, 9, "y")]

    found = compare(reference, hypothesis)

    assert found.score == DiarizationScore(8, correct=6, miss=1, false_alarm=1, confusion=1)
    assert found.score.der == 3 / 8
    assert found.mapping == {"x": "anna", "y": "ben"}
    assert found.mistakes == (
        Mistake(0, 1, "miss"),
        Mistake(4, 5, "confusion"),
        Mistake(8, 9, "false_alarm"),
    )


def test_overlapped_speech_counts_for_every_speaker() -> None:
    reference = [turn(0, 4, "anna"), turn(2, 4, "ben"), turn(3, 4, "cleo")]
    hypothesis = [turn(0, 4, "x")]

    found = compare(reference, hypothesis)

    assert found.score == DiarizationScore(7, correct=4, miss=3, false_alarm=0, confusion=0)
    assert found.mistakes == (Mistake(2, 3, "miss", 1), Mistake(3, 4, "miss", 2))


def test_skipped_overlap_is_not_scored() -> None:
    reference = [turn(0, 4, "anna"), turn(2, 4, "ben")]
    hypothesis = [turn(0, 4, "x")]

    found = compare(reference, hypothesis, skip=True)

    assert found.score == DiarizationScore(2, correct=2, miss=0, false_alarm=0, confusion=0)
    assert found.scored == (Span(0, 2), Span(4, 10))


def test_the_collar_is_left_out_on_both_sides_of_a_boundary() -> None:
    reference = [turn(2, 6, "anna")]
    hypothesis = [turn(1, 7, "x")]

    found = compare(reference, hypothesis, 0.25)

    assert found.score == DiarizationScore(3.5, correct=3.5, miss=0, false_alarm=1.5, confusion=0)
    assert found.scored == (Span(0, 1.75), Span(2.25, 5.75), Span(6.25, 10))


def test_nothing_outside_the_regions_is_scored() -> None:
    regions = (Span(1, 2), Span(5, 6))

    found = score_diarization([turn(0, 3, "anna")], [turn(4, 9, "x")], regions=regions)

    assert found.score == DiarizationScore(1, correct=0, miss=1, false_alarm=1, confusion=0)
    assert found.mapping == {}


def test_turns_of_one_speaker_that_overlap_count_once() -> None:
    reference = [turn(0, 4, "anna"), turn(2, 6, "anna")]

    found = compare(reference, [turn(0, 6, "x")])

    assert found.score == DiarizationScore(6, correct=6, miss=0, false_alarm=0, confusion=0)


def test_no_reference_speech_makes_the_rate_undefined_unless_nothing_is_wrong() -> None:
    assert compare([], [turn(0, 1, "x")]).score.der is None
    assert compare([], []).score.der == 0


def test_turns_without_length_are_nobody() -> None:
    found = compare(
        [turn(0, 4, "anna"), turn(2, 2, "ben")], [turn(0, 4, "x"), turn(1, 1, "y")], 0.25
    )

    assert found.count.figures() == {
        "speakers_wanted": 1,
        "speakers_found": 1,
        "speaker_count_error": 0,
    }
    assert found.score.total == 3.5


def test_jaccard_error_weighs_speakers_equally_and_a_missing_one_fully() -> None:
    reference = [turn(0, 8, "anna"), turn(8, 9, "ben")]
    hypothesis = [turn(0, 6, "x")]

    found = compare(reference, hypothesis)

    assert found.jaccard.figures() == {"jer": pytest.approx((0.25 + 1) / 2)}


def test_jaccard_error_is_undefined_where_only_the_hypothesis_speaks() -> None:
    """As DER is; dscore calls such a file 100 % and leaves it out of all files' mean."""
    unwanted = compare([], [turn(0, 5, "x")])
    half = compare([turn(0, 4, "anna")], [turn(0, 2, "x")])

    assert unwanted.jaccard.figures() == {"jer": None}
    assert (unwanted.jaccard + half.jaccard).figures() == {"jer": pytest.approx(0.5)}
    assert compare([], []).jaccard.figures() == {"jer": 0}


def test_detection_knows_no_speakers() -> None:
    reference = [turn(0, 4, "anna"), turn(2, 6, "ben")]
    hypothesis = [turn(1, 8, "x")]

    found = compare(reference, hypothesis)

    assert found.detection.figures() == {
        "detection_error": pytest.approx(3 / 6),
        "detection_miss": pytest.approx(1 / 6),
        "detection_false_alarm": pytest.approx(2 / 6),
        "detection_total_s": 6,
        "detection_miss_s": 1,
        "detection_false_alarm_s": 2,
    }


def test_seconds_are_told_where_there_is_no_speech_to_be_a_share_of() -> None:
    figures = compare([], [turn(1, 4, "x")]).score.figures()

    assert figures["der"] is None
    assert (figures["miss_s"], figures["confusion_s"], figures["false_alarm_s"]) == (0, 0, 3)


def test_equal_sides_have_a_jaccard_error_of_exactly_nothing() -> None:
    """0.1 + 0.2 and the like once left 1e-16, above a ceiling of 0."""
    turns = [turn(place / 10, place / 10 + 0.07, "abc"[place % 3]) for place in range(99)]

    assert compare(turns, turns).jaccard.errors == 0


def test_too_many_and_too_few_speakers_do_not_cancel_out() -> None:
    one_less = compare([turn(0, 1, "anna"), turn(1, 2, "ben")], [turn(0, 2, "x")])
    one_more = compare([turn(0, 2, "anna")], [turn(0, 1, "x"), turn(1, 2, "y")])

    both = one_less.count + one_more.count

    assert both.figures() == {
        "speakers_wanted": 3,
        "speakers_found": 3,
        "speaker_count_error": 1,
    }


def test_touching_turns_of_one_speaker_have_a_boundary_with_a_collar() -> None:
    """As md-eval has it."""
    found = compare([turn(0, 5, "anna"), turn(5, 10, "anna")], [turn(0, 10, "x")], 0.25)

    assert found.score.total == 9


def test_more_speakers_than_memory_holds_are_refused() -> None:
    crowd = [turn(place / 2000, (place + 1) / 2000, f"{place}") for place in range(15_000)]

    with pytest.raises(InputError, match="15,002 times 15,000"):
        compare(crowd, [])


def read(path: Path) -> dict[str, tuple[Turn, ...]]:
    return rttm.parse(path.read_text())


def test_the_speechbrain_pair_scores_as_its_source_states(shared_data: Path) -> None:
    samples = shared_data / "scoring/speechbrain/tests/samples/rttm"
    reference = read(samples / "ref_rttm/ES2014c.rttm")["ES2014c"]
    hypothesis = read(samples / "sys_rttm/ES2014c.rttm")["ES2014c"]

    found = score_diarization(
        reference, hypothesis, regions=(Span(0, 3600),), collar=0.25, skip_overlap=True
    ).score

    assert (found.miss, found.false_alarm) == (0, 0)
    assert round(100 * found.confusion / found.total, 8) == 7.16923618
    assert found.der is not None
    assert round(100 * found.der, 8) == 7.16923618


MD_EVAL = {
    ("recordingA", 0, False): (2.0, 0.0, 0.4, 0.1),
    ("recordingA", 0, True): (2.0, 0.0, 0.4, 0.1),
    ("recordingA", 0.1, False): (1.6, 0.0, 0.4, 0.0),
    ("recordingA", 0.1, True): (1.6, 0.0, 0.4, 0.0),
    ("recordingA", 0.25, False): (1.0, 0.0, 0.25, 0.0),
    ("recordingA", 0.25, True): (1.0, 0.0, 0.25, 0.0),
    ("recordingB", 0, False): (2.0, 0.2, 0.6, 0.4),
    ("recordingB", 0, True): (2.0, 0.2, 0.6, 0.4),
    ("recordingB", 0.1, False): (1.6, 0.1, 0.5, 0.3),
    ("recordingB", 0.1, True): (1.6, 0.1, 0.5, 0.3),
    ("recordingB", 0.25, False): (1.0, 0.0, 0.35, 0.15),
    ("recordingB", 0.25, True): (1.0, 0.0, 0.35, 0.15),
}
"""Recording, collar and whether overlap is skipped: seconds scored, missed, of false alarm and
of confusion, as meeteval's md_eval_22 gives them on its examples with their UEM (md-eval 22 of
Debian's sctk, which prints two decimals, changed to print six)."""

UEM = {"recordingA": (Span(1, 4.5),), "recordingB": (Span(0, 10),)}


@pytest.mark.parametrize(("recording", "collar", "skip"), MD_EVAL)
def test_md_eval_agrees_on_the_examples_of_meeteval(
    recording: str, collar: float, *, skip: bool, shared_data: Path
) -> None:
    examples = shared_data / "scoring/fgnt+meeteval/example_files"
    reference = read(examples / "ref.rttm")[recording]
    hypothesis = read(examples / "hyp.rttm")[recording]

    found = score_diarization(
        reference, hypothesis, regions=UEM[recording], collar=collar, skip_overlap=skip
    ).score

    seconds = (found.total, found.miss, found.false_alarm, found.confusion)
    assert seconds == pytest.approx(MD_EVAL[recording, collar, skip], abs=1e-6)


def test_speakers_are_mapped_before_the_collar_is_left_out() -> None:
    """As md-eval does; mapped after it, x would be ben, and less would be confused."""
    reference = [*(turn(start, start + 0.4, "anna") for start in (0, 1, 2, 3)), turn(5, 6, "ben")]
    hypothesis = [turn(0, 6, "x")]

    found = compare(reference, hypothesis, 0.2)

    assert found.mapping == {"x": "anna"}
    assert found.score.confusion == pytest.approx(0.6)


def test_pyannote_metrics_agrees_without_a_collar(shared_data: Path) -> None:
    path = shared_data / "sim/dev/d8_4spk_60m"
    (reference,) = read(path.with_suffix(".rttm")).values()
    (hypothesis,) = read(path.with_suffix(".utt.rttm")).values()

    found = score_diarization(reference, hypothesis, regions=(Span(0, 3600),))

    theirs = pyannote_components(reference, hypothesis, seconds=3600)
    assert theirs["total"] == pytest.approx(found.score.total)
    assert theirs["correct"] == pytest.approx(found.score.correct)
    assert theirs["missed detection"] == pytest.approx(found.score.miss, abs=1e-6)
    assert theirs["false alarm"] == pytest.approx(found.score.false_alarm)
    assert theirs["confusion"] == pytest.approx(found.score.confusion, abs=1e-6)


def pyannote_components(
    reference: tuple[Turn, ...], hypothesis: tuple[Turn, ...], *, seconds: float
) -> dict[str, float]:
    sides = []
    for turns in (reference, hypothesis):
        side = Annotation()
        for track, one in enumerate(turns):
            side[Segment(one.start, one.end), track] = one.speaker
        sides.append(side)
    theirs, ours = sides
    components: dict[str, float] = DiarizationErrorRate()(
        theirs, ours, uem=Timeline([Segment(0, seconds)]), detailed=True
    )
    return components
