"""Several channels' diarizations as one, worked out by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from diascribe.algorithms.joining import at_most, joined, link, one_at_a_time, people
from diascribe.span import Span
from diascribe.transcript import Diarization, Turn

A, B, C = "SPEAKER_00", "SPEAKER_01", "SPEAKER_02"


def voice(degrees: float) -> NDArray[np.float32]:
    angle = np.deg2rad(degrees)
    return np.array([np.cos(angle), np.sin(angle)], np.float32)


def side(channel: int, *turns: tuple[float, float, str], **voices: float) -> Diarization:
    """Turns on a channel; voices by the last letters of their labels, in degrees."""
    found = tuple(Turn(start, end, speaker=who, channel=channel) for start, end, who in turns)
    named = {f"SPEAKER_{label[1:]}": voice(degrees) for label, degrees in voices.items()}
    return Diarization(found, found, named)


def equal(turn: Turn, span: Span) -> float:
    """Nobody is louder than anybody."""
    del turn, span
    return 0.0


def test_voices_of_two_channels_are_two_speakers_numbered_by_first_speech() -> None:
    sides = [side(0, (5, 6, A), _00=0), side(1, (1, 2, A), _00=90)]

    found = joined(sides, people(sides), equal)

    assert [(one.start, one.speaker, one.channel) for one in found.turns] == [(1, A, 1), (5, B, 0)]
    assert found.turns == found.exclusive
    np.testing.assert_array_equal(found.voices[A], voice(90))


def test_the_same_voice_on_two_channels_is_one_speaker() -> None:
    sides = [side(0, (0, 2, A), _00=0), side(1, (5, 6, A), (8, 9, B), _00=10, _01=90)]

    persons = link(people(sides), threshold=0.1)
    found = joined(sides, persons, equal)

    assert [(one.speaker, one.channel) for one in found.turns] == [(A, 0), (A, 1), (B, 1)]
    assert found.voices[A] @ voice(5) == pytest.approx(1, abs=1e-3)


def test_who_speaks_at_the_same_time_is_not_one_speaker() -> None:
    sides = [side(0, (0, 4, A), _00=0), side(1, (2, 6, A), _00=0)]

    assert len(link(people(sides), threshold=0.5)) == 2


def test_a_short_overlap_of_boundaries_does_not_make_two_of_one() -> None:
    sides = [side(0, (0, 4, A), _00=0), side(1, (3.5, 6, A), _00=0)]

    assert len(link(people(sides), threshold=0.5)) == 1


def test_voices_of_one_channel_are_never_linked_through_another() -> None:
    sides = [side(0, (0, 2, A), (3, 5, B), _00=0, _01=20), side(1, (6, 8, A), _00=10)]

    assert len(link(people(sides), threshold=0.2)) == 2


def test_the_nearest_voices_are_joined_until_there_are_few_enough() -> None:
    sides = [side(0, (0, 2, A), (3, 5, B), _00=0, _01=80), side(1, (1, 4, A), _00=10)]

    persons = at_most(people(sides), 2)

    assert sorted(len(one.voices) for one in persons) == [1, 2]
    assert {voice for one in persons for voice in one.voices} == {(0, A), (0, B), (1, A)}


def test_voices_without_vectors_are_joined_only_where_they_must() -> None:
    sides = [side(0, (0, 2, A)), side(1, (3, 5, A))]

    assert len(link(people(sides), threshold=0.9)) == 2
    assert len(at_most(people(sides), 1)) == 1


def test_where_two_speak_the_louder_one_has_the_exclusive_turn() -> None:
    turns = [Turn(0, 4, speaker=A, channel=0), Turn(2, 6, speaker=B, channel=1)]

    quiet = one_at_a_time(turns, lambda turn, _: float(turn.channel == 1))

    assert [(one.start, one.end, one.speaker) for one in quiet] == [(0, 2, A), (2, 6, B)]


def test_exclusive_turns_hold_all_the_speech_and_overlap_nowhere() -> None:
    turns = [
        Turn(0, 4, speaker=A, channel=0),
        Turn(1, 2, speaker=B, channel=1),
        Turn(3, 5, speaker=C, channel=2),
    ]

    alone = one_at_a_time(turns, lambda turn, _: float(turn.channel or 0))

    spans = [(one.start, one.end, one.speaker) for one in alone]
    assert spans == [(0, 1, A), (1, 2, B), (2, 3, A), (3, 5, C)]


def test_no_sides_are_an_empty_diarization() -> None:
    found = joined([], [], equal)

    assert (found.turns, found.exclusive, found.voices) == ((), (), {})
