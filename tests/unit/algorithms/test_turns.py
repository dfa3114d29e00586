"""Activity to turns: tidied, named by first speech, inside the recording."""

import numpy as np
import pytest

from diascribe.algorithms.turns import named, nobodys, shortfall, tidy, to_turns
from diascribe.protocols import Clustering, SpeakerCount
from diascribe.timeline import Grid
from diascribe.transcript import Turn

TENTH = Grid(step=0.1, width=0.1)
QUARTER = Grid(step=0.25, width=0.25)


def test_short_pauses_are_filled_before_short_turns_are_dropped() -> None:
    active = np.array([[1, 0, 1, 0, 0, 0, 1]], bool).T

    tidy(active, TENTH, Clustering(min_duration_on_s=0.2, min_duration_off_s=0.2))

    assert active[:, 0].tolist() == [True, True, True, False, False, False, False]


def test_speakers_are_numbered_by_first_speech_and_the_silent_are_none() -> None:
    active = np.array([[0, 0, 1], [1, 0, 1]], bool)

    assert named(active) == {2: "SPEAKER_00", 0: "SPEAKER_01"}


def test_turns_end_with_the_recording_and_come_by_start() -> None:
    active = np.array([[0, 1], [1, 1], [1, 0]], bool)

    found = to_turns(active, {0: "B", 1: "A"}, QUARTER, 0.6)

    assert found == (Turn(0.0, 0.5, speaker="A"), Turn(0.25, 0.6, speaker="B"))


def test_a_turn_behind_the_end_is_none() -> None:
    active = np.array([[0], [0], [1]], bool)

    assert to_turns(active, {0: "A"}, QUARTER, 0.4) == ()


@pytest.mark.parametrize(
    ("wanted", "warned"),
    [
        (SpeakerCount(exact=3), True),
        (SpeakerCount(least=3), True),
        (SpeakerCount(exact=2), False),
        (SpeakerCount(most=3), False),
        (SpeakerCount(), False),
    ],
    ids=repr,
)
def test_fewer_speakers_than_wanted_are_told(wanted: SpeakerCount, *, warned: bool) -> None:
    assert [one.code for one in shortfall(2, wanted)] == ["fewer_speakers"] * warned


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (SpeakerCount(exact=3), "wanted 3 speakers, found voices that differ for 2"),
        (SpeakerCount(least=3, most=9), "wanted at least 3 speakers, found voices that differ"),
    ],
)
def test_what_was_wanted_and_what_came_is_said(wanted: SpeakerCount, said: str) -> None:
    (notice,) = shortfall(2, wanted)

    assert notice.message.startswith(said)


def test_speech_in_nobodys_turn_is_told_in_seconds() -> None:
    (notice,) = nobodys(0.152, 2)

    assert (notice.code, notice.stage) == ("speech_without_speaker", "diarization")
    assert notice.message.startswith("0.15 s of speech are in nobody's turn")


@pytest.mark.parametrize(
    ("duration", "speakers", "told"), [(0.0, 0, 0), (0.0, 2, 0), (0.05, 0, 1), (0.05, 2, 0)]
)
def test_hardly_any_is_told_only_where_it_is_all_there_is(
    duration: float, speakers: int, told: int
) -> None:
    assert len(list(nobodys(duration, speakers))) == told
