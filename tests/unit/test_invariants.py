"""The check of every transcript finds each untruth it is there for."""

from dataclasses import replace

import pytest
from invariants import check
from meeting import ANNA, GUEST, MEETING, WELCOME

from diascribe.transcript import Segment, Speaker, Transcript, Turn, Word

FIRST = WELCOME.words[0]


def with_first_word(**changes: object) -> Transcript:
    word = replace(FIRST, **changes)  # type: ignore[arg-type]  # any field of a word
    return with_segment(replace(WELCOME, words=(word, *WELCOME.words[1:])))


def with_segment(segment: Segment) -> Transcript:
    return replace(MEETING, segments=(segment, *MEETING.segments[1:]))


def test_a_true_transcript_passes() -> None:
    check(MEETING)


@pytest.mark.parametrize(
    ("untrue", "problem"),
    [
        (replace(MEETING, duration=9.0), "outside of the recording"),
        (replace(MEETING, turns=MEETING.turns[::-1]), "out of order"),
        (replace(MEETING, segments=MEETING.segments[::-1]), "out of order"),
        (with_segment(replace(WELCOME, words=WELCOME.words[::-1])), "out of order"),
        (with_first_word(start=0.25), "outside of its segment"),
        (with_first_word(speaker=GUEST), "another speaker than its segment's"),
        (with_segment(replace(WELCOME, speaker="SPEAKER_07")), "without a turn: SPEAKER_07"),
        (
            replace(MEETING, speakers=MEETING.speakers[:1]),
            "not both listed and speaking: SPEAKER_01",
        ),
        (replace(MEETING, speakers=MEETING.speakers * 2), "listed twice"),
        (replace(MEETING, speakers=(Speaker(ANNA, 9.0), Speaker(GUEST, 1.4))), "but time 9.0"),
        (replace(MEETING, exclusive_turns=MEETING.turns), "exclusive turns overlap"),
        (replace(MEETING, exclusive_turns=MEETING.turns[:1]), "s of speech"),
        (replace(MEETING, exclusive_turns=(Turn(0.5, 5, speaker=ANNA),)), "within its speaker's"),
        (with_first_word(timing="interpolated"), "score without alignment"),
        (with_first_word(speaker=None), "sure of a speaker"),
        (with_first_word(speaker=None), "no speaker and no reason"),
        (with_first_word(confidence=1.5), "not within 0 to 1: 1.5"),
        (replace(MEETING, language=None), "no language"),
    ],
)
def test_an_untruth_is_named(untrue: Transcript, problem: str) -> None:
    with pytest.raises(AssertionError, match=problem):
        check(untrue)


def test_labels_are_numbered_in_order_of_first_speech() -> None:
    turns = (Turn(0, 1, speaker=GUEST), Turn(1, 2, speaker=ANNA))
    speakers = (Speaker(ANNA, 1.0), Speaker(GUEST, 1.0))
    transcript = Transcript(
        duration=2.0, language=None, turns=turns, exclusive_turns=turns, speakers=speakers
    )

    with pytest.raises(AssertionError, match="SPEAKER_01 speaks before SPEAKER_00"):
        check(transcript)


def test_without_diarization_nobody_needs_a_reason() -> None:
    word = Word(0, 1, text="Hi", timing="recognizer")
    segment = Segment(0, 1, text="Hi", language="en", words=(word,))

    check(Transcript(duration=1.0, language="en", segments=(segment,)))
