"""The streaming diarizer: turns of what its network says, and what it says of its limits."""

from __future__ import annotations

import numpy as np
import pytest
from fakes import silence, tone
from invariants import check
from level_ears import level_diarizer

from diascribe.audio import Audio
from diascribe.engine.steps import finish_seconds
from diascribe.errors import OptionsError
from diascribe.protocols import Clustering, SpeakerCount, SpeechThresholds
from diascribe.timeline import total
from diascribe.transcript import Diarization, Speaker, Transcript


def diarized(audio: Audio, **wanted: int) -> Diarization:
    by = level_diarizer()
    prepared = finish_seconds(by.prepare(audio, SpeechThresholds()))
    return by.cluster(prepared, Clustering(speakers=SpeakerCount(**wanted)))


def talk() -> Audio:
    """The middle voice, the loudest, the faintest, and the middle one again, in whole tokens."""
    parts = [tone(2.88, 0.1), silence(0.96), tone(1.92, 0.5), silence(0.96), tone(0.96, 0.02)]
    return Audio(np.concatenate([silence(0.96), *parts, tone(2.88, 0.1)]))


def spans(found: Diarization) -> list[tuple[str, float, float]]:
    return [(one.speaker[-1], round(one.start, 2), round(one.end, 2)) for one in found.turns]


def test_turns_are_those_of_the_voices_numbered_by_first_speech() -> None:
    found = diarized(talk())

    assert spans(found) == [
        ("0", 0.96, 3.84),
        ("1", 4.8, 6.72),
        ("2", 7.68, 8.64),
        ("0", 8.64, 11.52),
    ]
    assert found.turns == found.exclusive
    assert found.warnings == ()
    assert dict(found.voices) == {}


def test_every_promise_about_turns_holds() -> None:
    audio = talk()
    found = diarized(audio)
    who = sorted({turn.speaker for turn in found.turns})

    check(
        Transcript(
            duration=audio.duration,
            language=None,
            turns=found.turns,
            exclusive_turns=found.exclusive,
            speakers=tuple(
                Speaker(one, total([turn for turn in found.turns if turn.speaker == one]))
                for one in who
            ),
        )
    )


@pytest.mark.parametrize("count", [{"exact": 2}, {"most": 2}], ids=str)
def test_fewer_than_found_keeps_those_who_speak_most_and_all_speech(count: dict[str, int]) -> None:
    found, everybody = diarized(talk(), **count), diarized(talk())

    assert {turn.speaker for turn in found.turns} == {"SPEAKER_00", "SPEAKER_01"}
    assert total(found.turns) == pytest.approx(total(everybody.turns))
    assert [one.code for one in found.warnings] == ["speakers_merged"]
    assert "found 3 speakers, and at most 2 were wanted" in found.warnings[0].message


def test_more_than_found_are_not_made_up() -> None:
    found = diarized(talk(), exact=4)

    assert len({turn.speaker for turn in found.turns}) == 3
    assert [one.code for one in found.warnings] == ["fewer_speakers"]


@pytest.mark.parametrize("count", [{"exact": 5}, {"least": 5}], ids=str)
def test_more_than_it_can_tell_apart_are_refused(count: dict[str, int]) -> None:
    with pytest.raises(OptionsError, match="ears tells at most 4 apart, wanted 5"):
        diarized(talk(), **count)


def test_as_many_as_it_can_tell_apart_may_be_more() -> None:
    by = level_diarizer()
    prepared = finish_seconds(by.prepare(Audio(silence(1)), SpeechThresholds()))
    eye = np.repeat(np.eye(4, dtype=np.uint8) * 250, 25, axis=0)
    full = type(prepared)(1.0, eye, np.ones(100, bool))

    free = by.cluster(full, Clustering())
    told = by.cluster(full, Clustering(speakers=SpeakerCount(exact=4)))

    assert [one.code for one in free.warnings] == ["speaker_limit"]
    assert told.warnings == ()


def test_short_turns_and_pauses_are_tidied() -> None:
    parts = [tone(0.96, 0.1), silence(0.24), tone(0.96, 0.1), silence(1.92), tone(0.32, 0.5)]
    by = level_diarizer()
    prepared = finish_seconds(by.prepare(Audio(np.concatenate(parts)), SpeechThresholds()))

    found = by.cluster(prepared, Clustering(min_duration_on_s=0.6, min_duration_off_s=0.5))

    assert spans(found) == [("0", 0.0, 2.16)]


@pytest.mark.parametrize("duration", [0.0, 0.005, 0.01, 0.2, 5.0])
def test_where_nobody_speaks_there_are_no_turns(duration: float) -> None:
    found = diarized(Audio(silence(duration)))

    assert (found.turns, found.exclusive, found.warnings) == ((), (), ())


def test_progress_rises_to_the_end_of_the_recording() -> None:
    audio = Audio(np.concatenate([tone(40, 0.1), silence(35)]))

    seen = list(level_diarizer().prepare(audio, SpeechThresholds()))

    assert seen == [30.0, 60.0, 75.0]


def test_turns_end_with_the_recording() -> None:
    found = diarized(Audio(tone(2.345, 0.1)))

    assert found.turns[-1].end <= 2.345
