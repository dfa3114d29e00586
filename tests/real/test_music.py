"""Music is no voice: a recording of music, noises and speech, one after the other."""

from pathlib import Path

import pytest

from diascribe import Transcript, load
from diascribe.span import Span
from diascribe.timeline import total

MUSIC = Span(0.0, 22.48)
NOISES = Span(29.08, 55.74)
READER = Span(63.34, 73.82)
"""Of a mix out of three files of MUSAN, a piece of music, noises and one reader of LibriVox, as
those who mixed it mark it."""


@pytest.fixture(scope="module")
def heard(shared_data: Path) -> Transcript:
    with load() as engine:
        return engine.diarize(shared_data / "odd_media" / "musanmix.mp3")


def spoken_within(transcript: Transcript, part: Span) -> float:
    """Seconds of a part in which anybody is said to speak."""
    inside = [
        Span(max(part.start, turn.start), min(part.end, turn.end))
        for turn in transcript.turns
        if turn.start < part.end and turn.end > part.start
    ]
    return total(inside)


def test_music_and_noises_are_seldom_taken_for_voices(heard: Transcript) -> None:
    assert spoken_within(heard, MUSIC) < 0.1 * MUSIC.duration
    assert spoken_within(heard, NOISES) < 0.02 * NOISES.duration


def test_the_one_reader_after_the_music_is_heard_as_one_and_as_nobody_before(
    heard: Transcript,
) -> None:
    speakers = {turn.speaker for turn in heard.turns if turn.end > READER.start}
    turns = [turn for turn in heard.turns if turn.speaker in speakers]

    assert len(speakers) == 1
    assert min(turn.start for turn in turns) > READER.start - 0.5
    assert spoken_within(heard, READER) > 0.8 * READER.duration
