"""Samples are heard, and refused in plain words where they say too little about one voice."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from channel_files import as_file
from fakes import FakeDiarizer, FakeEncoder, FakeVad, silence, tone
from made_up_voices import heard, recorded
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE, Recording
from diascribe.engine.identify.enrolling import Enroller
from diascribe.engine.identify.gathering import Gathered, gather
from diascribe.engine.identify.people import Voiceprint
from diascribe.engine.identify.quality import clipped_share, is_tonal
from diascribe.engine.identify.samples import SpeakerSample
from diascribe.engine.steps import finish
from diascribe.errors import SampleError
from diascribe.transcript import Turn

TWO = (Turn(0, 3, speaker="SPEAKER_00"), Turn(3, 5, speaker="SPEAKER_01"))


def enroller(*turns: Turn) -> Enroller:
    return Enroller(vad=FakeVad(), diarizer=FakeDiarizer(turns), encoder=FakeEncoder())


def hear(path: Path, *turns: Turn) -> Voiceprint:
    return finish(enroller(*turns).hear(path, name=path.name))


def noise(duration: float, level: float) -> NDArray[np.int16]:
    random = np.random.default_rng(0).normal(0, level * 32_767, round(duration * SAMPLE_RATE))
    return np.round(random).astype(np.int16)[:, None]


def test_a_clean_sample_becomes_a_voiceprint(tmp_path: Path) -> None:
    path = recorded(tmp_path / "ada.wav", silence(1), tone(4), silence(1))

    found = hear(path)

    assert np.linalg.norm(found.vector) == pytest.approx(1)
    assert found.source == "ada.wav"
    assert (found.stamp.encoder, found.stamp.revision) == ("fake-encoding", "1")
    assert found.figures.seconds == pytest.approx(4.4, abs=0.1)  # padded on both sides
    assert found.figures.level_db == pytest.approx(-20.4, abs=0.5)
    assert found.figures.clipped == 0


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ([silence(5)], r"is silent: wanted at least 3 s of speech"),
        ([silence(1), tone(1), silence(1)], r"holds 1\.4 s of speech: wanted at least 3 s"),
        ([tone(5, 0.015)], r"holds no speech, but music"),
        ([noise(5, 0.015)], r"holds no speech, but noise"),
        ([noise(2, 0.015), tone(4, 0.03), noise(2, 0.015)], r"only \d dB louder than the noise"),
        ([tone(2, 0.015), tone(4, 0.03), tone(2, 0.015)], r"only \d dB louder than the music"),
        (
            [silence(1), np.clip(2 * tone(4, 0.45).astype(int), -32_768, 32_767).astype(np.int16)],
            r"\d+ % of the speech is clipped: wanted at most 2 %",
        ),
    ],
)
def test_samples_that_say_too_little_are_refused(
    tmp_path: Path, parts: list[NDArray[np.int16]], message: str
) -> None:
    with pytest.raises(SampleError, match=r"x\.wav: .*" + message):
        hear(recorded(tmp_path / "x.wav", *parts))


def test_a_sample_of_two_voices_is_refused(tmp_path: Path) -> None:
    path = recorded(tmp_path / "x.wav", tone(5), silence(1))

    with pytest.raises(SampleError, match=r"holds 2 voices, the others for 2\.0 s: wanted one"):
        hear(path, *TWO)


def test_a_slip_of_the_diarizer_is_left_out(tmp_path: Path) -> None:
    path = recorded(tmp_path / "x.wav", silence(1), tone(5), silence(1))
    turns = (Turn(1, 5.5, speaker="SPEAKER_00"), Turn(5.5, 6, speaker="SPEAKER_01"))

    assert hear(path, *turns).figures.seconds == pytest.approx(4.9, abs=0.1)


def test_turns_of_a_result_are_heard_alone(tmp_path: Path) -> None:
    path = recorded(tmp_path / "talk.wav", tone(4, 0.1), silence(1), tone(4, 0.5))
    turns = [Turn(5, 9, speaker="SPEAKER_01")]
    hearing = enroller(*TWO).hear(path, name="talk.wav", turns=turns)

    found = finish(hearing)

    loud = hear(recorded(tmp_path / "loud.wav", silence(0.2), tone(4, 0.5)))
    assert found.vector @ loud.vector > 0.999


def of_channels(*channels: NDArray[np.int16]) -> BinaryIO:
    """A file with a channel for each sound."""
    return as_file(Recording(np.concatenate(channels, axis=1), "call.wav"))


def test_a_sample_beside_its_inverted_copy_is_heard() -> None:
    voice = np.concatenate([silence(0.5), tone(4, 0.1), silence(0.5)])
    alone = finish(enroller().hear(of_channels(voice), name="x.wav"))

    beside = finish(enroller().hear(of_channels(voice, -voice), name="x.wav"))

    assert beside.vector @ alone.vector > 0.999


def test_turns_of_one_channel_are_heard_on_it_alone() -> None:
    mine = np.concatenate([silence(1), tone(4, 0.1), silence(1)])
    theirs = np.concatenate([silence(1), noise(4, 0.5), silence(1)])
    turns = [Turn(1, 5, speaker="SPEAKER_00", channel=0)]
    alone = finish(enroller().hear(of_channels(mine), name="x.wav"))

    found = finish(enroller().hear(of_channels(mine, theirs), name="x.wav", turns=turns))

    assert found.vector @ alone.vector > 0.999


def gathered(samples: list[SpeakerSample]) -> Gathered:
    return finish(gather(enroller(), samples, threshold=0.97))


def test_samples_with_equal_names_are_one_person(tmp_path: Path) -> None:
    found = gathered(heard(tmp_path, ada=(0.1, 0.11), bob=(0.5,)))

    assert found.known.names == ("ada", "bob")
    assert found.warnings == ()


def test_a_failing_sample_loses_no_other(tmp_path: Path) -> None:
    samples = heard(tmp_path, ada=(0.1,))
    absent = SpeakerSample(str(tmp_path / "bob.wav"))

    found = gathered([absent, *samples])

    assert found.known.names == ("ada",)
    (warning,) = found.warnings
    assert warning.code == "speaker_sample_failed"
    assert "sample of bob (" in warning.message


def test_equal_names_with_different_voices_are_told_and_not_looked_for(tmp_path: Path) -> None:
    found = gathered(heard(tmp_path, ada=(0.03, 0.5)))

    assert len(found.known) == 0
    assert [one.code for one in found.warnings] == ["speaker_samples_differ", "no_known_voices"]


def test_a_sample_unlike_the_others_is_told_and_left_out(tmp_path: Path) -> None:
    found = gathered(heard(tmp_path, ada=(0.03, 0.5, 0.032)))

    assert found.known.names == ("ada",)
    (warning,) = found.warnings
    assert warning.code == "speaker_sample_differs"
    assert warning.message.startswith("ada1.wav sounds unlike the other samples of ada")


def test_clipping_is_flat_at_the_peak() -> None:
    wave_ = np.sin(np.linspace(0, 400, 16_000)).astype(np.float32)

    assert clipped_share(wave_) == 0
    assert clipped_share(np.clip(wave_, -0.5, 0.5)) == pytest.approx(2 / 3, abs=0.05)


def test_chords_are_music_and_hiss_is_not() -> None:
    time = np.arange(32_000) / SAMPLE_RATE
    chord = sum(0.05 * np.sin(2 * np.pi * hz * time) for hz in (262, 330, 392))
    hiss = np.random.default_rng(0).normal(0, 0.05, 32_000)

    assert is_tonal(np.asarray(chord, np.float32))
    assert not is_tonal(hiss.astype(np.float32))
