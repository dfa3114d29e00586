"""Who said each word, worked out by hand."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from diascribe.algorithms.attribute import Attribution, split_by_speaker
from diascribe.transcript import Diarization, Segment, Turn, Word

A, B = "SPEAKER_00", "SPEAKER_01"


def word(start: float, end: float, text: str = "word", confidence: float | None = None) -> Word:
    return Word(start, end, text=text, timing="recognizer", confidence=confidence)


def segment(*words: Word, text: str | None = None) -> Segment:
    joined = " ".join(one.text for one in words) if text is None else text
    return Segment(words[0].start, words[-1].end, text=joined, language="en", words=words)


def attribute(
    one: Segment, *turns: Turn, exclusive: Sequence[Turn] | None = None, gap_s: float = 0.5
) -> list[Segment]:
    alone = tuple(turns if exclusive is None else exclusive)
    return Attribution.of(Diarization(turns, alone), gap_s=gap_s).attribute([one])


def only_word(one: Word, *turns: Turn, exclusive: Sequence[Turn] | None = None) -> Word:
    """The only word of a segment, attributed."""
    (part,) = attribute(segment(one), *turns, exclusive=exclusive)
    (found,) = part.words
    assert part.speaker == found.speaker
    return found


def test_a_word_inside_one_turn_gets_its_speaker() -> None:
    found = only_word(word(1, 2), Turn(0, 3, speaker=A), Turn(4, 5, speaker=B))

    assert (found.speaker, found.speaker_confidence, found.overlap) == (A, 1.0, False)
    assert found.speaker_reason is None


def test_a_word_goes_to_whoever_speaks_most_of_it() -> None:
    found = only_word(word(1, 2), Turn(0, 1.25, speaker=A), Turn(1.25, 3, speaker=B))

    assert (found.speaker, found.speaker_confidence, found.overlap) == (B, 0.75, False)


def test_a_word_half_outside_of_its_turn_is_half_sure() -> None:
    found = only_word(word(1, 2), Turn(1.5, 3, speaker=A))

    assert (found.speaker, found.speaker_confidence, found.overlap) == (A, 0.5, False)


def test_while_two_speak_the_exclusive_turns_decide() -> None:
    turns = Turn(0, 3, speaker=A), Turn(1, 4, speaker=B)
    exclusive = Turn(0, 1.25, speaker=A), Turn(1.25, 4, speaker=B)

    found = only_word(word(1, 2), *turns, exclusive=exclusive)

    assert (found.speaker, found.speaker_confidence, found.overlap) == (B, 1.0, True)


@pytest.mark.parametrize(("first", "second"), [(A, B), (B, A)])
def test_of_two_with_equal_claims_the_one_who_began_first_gets_it(first: str, second: str) -> None:
    turns = Turn(0, 3, speaker=first), Turn(1, 4, speaker=second)
    exclusive = Turn(0, 1.5, speaker=first), Turn(1.5, 4, speaker=second)

    found = only_word(word(1, 2), *turns, exclusive=exclusive)

    assert found.speaker == first


@pytest.mark.parametrize("gap", [0.0, 0.25, 0.5])
def test_a_word_near_a_turn_goes_to_it_and_says_why(gap: float) -> None:
    found = only_word(word(2 + gap, 3 + gap), Turn(0, 2, speaker=A), Turn(9, 10, speaker=B))

    assert (found.speaker, found.speaker_confidence) == (A, 0.0)
    assert found.speaker_reason == "nearest_turn"


def test_of_two_near_turns_the_nearer_one_gets_it() -> None:
    found = only_word(word(2.25, 3), Turn(0, 2, speaker=A), Turn(3.125, 4, speaker=B))

    assert found.speaker == B


def test_a_word_far_from_all_turns_is_nobodys_and_says_why() -> None:
    found = only_word(word(2.75, 3), Turn(0, 2, speaker=A))

    assert (found.speaker, found.speaker_confidence) == (None, None)
    assert found.speaker_reason == "no_turn_nearby"


def test_without_any_turn_every_word_is_nobodys() -> None:
    found = only_word(word(0, 1))

    assert (found.speaker, found.speaker_reason) == (None, "no_turn_nearby")


@pytest.mark.parametrize("instant", [0.0, 1.0, 2.9])
def test_a_word_of_no_duration_inside_a_turn_gets_it(instant: float) -> None:
    found = only_word(word(instant, instant), Turn(0, 3, speaker=A))

    assert found.speaker == A
    assert found.speaker_confidence == pytest.approx(1.0)
    assert found.speaker_reason is None


def test_a_word_of_no_duration_where_two_speak_is_overlapped() -> None:
    turns = Turn(0, 3, speaker=A), Turn(1, 4, speaker=B)

    found = only_word(word(2, 2), *turns, exclusive=turns[:1])

    assert (found.speaker, found.overlap) == (A, True)


def test_a_word_no_turn_covers_goes_to_the_speaker_of_both_neighbours() -> None:
    one = segment(word(0, 1, "well"), word(5, 6, "you"), word(9, 10, "know"))

    (found,) = attribute(one, Turn(0, 1, speaker=A), Turn(9, 10, speaker=A))

    assert found.speaker == A
    assert [w.speaker_reason for w in found.words] == [None, "between_words", None]
    assert found.words[1].speaker_confidence == 0.0


def test_a_word_near_anothers_turn_stays_in_the_sentence_around_it() -> None:
    one = segment(word(0, 1, "well"), word(1.25, 1.5, "you"), word(2, 3, "know"))
    turns = Turn(0, 1, speaker=A), Turn(1.5, 1.75, speaker=B), Turn(2, 3, speaker=A)

    (found,) = attribute(one, *turns)

    assert [w.speaker for w in found.words] == [A, A, A]
    assert found.words[1].speaker_reason == "between_words"


def test_a_word_inside_a_turn_is_never_smoothed_away() -> None:
    one = segment(word(0, 1, "so"), word(1, 1.25, "yes"), word(1.25, 2, "then"))
    turns = Turn(0, 1, speaker=A), Turn(1, 1.25, speaker=B), Turn(1.25, 2, speaker=A)

    parts = attribute(one, *turns)

    assert [(part.text, part.speaker) for part in parts] == [("so", A), ("yes", B), ("then", A)]


def test_words_between_two_speakers_are_not_given_to_either_by_the_neighbours() -> None:
    one = segment(word(0, 1, "one"), word(5, 6, "two"), word(9, 10, "three"))

    parts = attribute(one, Turn(0, 1, speaker=A), Turn(9, 10, speaker=B))

    assert [part.speaker for part in parts] == [A, None, B]
    assert parts[1].words[0].speaker_reason == "no_turn_nearby"


def test_a_segment_is_split_where_the_speaker_changes() -> None:
    words = word(0, 1, "are"), word(1, 2, "you"), word(2.5, 3, "yes"), word(3, 4, "I")
    one = replace(segment(*words), start=0.0, end=4.5, flags=("loop",))

    parts = attribute(one, Turn(0, 2, speaker=A), Turn(2.5, 4, speaker=B))

    assert [(p.start, p.end, p.text, p.speaker) for p in parts] == [
        (0, 2, "are you", A),
        (2.5, 4, "yes I", B),
    ]
    assert all(part.language == "en" and part.flags == ("loop",) for part in parts)


def test_a_segment_of_one_speaker_keeps_its_own_text_and_times() -> None:
    one = replace(
        segment(word(1, 2, "good"), word(2, 3, "day"), text="Good day."), start=0.5, end=3.5
    )

    (found,) = attribute(one, Turn(0, 4, speaker=A))

    assert (found.start, found.end, found.text) == (0.5, 3.5, "Good day.")


def test_a_parts_confidence_is_the_mean_of_its_words() -> None:
    words = word(0, 1, "a", 0.25), word(1, 2, "b", 0.75), word(3, 4, "c")
    one = replace(segment(*words), confidence=0.1)

    parts = attribute(one, Turn(0, 2, speaker=A), Turn(3, 4, speaker=B))

    assert [part.confidence for part in parts] == [0.5, None]


def test_a_part_reaches_to_the_end_of_its_longest_word() -> None:
    long = replace(word(0, 5, "long"), speaker=A)
    short = replace(word(1, 2, "short"), speaker=A)
    other = replace(word(3, 4, "other"), speaker=B)

    first, second = split_by_speaker(segment(long, short, other))

    assert (first.start, first.end) == (0, 5)
    assert (second.start, second.end) == (3, 4)


@pytest.mark.parametrize(
    ("start", "end", "speaker"), [(0, 1, A), (1.25, 3, B), (2.25, 3, B), (5, 6, None)]
)
def test_a_segment_without_words_goes_where_a_word_of_its_times_would(
    start: float, end: float, speaker: str | None
) -> None:
    one = Segment(start, end, text="good day", language="en")

    (found,) = attribute(one, Turn(0, 1.5, speaker=A), Turn(1.5, 2, speaker=B))

    assert (found.speaker, found.text, found.words) == (speaker, "good day", ())


def test_a_word_of_a_channel_goes_to_a_turn_on_it_and_is_overlapped_by_all() -> None:
    mine, theirs = Turn(1, 1.5, speaker=A, channel=0), Turn(0, 3, speaker=B, channel=1)

    found = only_word(replace(word(1, 2), channel=0), mine, theirs)

    assert (found.speaker, found.speaker_confidence, found.overlap) == (A, 0.5, True)


def test_a_word_of_a_channel_without_turns_goes_to_whoever_speaks() -> None:
    found = only_word(replace(word(1, 2), channel=2), Turn(0, 3, speaker=B, channel=1))

    assert found.speaker == B


def test_a_word_of_a_channel_is_not_given_to_a_near_turn_of_another() -> None:
    turns = Turn(5, 6, speaker=A, channel=0), Turn(2.1, 3, speaker=B, channel=1)

    found = only_word(replace(word(1, 2), channel=0), *turns)

    assert (found.speaker, found.speaker_reason) == (None, "no_turn_nearby")
