"""Where filling cuts, and how much sound it leaves around speech."""

import pytest

from diascribe.algorithms.filling import Room, fill
from diascribe.span import Span

ROOM = Room(longest_s=10, joined_gap_s=5, pad_s=0.5, least_pad_s=0.125, least_pause_s=0.25)
RECORDING = Span(0, 100)


def test_without_speech_there_are_no_pieces() -> None:
    assert fill([], ROOM, within=RECORDING) == []


def test_speech_that_fits_is_one_piece_with_sound_around_it() -> None:
    assert fill([Span(2, 5), Span(6, 8)], ROOM, within=RECORDING) == [Span(1.5, 8.5)]


def test_there_is_no_sound_around_a_piece_beyond_the_recording() -> None:
    assert fill([Span(0.25, 5)], ROOM, within=Span(0, 5.25)) == [Span(0, 5.25)]


def test_a_full_piece_has_less_sound_around_it() -> None:
    assert fill([Span(1, 5), Span(6, 10.5)], ROOM, within=RECORDING) == [Span(0.75, 10.75)]


def test_what_one_side_has_no_use_for_the_other_may_have() -> None:
    assert fill([Span(0, 5), Span(6, 9.5)], ROOM, within=RECORDING) == [Span(0, 10)]


def test_without_room_for_the_least_sound_around_it_speech_is_cut() -> None:
    speech = [Span(1, 5), Span(6, 10.9)]

    assert fill(speech, ROOM, within=RECORDING) == [Span(0.5, 5.5), Span(5.5, 11.4)]


def test_of_cuts_into_as_many_pieces_the_one_at_the_longest_pause_is_taken() -> None:
    speech = [Span(1, 5), Span(6, 8), Span(8.5, 10), Span(10.5, 14)]

    assert fill(speech, ROOM, within=RECORDING) == [Span(0.5, 5.5), Span(5.5, 14.5)]


def test_of_cuts_at_pauses_long_enough_the_one_into_like_pieces_is_taken() -> None:
    speech = [Span(1, 4), Span(5, 8), Span(9, 12), Span(13, 16)]

    assert fill(speech, ROOM, within=RECORDING) == [Span(0.5, 8.5), Span(8.5, 16.5)]


def test_fewer_pieces_are_worth_a_cut_at_a_short_pause() -> None:
    speech = [Span(1, 5), Span(6, 10), Span(10.5, 14), Span(15, 19.5)]

    assert fill(speech, ROOM, within=RECORDING) == [Span(0.5, 10.25), Span(10.25, 20)]


def test_silence_as_short_as_within_a_word_is_no_place_to_cut() -> None:
    speech = [Span(1, 5), Span(6, 10), Span(10.25, 14), Span(15, 19.5)]

    pieces = fill(speech, ROOM, within=RECORDING)

    assert pieces == [Span(0.5, 5.5), Span(5.5, 14.5), Span(14.5, 20)]


def test_speech_too_long_for_a_piece_is_cut_at_the_shortest_silence() -> None:
    assert fill([Span(1, 7), Span(7.125, 14)], ROOM, within=RECORDING) == [
        Span(0.5, 7.0625),
        Span(7.0625, 14.5),
    ]


def test_speech_without_any_silence_is_cut_into_equal_parts() -> None:
    assert fill([Span(1, 19)], ROOM, within=RECORDING) == [Span(0.5, 10), Span(10, 19.5)]


def test_a_long_pause_is_in_no_piece() -> None:
    assert fill([Span(1, 2), Span(8.25, 9)], ROOM, within=RECORDING) == [
        Span(0.5, 2.5),
        Span(7.75, 9.5),
    ]


def test_pieces_without_room_for_speech_are_refused() -> None:
    with pytest.raises(ValueError, match="for their speech"):
        Room(longest_s=0.25, joined_gap_s=0, pad_s=0, least_pad_s=0.125)
