"""Music is no voice: a recording of music, noises and speech, one after the other."""

from pathlib import Path

import pytest

from diascribe import Transcript, load
from diascribe.span import Span
from diascribe.timeline import total

MUSIC = Span(0.0, 22.4)
NOISES = Span(29.1, 52.7)
VOICES = Span(64.0, 74.0)
"""Of a mix out of MUSAN, as those who mixed it mark it."""


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


def test_voices_after_music_are_heard(heard: Transcript) -> None:
    assert spoken_within(heard, VOICES) > 0.8 * VOICES.duration
