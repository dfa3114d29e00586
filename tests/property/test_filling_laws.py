"""Laws of filling: no speech lost, pieces short enough, and never more of them than need be."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from diascribe.algorithms.filling import Room, fill
from diascribe.algorithms.hysteresis import pad
from diascribe.algorithms.packing import pack
from diascribe.span import Span
from diascribe.timeline import merge, total

HUNDREDTHS = 100
LONGEST_S, PAD_S, LEAST_PAD_S = 30.0, 0.2, 0.03
lengths = st.integers(1, 1_500).map(lambda hundredths: hundredths / HUNDREDTHS)
pauses = st.integers(1, 700).map(lambda hundredths: hundredths / HUNDREDTHS)
rooms = st.builds(
    Room,
    longest_s=st.integers(20, 4_000).map(lambda hundredths: hundredths / HUNDREDTHS),
    joined_gap_s=st.sampled_from([0.0, 0.5, 5.0]),
    pad_s=st.sampled_from([0.0, 0.2, 1.0]),
    least_pad_s=st.sampled_from([0.0, LEAST_PAD_S]),
    least_pause_s=st.sampled_from([0.0, 0.1, 1.0]),
)


@st.composite
def talks(draw: st.DrawFn, *, most: int = 12) -> tuple[list[Span], Span]:
    """Speech with pauses before, between and after, and the recording."""
    spans: list[Span] = []
    reached = 0.0
    for pause, length in draw(st.lists(st.tuples(pauses, lengths), max_size=most)):
        spans.append(Span(reached + pause, reached + pause + length))
        reached = spans[-1].end
    return spans, Span(0.0, reached + draw(pauses))


@given(talks(), rooms)
def test_filling_loses_no_speech(talk: tuple[list[Span], Span], room: Room) -> None:
    speech, recording = talk

    pieces = fill(speech, room, within=recording)

    assert total([*pieces, *speech]) == pytest.approx(total(pieces))


@given(talks(), rooms)
def test_pieces_are_sorted_disjoint_short_enough_and_within_the_recording(
    talk: tuple[list[Span], Span], room: Room
) -> None:
    speech, recording = talk

    pieces = fill(speech, room, within=recording)

    assert all(0 < one.duration <= room.longest_s + 1e-9 for one in pieces)
    assert all(one.end <= after.start for one, after in pairwise(pieces))
    assert all(recording.start <= one.start and one.end <= recording.end for one in pieces)


@given(talks(), rooms)
def test_pieces_hold_sound_near_speech_and_pauses_short_enough_to_bridge(
    talk: tuple[list[Span], Span], room: Room
) -> None:
    speech, recording = talk

    pieces = fill(speech, room, within=recording)

    padded = pad(speech, pad_s=room.pad_s + 1e-9, within=recording)
    bridged = merge(padded, gap_s=max(room.joined_gap_s, room.least_pause_s) + 1e-9)
    assert total([*bridged, *pieces]) == pytest.approx(total(bridged))


@given(talks(most=8), rooms)
def test_there_are_never_more_pieces_than_in_the_best_of_all_ways_to_cut(
    talk: tuple[list[Span], Span], room: Room
) -> None:
    speech, recording = talk
    parts = merge(speech, gap_s=room.least_pause_s)
    assume(all(one.duration <= room.speech_s for one in parts))

    pieces = fill(speech, room, within=recording)

    assert len(pieces) == _fewest(parts, room)


def _fewest(parts: Sequence[Span], room: Room) -> int:
    """By trying every way to cut the parts into runs."""
    places = range(1, len(parts))
    for count in range(len(parts)):
        for cuts in combinations(places, count):
            edges = [0, *cuts, len(parts)]
            if all(_fits(parts[first:end], room) for first, end in pairwise(edges)):
                return count + 1
    return 0


def _fits(parts: Sequence[Span], room: Room) -> bool:
    gaps = [after.start - one.end for one, after in pairwise(parts)]
    longest_gap_s = room.joined_gap_s + 2 * room.pad_s
    whole_s = parts[-1].end - parts[0].start
    return all(gap <= longest_gap_s for gap in gaps) and whole_s <= room.speech_s


@given(talks(most=40))
def test_there_are_never_more_pieces_than_of_padded_speech_that_is_packed(
    talk: tuple[list[Span], Span],
) -> None:
    speech, recording = talk
    room = Room(LONGEST_S, 5.0, PAD_S, LEAST_PAD_S)
    padded = pad(speech, pad_s=PAD_S, within=recording)
    quiet = [(one.end + after.start) / 2 for one, after in pairwise(speech)]

    pieces = fill(speech, room, within=recording)

    assert len(pieces) <= len(pack(padded, max_s=LONGEST_S, gap_s=5.0, quiet=quiet))


@given(talks(), rooms)
def test_where_there_is_room_for_all_speech_is_padded_and_joined(
    talk: tuple[list[Span], Span], room: Room
) -> None:
    speech, recording = talk
    endless = replace(room, longest_s=1_000.0, least_pause_s=0.0)

    pieces = fill(speech, endless, within=recording)

    padded = merge(pad(speech, pad_s=room.pad_s, within=recording), gap_s=room.joined_gap_s)
    assume(not any(_close(*pair, room) for pair in pairwise(speech)))
    assert [(one.start, one.end) for one in pieces] == [
        pytest.approx((one.start, one.end)) for one in padded
    ]


def _close(one: Span, after: Span, room: Room) -> bool:
    """Whether a pause is as long as the longest within a piece, but for a rounding."""
    return abs(one.gap(after) - room.joined_gap_s - 2 * room.pad_s) < 1e-6
