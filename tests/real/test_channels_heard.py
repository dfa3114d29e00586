"""Real recordings of several channels: what is heard of them, and who speaks where."""

import json
from pathlib import Path

import pytest
from channel_files import as_file, late, room, sides_of, talk, together
from cli_command import run_process
from invariants import check
from media_files import recording

from diascribe import Transcript, load
from diascribe.engine.channels import hear_channels
from diascribe.engine.engine import Engine
from diascribe.engine.steps import finish
from diascribe.evaluation.diarization import score_diarization
from diascribe.formats import rttm
from diascribe.span import Span
from diascribe.wire.decode import from_json


@pytest.fixture(scope="module")
def engine() -> Engine:
    return load(cores=2)


@pytest.fixture(scope="module")
def calls(shared_data: Path) -> Path:
    return shared_data / "calls_multichannel"


@pytest.mark.parametrize(
    ("name", "method", "channels"),
    [
        ("faster_whisper_stereo.wav", "split", [0, 1]),
        ("google_two_channel_16k.wav", "split", [0, 1]),
        ("google_multi.wav", "single", [0]),
        ("kennedy_mp3.mp3", "single", [0]),
        ("softcatala_dosparlants.mp3", "single", [0]),
        ("whispernet_3ch.wav", "split", [0, 1, 2]),
    ],
)
def test_recordings_of_others_are_decided_as_they_sound(
    calls: Path, name: str, method: str, channels: list[int]
) -> None:
    found = finish(hear_channels(recording(calls / name), "auto"))

    assert found.decision is not None
    assert found.decision.method == method
    assert [view.channel for view in found.views] == channels


def test_of_eight_spoken_channel_names_none_is_lost(calls: Path) -> None:
    found = finish(hear_channels(recording(calls / "whisperkit_8ch.m4a"), "auto"))

    assert found.decision is not None
    roles = [one.role for one in found.decision.channels]
    assert "duplicate" not in roles
    assert roles.count("heard") >= 7


def test_a_simulated_call_is_split_and_its_sides_do_not_mix(
    engine: Engine, shared_data: Path
) -> None:
    path = shared_data / "sim" / "dev" / "d4_2spk_1m_stereo.flac"
    (reference,) = rttm.parse(path.with_suffix(".rttm").read_text()).values()

    found = engine.diarize(path)
    score = score_diarization(reference, found.turns, regions=[Span(0, found.duration)]).score

    check(found)
    assert len(found.speakers) == 2
    assert score.der is not None
    assert score.der <= 0.1
    assert score.confusion / score.total <= 0.005


def texts(found: Transcript) -> list[str]:
    return [word.text for word in found.words]


def test_a_recording_and_its_inverted_late_copy_give_the_words_once(engine: Engine) -> None:
    sound = talk()[: 12 * 16_000]

    mono = engine.transcribe(as_file(together(sound)))
    copies = engine.transcribe(as_file(together(sound, -0.7 * late(sound, 12))))

    check(copies)
    assert len(mono.words) > 10
    assert texts(copies) == texts(mono)
    assert [one.speaker for one in copies.turns] == [one.speaker for one in mono.turns]


def test_a_call_of_voices_that_meet_on_both_sides_has_as_many_speakers_as_people(
    engine: Engine,
) -> None:
    whole = talk(44)  # on either side two or three voices of 5 s, which no slip of a diarizer has

    split = engine.diarize(as_file(together(*sides_of(whole))))
    mono = engine.diarize(as_file(together(whole)))

    check(split)
    assert {turn.channel for turn in split.turns} == {0, 1}
    assert len(split.speakers) == len(mono.speakers) == 3


def test_a_room_gives_the_words_of_one_recording(engine: Engine) -> None:
    found = engine.diarize(as_file(room()))

    check(found)
    assert found.channel_decision is not None
    assert found.channel_decision.method in {"mix", "single"}


def test_the_command_splits_what_it_is_told_to(calls: Path, tmp_path: Path) -> None:
    source = calls / "faster_whisper_stereo.wav"

    ran = run_process(
        "transcribe", source, "--channels", "split", "--format", "json,rttm,ctm", "-o", tmp_path
    )

    assert ran.status == 0, ran.err
    text = (tmp_path / "faster_whisper_stereo.json").read_text()
    check(from_json(text))
    result = json.loads(text)
    assert result["channel_decision"]["wanted"] == "split"
    assert {one["channel"] for one in result["turns"]} == {0, 1}
    assert {one["channel"] for one in result["word_segments"]} == {0, 1}
    lines = (tmp_path / "faster_whisper_stereo.rttm").read_text().splitlines()
    columns = [line.split()[2] for line in lines]
    assert set(columns) == {"1", "2"}
