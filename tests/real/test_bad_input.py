"""Bad input from end to end: a clear error or a correct, perhaps empty, result; nothing left."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from cli_command import Run, files_below, run_process, runner
from fakes import silence
from invariants import check
from media_files import Sound, constants, tone, write

from diascribe.api import load
from diascribe.audio import FULL_SCALE, SAMPLE_RATE
from diascribe.engine.engine import Engine
from diascribe.engine.steps import finish_seconds
from diascribe.errors import DiascribeError
from diascribe.media import decode
from diascribe.transcript import Transcript

CONVERSATION = Path(__file__).parents[2] / "examples" / "conversation.opus"

AS_NOBODY = """
import os
from diascribe import api
from diascribe.cli import app, main
from diascribe.wire import encode
engine = api.load(cores=1)  # nobody may not read the interpreter's own files
api.load = lambda **_: engine
os.getuid() or os.setuid(65534)
main.main()
"""

WITH_LITTLE_ROOM = """
import resource
from diascribe.cli.main import main
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
main()
"""


def program(source: str) -> tuple[str, ...]:
    """The command inside another program."""
    return (sys.executable, "-c", source)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with load() as loaded:
        yield loaded


@pytest.fixture(scope="module")
def conversation() -> Sound:
    """The sample conversation as (time, 1)."""
    return finish_seconds(decode(CONVERSATION)).samples / FULL_SCALE


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], engine: Engine) -> Run:
    return runner(monkeypatch, capsys, replace(engine, close=lambda: None))


@pytest.fixture(autouse=True)
def _leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything in this file works in a temporary directory that is empty in the end."""
    folder = tmp_path / "temporary"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield
    assert list(files_below(folder)) == []


def empty(path: Path) -> None:
    path.touch()


def text(path: Path) -> None:
    path.write_text("This is no sound at all.\n" * 100)


def pictures(path: Path) -> None:
    write(path, pictures=0.4)


def no_samples(path: Path) -> None:
    write(path, tone(440, 0.1))
    path.write_bytes(path.read_bytes()[:-3200])


def directory(path: Path) -> None:
    path.mkdir()
    (path / "notes.txt").touch()


def half_an_mp4(path: Path) -> None:
    write(path, *np.split(tone(440, 9.6, 48_000), 100), codec="aac", rate_hz=48_000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def forty_channels(path: Path) -> None:
    write(path, constants([0.1] * 40, 0.5))


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("empty.wav", empty, "invalid_media"),
        ("text.wav", text, "invalid_media"),
        ("pictures.mp4", pictures, "no_audio"),
        ("no_samples.wav", no_samples, "no_audio"),
        ("directory.wav", directory, "source_unreadable"),
        ("half.mp4", half_an_mp4, "invalid_media"),
        ("array.wav", forty_channels, "media_limit"),
        ("absent.wav", lambda _: None, "source_unreadable"),
    ],
)
def test_what_is_no_recording_is_one_clear_error(
    engine: Engine, run: Run, tmp_path: Path, name: str, make: Callable[[Path], None], code: str
) -> None:
    path = tmp_path / name
    make(path)

    with pytest.raises(DiascribeError) as refused:
        engine.transcribe(path)
    ran = run("transcribe", path, "-o", tmp_path / "out")

    assert refused.value.code == code
    assert "\n" not in str(refused.value)
    assert (ran.status, ran.out, len(ran.errors), ran.err.count("\n")) == (2, "", 1, 1)
    assert name in ran.err
    assert not (tmp_path / "out").exists()


def test_a_file_of_somebody_else_is_one_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "private.wav"
    write(path, tone(440, 0.1))
    path.chmod(0o000)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)

    ran = run_process("diarize", path, command=program(AS_NOBODY))

    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "error: private.wav: wanted a readable file: Permission denied\n"


def test_a_disk_that_fills_up_while_decoding_is_one_clear_error(tmp_path: Path) -> None:
    ran = run_process(
        "diarize", CONVERSATION, "-o", tmp_path / "out", command=program(WITH_LITTLE_ROOM)
    )

    assert (ran.status, ran.out) == (3, "")
    (error,) = ran.errors
    assert "no room for the decoded sound" in error
    assert "(hint: set TMPDIR to a directory with more room" in error
    assert not (tmp_path / "out").exists()


def transcribed(engine: Engine, path: Path, sound: Sound, codec: str = "pcm_s16le") -> Transcript:
    """What the whole engine makes of a sound."""
    write(path, sound, codec=codec)
    found = engine.transcribe(path)
    check(found)
    return found


def test_half_a_recording_gives_half_a_result_and_says_so(
    engine: Engine, run: Run, tmp_path: Path, conversation: Sound
) -> None:
    path = tmp_path / "half.wav"
    write(path, conversation[: 20 * SAMPLE_RATE])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    found = engine.diarize(path)
    ran = run("diarize", path)

    check(found)
    assert found.duration == pytest.approx(10, abs=0.01)
    assert [one.id for one in found.speakers] == ["SPEAKER_00", "SPEAKER_01"]
    assert [warning.code for warning in found.warnings] == ["media_cut_off"]
    assert ran.status == 0
    assert ran.err.startswith("warning: 20.0 s were promised, 10.0 s could be decoded")


def _click() -> Sound:
    sound = silence(3) / FULL_SCALE
    sound[SAMPLE_RATE] = 0.99
    return sound


def _chords() -> Sound:
    """Twelve seconds of decaying chords, three notes each."""
    chords = [(220, 277.2, 329.6), (196, 246.9, 293.7), (174.6, 220, 261.6), (196, 246.9, 392)]
    decay = np.exp(-2 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)[:, np.newaxis]
    sounds = [sum(tone(note, 1.0, level=0.1) for note in chord) * decay for chord in chords]
    return np.concatenate(sounds * 3)


def _noise() -> Sound:
    return np.random.default_rng(0).normal(0, 0.05, (5 * SAMPLE_RATE, 1))


@pytest.mark.parametrize(
    "sound",
    [
        silence(600) / FULL_SCALE,
        _click(),
        _chords(),
        _noise(),
        np.full((SAMPLE_RATE * 2, 1), 0.5),
        tone(440, 5.0),
        silence(0.001) / FULL_SCALE,
    ],
    ids=["silence", "a click", "music", "noise", "constant", "a tone", "16 samples"],
)
def test_where_nobody_speaks_the_result_is_empty(
    engine: Engine, tmp_path: Path, sound: Sound
) -> None:
    found = transcribed(engine, tmp_path / "sound.wav", sound)

    assert (found.segments, found.turns, found.speakers) == ((), (), ())
    assert found.language is None
    assert [one.code for one in found.warnings] == ["no_speech"]


def test_floats_that_are_no_numbers_are_silence_and_the_rest_is_heard(
    engine: Engine, tmp_path: Path, conversation: Sound
) -> None:
    sound = conversation[: 7 * SAMPLE_RATE].copy()
    sound[: SAMPLE_RATE // 4] = np.nan
    sound[3 * SAMPLE_RATE : 3 * SAMPLE_RATE + 100] = np.inf

    found = transcribed(engine, tmp_path / "nan.wav", sound, "pcm_f32le")

    assert [one.id for one in found.speakers] == ["SPEAKER_00"]
    assert "hello" in found.segments[0].text


def test_floats_none_of_which_is_a_number_are_silence(engine: Engine, tmp_path: Path) -> None:
    sound = np.full((SAMPLE_RATE, 1), np.nan)

    found = transcribed(engine, tmp_path / "nan.wav", sound, "pcm_f32le")

    assert (found.segments, found.turns) == ((), ())


def test_one_word_is_one_word_of_one_speaker(
    engine: Engine, tmp_path: Path, conversation: Sound
) -> None:
    quiet = silence(0.5) / FULL_SCALE
    hello = conversation[round(0.45 * SAMPLE_RATE) : round(0.95 * SAMPLE_RATE)]

    found = transcribed(engine, tmp_path / "hello.wav", np.concatenate([quiet, hello, quiet]))

    assert [word.text for word in found.words] == ["hello"]
    assert [one.id for one in found.speakers] == ["SPEAKER_00"]
    assert found.words[0].speaker == "SPEAKER_00"


def test_eight_copies_are_heard_as_one(engine: Engine, tmp_path: Path, conversation: Sound) -> None:
    part = conversation[: 7 * SAMPLE_RATE]
    write(tmp_path / "one.wav", part)
    write(tmp_path / "eight.wav", np.tile(part, (1, 8)))

    found = engine.diarize(tmp_path / "eight.wav")

    check(found)
    assert found.channel_decision is not None
    assert found.channel_decision.method == "single"
    turns = tuple(replace(one, channel=None) for one in found.turns)
    assert turns == engine.diarize(tmp_path / "one.wav").turns != ()


NO_MEDIA = "wanted a complete audio or video file"

ODD: dict[str, tuple[int, float] | str] = {
    "almost_silent.wav": (0, 0.0),
    "broken_mp3.mp3": NO_MEDIA,
    "digital_silence.wav": (0, 0.0),
    "fw_hotwords.mp3": (1, 3.8),
    "fw_multilingual.mp3": (2, 56.1),
    "goforward_raw.raw": NO_MEDIA,
    "incorrect_header.wav": (0, 0.0),
    "jfk_441_m4a.m4a": (1, 8.0),
    "jfk_mp3.mp3": (1, 8.2),
    "lhotse_cv_mp3.mp3": (1, 1.2),
    "lhotse_stereo_opus.opus": (0, 0.0),
    "lhotse_stereo_sph.sph": (0, 0.0),
    "mfa_24bit.wav": (1, 20.8),
    "mfa_dummy_mp3.mp3": (1, 1.0),
    "missing_wav_header.wav": NO_MEDIA,
    "mulaw.wav": (1, 1.2),
    "musanmix.mp3": (2, 10.7),  # one reader for 9.4 s (see test_music), and 1.4 s of music
    "ps_awful.wav": "wanted a rate of 1000 to 768000 Hz",
    "ps_bad.wav": NO_MEDIA,
    "ps_chan3.wav": (2, 13.6),
    "ps_chan3_2chan.wav": (2, 13.6),
    "ps_chan3_sph.sph": (2, 13.6),
    "ps_evil.wav": NO_MEDIA,
    "ps_null.wav": "wanted sound, got an audio stream without samples",
    "pydub_creative_common.mp4": (1, 0.7),  # a voice, which its list calls music
    "pydub_test1_empty.wav": "wanted sound, got an audio stream without samples",
    "pydub_test5.webm": (1, 1.2),
    "pydub_wrong_extension.aac": (2, 8.3),
    "silence2sec.wav": (0, 0.0),
    "vibe_short_mp4.mp4": (1, 1.4),
    "zero_mp3.mp3": "wanted a recording, got an empty file",
}
"""File: how many voices and seconds of turns `diarize` finds; or its error."""

TUNING = 0.15
"""Share by which seconds of speech may change without being a change worth a look."""


def test_every_odd_file_gives_a_result_or_one_clear_error(
    shared_data: Path, tmp_path: Path
) -> None:
    paths = sorted((shared_data / "odd_media").iterdir())

    ran = run_process("diarize", *paths, "-o", tmp_path / "out", "-q")

    assert [path.name for path in paths] == sorted(ODD)
    assert ran.status == 2
    assert "Traceback" not in ran.err
    assert len(ran.errors) == sum(isinstance(one, str) for one in ODD.values())
    for name, expected in ODD.items():
        if isinstance(expected, str):
            said = f"error: {shared_data / 'odd_media' / name}: {expected}"
            assert any(one.startswith(said) for one in ran.errors), name
        else:
            found = json.loads((tmp_path / "out" / f"{Path(name).stem}.json").read_text())
            voices, seconds = expected
            assert len(found["speakers"]) == voices, name
            spoken = sum(one["time"] for one in found["speakers"].values())
            assert spoken == pytest.approx(seconds, rel=TUNING, abs=0.2), name


def test_results_of_odd_files_are_written_for_each_that_has_one(
    shared_data: Path, tmp_path: Path
) -> None:
    names = [name for name, one in ODD.items() if not isinstance(one, str) and one[1] < 2]
    paths = [shared_data / "odd_media" / name for name in names]

    ran = run_process("diarize", *paths, "-o", tmp_path / "out", "-q", "-f", "rttm,json")

    assert ran.status == 0
    stems = {Path(name).stem for name in names}
    assert set(files_below(tmp_path / "out")) == {f"{one}.rttm" for one in stems} | {
        f"{one}.json" for one in stems
    }
