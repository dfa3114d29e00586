"""Every rate, sample format, channel count and codec gives the same sound."""

import io
from pathlib import Path

import numpy as np
import pytest
from media_files import constants, floats, loud_spans, recording, tone, write

from diascribe.media import probe

RATES_HZ = (8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000)
PCM = ("pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le")


@pytest.mark.parametrize("codec", PCM)
@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_tone_keeps_length_phase_and_level(tmp_path: Path, rate_hz: int, codec: str) -> None:
    path = tmp_path / "tone.wav"
    write(path, tone(440, 1.5, rate_hz), codec=codec, rate_hz=rate_hz)

    found = recording(path)

    expected = tone(440, found.duration)
    inside = slice(160, -160)  # a tone that starts at once is no tone for the filter's first 10 ms
    tolerance = 0.01 if codec == "pcm_u8" else 0.0005
    assert found.duration == pytest.approx(1.5, abs=0.001)
    np.testing.assert_allclose(floats(found)[inside], expected[inside], atol=tolerance)


@pytest.mark.parametrize("channels", [1, 2, 3, 5, 6, 7, 8, 16, 32])
@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
def test_channels_keep_their_order(tmp_path: Path, channels: int, rate_hz: int) -> None:
    levels = [number / 64 for number in range(channels)]
    path = tmp_path / "channels.wav"
    write(path, constants(levels, 0.5, rate_hz), rate_hz=rate_hz)

    found = recording(path)

    assert found.channels == channels
    np.testing.assert_allclose(floats(found)[4000], levels, atol=1e-4)


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("aac", "tone.m4a"),
        ("aac", "tone.mp4"),
        ("aac", "tone.mkv"),
        ("flac", "tone.flac"),
        ("flac", "tone.ogg"),
        ("libmp3lame", "tone.mp3"),
        ("libopus", "tone.opus"),
        ("libopus", "tone.webm"),
        ("pcm_s16le", "tone.avi"),
        ("pcm_s16le", "tone.mov"),
    ],
)
def test_an_encoder_s_delay_does_not_move_the_sound(tmp_path: Path, codec: str, name: str) -> None:
    silence = constants([0.0], 0.5, 48_000)
    burst = tone(1_000, 1.0, 48_000)
    path = tmp_path / name
    pieces = np.split(np.concatenate([silence, burst, silence]), 100)
    write(path, *pieces, codec=codec, rate_hz=48_000)

    found = recording(path)

    ((begin, end),) = loud_spans(found, level=0.2)
    assert begin == pytest.approx(0.5, abs=0.01)
    assert end == pytest.approx(1.5, abs=0.01)


def test_sound_beyond_full_scale_is_cut_off_at_it(tmp_path: Path) -> None:
    path = tmp_path / "loud.wav"
    write(path, constants([1.5, -1.5], 0.1), codec="pcm_f32le")

    found = recording(path)

    assert found.samples[800].tolist() == [32767, -32768]


@pytest.mark.parametrize("codec", ["pcm_f32le", "pcm_f64le"])
@pytest.mark.parametrize("rate_hz", [16_000, 48_000])
def test_samples_that_are_no_numbers_become_silence(
    tmp_path: Path, codec: str, rate_hz: int
) -> None:
    sound = constants([0.0], 0.2, rate_hz)
    sound[rate_hz // 10] = np.nan
    path = tmp_path / "nan.wav"
    write(path, sound, codec=codec, rate_hz=rate_hz)

    found = recording(path)

    assert not found.samples.any()


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e38])
def test_an_endless_sample_disturbs_only_its_neighbours(tmp_path: Path, value: float) -> None:
    sound = tone(440, 0.5, 48_000)
    sound[12_000] = value
    path = tmp_path / "inf.wav"
    write(path, sound, codec="pcm_f32le", rate_hz=48_000)

    found = floats(recording(path))

    expected = tone(440, 0.5)
    np.testing.assert_allclose(found[160:3900], expected[160:3900], atol=0.0005)
    np.testing.assert_allclose(found[4100:-160], expected[4100:-160], atol=0.0005)


def test_a_stream_that_changes_its_rate_midway_goes_on_in_time(tmp_path: Path) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    for file, rate_hz in ((first, 48_000), (second, 24_000)):
        pieces = np.split(tone(440, 0.96, rate_hz), 10)
        write(file, *pieces, codec="libmp3lame", rate_hz=rate_hz, container="mp3")
    path = tmp_path / "joined.mp3"
    path.write_bytes(first.getvalue() + second.getvalue())

    found = recording(path)

    spans = loud_spans(found)
    assert spans[0][0] == pytest.approx(0.0, abs=0.01)
    assert spans[-1][1] == pytest.approx(2 * 0.96, abs=0.15)  # padding of two encoders


@pytest.mark.parametrize("channels", [(2, 1), (1, 2)])
def test_a_stream_that_changes_its_channels_midway_keeps_the_first(
    tmp_path: Path, channels: tuple[int, int]
) -> None:
    joined = io.BytesIO()
    for count in channels:
        part = io.BytesIO()
        pieces = np.split(np.repeat(tone(440, 10.24), count, axis=1), 160)
        write(part, *pieces, codec="aac", container="adts")
        joined.write(part.getvalue())
    path = tmp_path / "joined.aac"
    path.write_bytes(joined.getvalue())

    found = recording(path)

    (begin, _), (_, end) = loud_spans(found)
    assert found.channels == channels[0]
    assert (begin, end) == pytest.approx((0.064, 20.608), abs=0.001)  # one priming packet
    np.testing.assert_allclose(np.ptp(found.samples[-8000:], axis=1), 0, atol=1)


def test_the_sound_of_a_video_is_found(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    write(path, *np.split(tone(440, 1.024), 16), codec="aac", pictures=2.0)

    found = recording(path)

    assert (found.codec, found.channels, found.source_rate_hz) == ("aac", 1, 16_000)
    assert found.duration == pytest.approx(1.024, abs=0.001)


def test_names_may_be_in_any_script_or_none(tmp_path: Path) -> None:
    names = ["r\u00e9union \u4f1a\u8b70 \U0001f600.wav", "two\nlines.wav", "bytes\udcff.wav"]
    sound = write(io.BytesIO(), tone(440, 0.1), container="wav")
    assert isinstance(sound, io.BytesIO)

    for name in names:
        (tmp_path / name).write_bytes(sound.getvalue())
    found = [recording(tmp_path / name).name for name in names]

    assert found == [names[0], "two\ufffdlines.wav", "bytes\ufffd.wav"]


def test_a_probe_says_what_the_header_says(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    write(path, constants([0.1, 0.2], 1.5, 44_100), rate_hz=44_100, codec="pcm_s24le")

    found = probe(path)

    assert found.duration == pytest.approx(1.5)
    assert (found.channels, found.rate_hz, found.tracks) == (2, 44_100, 1)
    assert (found.codec, found.container) == ("pcm_s24le", "wav")


def test_a_probe_does_not_guess_a_duration(tmp_path: Path) -> None:
    path = tmp_path / "bare.aac"
    write(path, *np.split(tone(440, 1.024), 16), codec="aac", container="adts")

    found = probe(path)

    assert found.duration is None
