"""Words as each speaker's: cpWER, tcpWER and WDER by hand, and by trying every pairing."""

from __future__ import annotations

import sys
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diascribe.errors import MissingExtraError
from diascribe.evaluation.text import speaker_scores, time_alignment
from diascribe.evaluation.text.concatenated import concatenated, concatenated_in_time
from diascribe.evaluation.text.lines import Line, tokens
from diascribe.evaluation.text.pairing import paired, paired_in_time
from diascribe.evaluation.text.speaker_errors import WordSpeakerScore, word_speaker_score
from diascribe.evaluation.text.speaker_scores import (
    SpeakerWordScore,
    TimedSpeakerWordScore,
    speaker_score,
    timed_speaker_score,
)
from diascribe.evaluation.text.speakers import Speakers, by_speaker
from diascribe.evaluation.text.word_errors import Edits, count_edits
from diascribe.span import Span


def line(start: float, end: float, speaker: str | None, text: str) -> Line:
    return Line(tuple(text.split()), Span(start, end), speaker)


@st.composite
def speakers(draw: st.DrawFn) -> Speakers:
    """Up to three speakers and nobody, times on a grid that no collar of the tests meets."""
    starts = st.integers(0, 12)
    lines = [
        Line(
            tuple(draw(st.lists(st.sampled_from("abc"), max_size=3))),
            Span(start, start + draw(st.integers(0, 3))),
            draw(st.sampled_from(["anna", "ben", None])),
        )
        for start in sorted(draw(st.lists(starts, max_size=6)))
    ]
    return by_speaker(lines)


def fewest(reference: Speakers, hypothesis: Speakers) -> int:
    """The errors of the best of all pairings."""
    wanted, found = list(reference.values()), list(hypothesis.values())
    size = max(len(wanted), len(found))
    wanted += [[]] * (size - len(wanted))
    found += [[]] * (size - len(found))
    return min(
        sum(
            count_edits(tokens(one), tokens(other)).errors
            for one, other in zip(wanted, order, strict=True)
        )
        for order in permutations(found)
    )


def test_swapped_speakers_are_as_good_and_a_stolen_word_is_two_errors() -> None:
    reference = [line(0, 1, "anna", "a b c"), line(1, 2, "ben", "d e")]
    swapped = [line(0, 1, "1", "a b"), line(1, 2, "0", "c d e")]

    score = speaker_score(reference, swapped)

    assert score.edits == Edits(hits=4, deletions=1, insertions=1)
    assert score.figures()["cpwer"] == 2 / 5


def test_a_speaker_without_a_partner_is_all_errors() -> None:
    reference = [line(0, 1, "anna", "a b"), line(1, 2, "ben", "c")]

    assert speaker_score(reference, [line(0, 1, "x", "a b")]).edits == Edits(2, 0, 1, 0)
    assert speaker_score(reference, []).edits == Edits(deletions=3)
    assert speaker_score([], reference).edits == Edits(insertions=3)


def test_words_at_another_time_are_not_the_same_words() -> None:
    reference = [line(0, 1, "anna", "yes"), line(60, 61, "anna", "no")]
    hypothesis = [line(0, 1, "x", "no"), line(60, 61, "x", "no")]
    late = [line(0, 1, "x", "yes"), line(70, 71, "x", "no")]

    near = timed_speaker_score(reference, hypothesis, collar_s=5)
    apart = timed_speaker_score(reference, late, collar_s=5)

    assert near is not None
    assert near.edits == Edits(hits=1, substitutions=1)
    assert apart is not None
    assert apart.edits == Edits(hits=1, deletions=1, insertions=1)
    assert speaker_score(reference, late).edits == Edits(hits=2)


@given(speakers(), speakers())
def test_no_pairing_has_fewer_errors(reference: Speakers, hypothesis: Speakers) -> None:
    wanted = fewest(reference, hypothesis)

    assert concatenated(reference, hypothesis).errors == wanted
    assert paired(reference, hypothesis).errors == wanted


@given(speakers(), speakers(), st.sampled_from([0.31, 1.03, 2.57]))
def test_our_pairing_in_time_counts_as_meeteval(
    reference: Speakers, hypothesis: Speakers, collar_s: float
) -> None:
    theirs = concatenated_in_time(reference, hypothesis, collar_s=collar_s)

    ours = paired_in_time(reference, hypothesis, collar_s=collar_s)

    assert ours is not None
    assert (ours.errors, ours.total) == (theirs.errors, theirs.total)


def test_more_speakers_than_meeteval_takes_are_paired_too() -> None:
    reference = [line(place, place + 1, f"r{place}", f"word{place}") for place in range(25)]
    hypothesis = [line(place, place + 1, f"h{place}", f"word{place}") for place in range(1, 25)]

    timed = timed_speaker_score(reference, hypothesis, collar_s=5)

    assert speaker_score(reference, hypothesis).edits == Edits(hits=24, deletions=1)
    assert timed is not None
    assert timed.edits == Edits(hits=24, deletions=1)


def test_a_long_recording_is_counted_without_a_table_of_all_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reference = [line(place, place + 1, "anna", f"word{place}") for place in range(40)]
    monkeypatch.setattr(speaker_scores, "MOST_TIMED_PAIRS", 1000)

    score = timed_speaker_score(reference, reference[:39], collar_s=5)

    assert score is not None
    assert score.edits == Edits(hits=39, deletions=1)


def test_too_many_words_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    heap = [line(0, 1, "anna", "so what now")] * 3
    monkeypatch.setattr(speaker_scores, "MOST_TIMED_PAIRS", 10)
    monkeypatch.setattr(time_alignment, "MOST_CELLS", 10)

    assert timed_speaker_score(heap, heap, collar_s=5) is None


def test_errors_of_several_files_are_of_the_sums() -> None:
    long, short = Edits(hits=90, deletions=10), Edits(substitutions=1, hits=1)

    untimed = SpeakerWordScore(long) + SpeakerWordScore(short)
    timed = TimedSpeakerWordScore(long) + TimedSpeakerWordScore(short)

    assert untimed.figures() == {
        "cpwer": 11 / 102,
        "cpwer_substitutions": 1,
        "cpwer_deletions": 10,
        "cpwer_insertions": 0,
    }
    assert timed.figures()["tcpwer"] == 11 / 102


def test_overlapping_utterances_of_one_speaker_are_no_news_to_the_terminal(
    caplog: pytest.LogCaptureFixture,
) -> None:
    both = [line(0, 4, "anna", "a b c d"), line(1, 2, "anna", "e")]

    timed_speaker_score(both, both, collar_s=5)

    assert not caplog.records


def test_of_aligned_words_those_of_the_wrong_speaker_count() -> None:
    reference = [line(0, 1, "anna", "a b c"), line(1, 2, "ben", "d e f")]
    hypothesis = [line(0, 1, "1", "a x"), line(1, 2, "0", "c d e"), line(2, 3, None, "f")]

    score = word_speaker_score(reference, hypothesis)

    assert score == WordSpeakerScore(words=6, errors=2)  # c is ben's, f is nobody's


def test_words_that_are_missing_or_added_are_no_speaker_errors() -> None:
    reference = [line(0, 1, "anna", "a b c")]

    assert word_speaker_score(reference, []) == WordSpeakerScore(0, 0)
    assert word_speaker_score(reference, [line(0, 1, "x", "a b c d")]).errors == 0
    assert word_speaker_score([line(0, 1, None, "a")], [line(0, 1, "x", "a")]).words == 0
    assert WordSpeakerScore(0, 0).figures()["wder"] == 0


def test_speaker_scores_of_several_files_are_of_the_sums() -> None:
    total = WordSpeakerScore(90, 9) + WordSpeakerScore(10, 10)

    assert total.figures() == {"wder": 19 / 100, "wder_words": 100}


def test_without_meeteval_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "meeteval.wer", None)

    with pytest.raises(MissingExtraError, match="cpWER needs the package meeteval"):
        speaker_score([line(0, 1, "anna", "a")], [line(0, 1, "x", "a")])
