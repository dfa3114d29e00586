"""What each odd file of the development data gives; a changed line is a changed behaviour."""

from pathlib import Path

import pytest
from media_files import recording

from diascribe.errors import DiascribeError
from diascribe.media import probe

NO_MEDIA = (
    "MediaError: wanted a complete audio or video file, got something else: "
    "Invalid data found when processing input"
)
NO_SAMPLES = "NoAudioError: wanted sound, got an audio stream without samples"

EXPECTED = {
    "almost_silent.wav": "0.625 s, 1 x 48000 Hz, wav pcm_s24le",
    "broken_mp3.mp3": NO_MEDIA,
    "digital_silence.wav": "0.625 s, 1 x 48000 Hz, wav pcm_f32le",
    "fw_hotwords.mp3": "4.000 s, 2 x 44100 Hz, mp3 mp3",
    "fw_multilingual.mp3": "59.900 s, 1 x 24000 Hz, mp3 mp3",
    "goforward_raw.raw": NO_MEDIA,
    "incorrect_header.wav": "0.000 s, 5 x 16000 Hz, wav pcm_s16le; media_cut_off",
    "jfk_441_m4a.m4a": "11.005 s, 1 x 44100 Hz, mov aac",
    "jfk_mp3.mp3": "11.000 s, 1 x 16000 Hz, mp3 mp3",
    "lhotse_cv_mp3.mp3": "2.376 s, 1 x 48000 Hz, mp3 mp3",
    "lhotse_stereo_opus.opus": "1.005 s, 2 x 48000 Hz, ogg opus",
    "lhotse_stereo_sph.sph": "1.000 s, 2 x 8000 Hz, nistsphere pcm_s16le",
    "mfa_24bit.wav": "25.718 s, 1 x 16000 Hz, wav pcm_s24le",
    "mfa_dummy_mp3.mp3": "1.080 s, 1 x 16000 Hz, mp3 mp3",
    "missing_wav_header.wav": NO_MEDIA,
    "mulaw.wav": "2.030 s, 1 x 16000 Hz, wav pcm_mulaw",
    "musanmix.mp3": "74.523 s, 1 x 16000 Hz, mp3 mp3",
    "ps_awful.wav": (
        "MediaError: wanted a rate of 1000 to 768000 Hz and at least 1 channel, "
        "got 1092676 Hz and 1"
    ),
    "ps_bad.wav": NO_MEDIA,
    "ps_chan3.wav": "20.872 s, 1 x 11025 Hz, wav pcm_s16le",
    "ps_chan3_2chan.wav": "20.872 s, 2 x 11025 Hz, wav pcm_s16le",
    "ps_chan3_sph.sph": "20.872 s, 1 x 11025 Hz, nistsphere pcm_s16le",
    "ps_evil.wav": NO_MEDIA,
    "ps_null.wav": NO_SAMPLES,
    "pydub_creative_common.mp4": "2.261 s, 2 x 48000 Hz, mov aac",
    "pydub_test1_empty.wav": NO_SAMPLES,
    "pydub_test5.webm": "1.480 s, 2 x 48000 Hz, matroska opus",
    "pydub_wrong_extension.aac": "9.659 s, 1 x 44100 Hz, mov aac",
    "silence2sec.wav": "2.000 s, 1 x 16000 Hz, wav pcm_s16le",
    "vibe_short_mp4.mp4": "1.984 s, 1 x 16000 Hz, mov aac",
    "zero_mp3.mp3": "MediaError: wanted a recording, got an empty file",
}
"""File: seconds, channels, rate, container and codec, then remarks; or the error."""


def outcome(path: Path) -> str:
    """One line for one file."""
    try:
        found = recording(path)
    except DiascribeError as error:
        return f"{type(error).__name__}: {str(error).removeprefix(f'{path.name}: ')}"
    container = found.container.split(",")[0]
    shape = f"{found.channels} x {found.source_rate_hz} Hz, {container} {found.codec}"
    remarks = "".join(f"; {remark.code}" for remark in found.remarks)
    return f"{found.duration:.3f} s, {shape}{remarks}"


def test_every_odd_file_gives_what_the_table_says(shared_data: Path) -> None:
    paths = sorted((shared_data / "odd_media").iterdir())

    found = {path.name: outcome(path) for path in paths}

    assert found == EXPECTED


def test_a_probe_foretells_the_duration_of_every_odd_file(shared_data: Path) -> None:
    whole = [
        shared_data / "odd_media" / name
        for name, line in EXPECTED.items()
        if "Error" not in line and ";" not in line
    ]

    for path in whole:
        stated = probe(path).duration
        assert stated == pytest.approx(recording(path).duration, abs=0.06), path.name
