"""What is no recording gives one clear line, and what is half of one gives that half."""

import os
import struct
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from media_files import constants, loud_spans, recording, tone, write

from diascribe.errors import (
    DiascribeError,
    MediaError,
    MediaLimitError,
    NoAudioError,
    SourceError,
)
from diascribe.media import Limits, probe

PROBE_AS_NOBODY = """
import os, sys
from diascribe.errors import DiascribeError
from diascribe.media import probe
if os.geteuid() == 0:
    os.seteuid(65534)
try:
    print(probe(sys.argv[1]))
except DiascribeError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture(autouse=True)
def _says_nothing(capfd: pytest.CaptureFixture[str]) -> object:
    yield
    assert capfd.readouterr() == ("", ""), "a library does not print"


def refusal(path: Path | str) -> DiascribeError:
    """The error that both ways of reading give."""
    with pytest.raises(DiascribeError) as probed:
        probe(path)
    with pytest.raises(DiascribeError) as decoded:
        recording(path)
    assert type(decoded.value) is type(probed.value)
    assert str(decoded.value) == str(probed.value)
    assert "\n" not in str(decoded.value)
    return decoded.value


def test_an_absent_file_says_so(tmp_path: Path) -> None:
    error = refusal(tmp_path / "absent.wav")

    assert isinstance(error, SourceError)
    assert str(error) == "absent.wav: wanted a readable file: No such file or directory"


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    error = refusal(tmp_path)

    assert isinstance(error, SourceError)
    assert "wanted a regular file, got a directory" in str(error)


def test_a_file_of_somebody_else_says_so(tmp_path: Path) -> None:
    path = tmp_path / "private.wav"
    write(path, tone(440, 0.1))
    path.chmod(0o000)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o711)

    done = subprocess.run(
        [sys.executable, "-c", PROBE_AS_NOBODY, path],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "SourceError private.wav: wanted a readable file: Permission denied\n"


def test_a_named_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)

    error = refusal(path)

    assert isinstance(error, SourceError)
    assert str(error) == "pipe: wanted a regular file, got a named pipe"


def test_an_endless_device_is_refused() -> None:
    error = refusal(Path("/dev/zero"))

    assert isinstance(error, SourceError)
    assert str(error) == "zero: wanted a regular file, got a device"


def test_a_name_with_a_zero_byte_is_refused() -> None:
    error = refusal("a\0b.wav")

    assert isinstance(error, SourceError)


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    path.touch()

    error = refusal(path)

    assert isinstance(error, MediaError)
    assert str(error) == "empty.wav: wanted a recording, got an empty file"


@pytest.mark.parametrize("content", [b"hello, this is text\n" * 50, bytes(5000), b"RIFF"])
def test_what_is_no_media_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "talk.wav"
    path.write_bytes(content)

    error = refusal(path)

    assert isinstance(error, MediaError)
    assert "talk.wav: wanted a complete audio or video file" in str(error)


@pytest.mark.parametrize("name", ["talk.raw", "talk.pcm", "talk.wav"])
def test_samples_without_a_header_come_with_a_hint(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes((tone(440, 1.0) * 20_000).astype("<i2").tobytes())

    error = refusal(path)

    assert isinstance(error, MediaError)
    assert "headerless samples need a header first" in error.hint


def test_a_video_without_sound_says_so(tmp_path: Path) -> None:
    path = tmp_path / "silent.mp4"
    write(path, pictures=0.4)

    error = refusal(path)

    assert isinstance(error, NoAudioError)
    assert str(error) == "silent.mp4: wanted an audio stream, got streams: 1 video"


def test_subtitles_hold_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "talk.wav"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nHi\n\n")

    error = refusal(path)

    assert isinstance(error, NoAudioError)


def test_a_header_without_samples_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "header.wav"
    write(path, tone(440, 0.1))
    path.write_bytes(path.read_bytes()[:-3200])

    with pytest.raises(NoAudioError, match="got an audio stream without samples"):
        recording(path)


def test_40_channels_are_too_many_and_a_higher_limit_takes_them(tmp_path: Path) -> None:
    path = tmp_path / "array.wav"
    write(path, constants([0.1] * 40, 0.1))

    error = refusal(path)
    found = recording(path, Limits(channels=40))

    assert isinstance(error, MediaLimitError)
    assert str(error) == "array.wav: wanted at most 32 channels, got 40"
    assert found.channels == 40


def test_a_rate_that_nobody_records_at_is_a_broken_header(tmp_path: Path) -> None:
    path = tmp_path / "broken.wav"
    write(path, tone(440, 0.1))
    content = bytearray(path.read_bytes())
    content[24:28] = struct.pack("<I", 1_092_676)
    path.write_bytes(content)

    error = refusal(path)

    assert isinstance(error, MediaError)
    assert "wanted a rate of 1000 to 768000 Hz" in str(error)
    assert "got 1092676 Hz" in str(error)


@pytest.mark.parametrize(
    ("name", "codec", "remarks"),
    [
        ("cut.wav", "pcm_s16le", {"media_cut_off"}),
        ("cut.flac", "flac", {"media_cut_off", "media_damaged"}),
        ("cut.m4a", "aac", {"media_cut_off", "media_damaged"}),
        ("cut.mkv", "libopus", {"media_cut_off"}),
        ("cut.mp3", "libmp3lame", set()),  # nothing in the file says how long it was
        ("cut.opus", "libopus", set()),
    ],
)
def test_half_a_file_gives_half_the_sound(
    tmp_path: Path, name: str, codec: str, remarks: set[str]
) -> None:
    path = tmp_path / name
    options = {"movflags": "faststart"} if name.endswith("m4a") else {}
    sound = np.split(tone(440, 9.6, 48_000), 100)
    write(path, *sound, codec=codec, rate_hz=48_000, options=options)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    found = recording(path)

    assert 4.0 < found.duration < 5.6
    assert {remark.code for remark in found.remarks} == remarks


def test_half_an_mp4_whose_table_is_at_its_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    write(path, *np.split(tone(440, 9.6, 48_000), 100), codec="aac", rate_hz=48_000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    error = refusal(path)

    assert isinstance(error, MediaError)
    assert "wanted a complete audio or video file" in str(error)


def test_a_wav_that_was_written_to_a_pipe_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "piped.wav"
    write(path, tone(440, 1.0))
    content = bytearray(path.read_bytes())
    content[4:8] = b"\xff" * 4
    content[content.index(b"data") + 4 :][:4] = b"\xff" * 4
    path.write_bytes(content)

    found = recording(path)

    assert found.duration == pytest.approx(1.0)
    assert found.remarks == ()


def test_damage_in_the_middle_leaves_the_rest_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "damaged.m4a"
    options = {"movflags": "faststart"}
    sound = np.split(tone(440, 9.6, 48_000), 100)
    write(path, *sound, codec="aac", rate_hz=48_000, options=options)
    content = bytearray(path.read_bytes())
    middle = range(len(content) // 3, len(content) // 2, 37)
    for position in middle:
        content[position] ^= 0xFF
    path.write_bytes(content)

    found = recording(path)

    codes = {remark.code for remark in found.remarks}
    assert "media_damaged" in codes
    assert found.duration == pytest.approx(9.6, abs=0.05)
    assert loud_spans(found)[-1][1] == pytest.approx(9.6, abs=0.01)


def test_a_codec_without_a_decoder_says_so(tmp_path: Path) -> None:
    path = tmp_path / "unknown.wav"
    write(path, tone(440, 0.1))
    content = bytearray(path.read_bytes())
    content[20:22] = b"\x34\x12"  # no such format tag
    path.write_bytes(content)

    error = refusal(path)

    assert isinstance(error, MediaError)
    assert str(error) == "unknown.wav: wanted a known codec, got one without a decoder"


def test_sound_that_is_damaged_throughout_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "damaged.m4a"
    write(path, *np.split(tone(440, 1.024), 16), codec="aac")
    content = bytearray(path.read_bytes())
    sound = slice(content.index(b"mdat") + 4, content.index(b"moov") - 4)
    content[sound] = b"\xff" * (sound.stop - sound.start)
    path.write_bytes(content)

    with pytest.raises(MediaError, match="wanted aac sound, got only damaged packets"):
        recording(path)


def test_many_threads_may_decode_at_once(tmp_path: Path) -> None:
    path = tmp_path / "tone.flac"
    write(path, *np.split(tone(440, 2.0), 20), codec="flac")
    found: list[int] = []

    threads = [
        threading.Thread(target=lambda: found.append(len(recording(path).samples)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [32_000] * 4
