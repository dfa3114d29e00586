"""Second 0 is where players show 0, and nothing moves what comes later."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from media_files import Sound, loud_spans, recording, tone, write

from diascribe.errors import MediaLimitError
from diascribe.media import Limits, decode, probe
from diascribe.media.clock import GAP_TOLERANCE, gap, timed

MATROSKA_20_MS = re.compile(rb"\xa3\x42\x84\x81(..)\x80", re.DOTALL)
"""A block of 640 bytes (20 ms at 16 kHz) of track 1; the group is its time in ms."""


def packets(sound: Sound) -> list[Sound]:
    """Pieces of 20 ms."""
    return np.split(sound, len(sound) // 320)


def restamped(path: Path, times_ms: dict[int, int]) -> Path:
    """Give the packets of a Matroska file, by number, other times."""
    content = bytearray(path.read_bytes())
    blocks = list(MATROSKA_20_MS.finditer(content))
    assert len(blocks) == 50, "one second of packets"
    for number, time_ms in times_ms.items():
        content[slice(*blocks[number].span(1))] = time_ms.to_bytes(2, "big")
    path.write_bytes(content)
    return path


def test_a_stream_that_starts_after_the_pictures_starts_with_silence(tmp_path: Path) -> None:
    path = tmp_path / "late.mov"
    write(path, tone(440, 1.0), starts=[0.5], pictures=2.0)

    found = recording(path)

    assert found.duration == pytest.approx(1.5, abs=0.001)
    ((begin, end),) = loud_spans(found)
    assert (begin, end) == pytest.approx((0.5, 1.5), abs=0.001)
    assert found.remarks == ()


def test_a_container_that_starts_late_as_a_whole_starts_at_0(tmp_path: Path) -> None:
    path = tmp_path / "ten.mkv"
    write(path, tone(440, 1.0), starts=[10.0])

    found = recording(path)

    ((begin, end),) = loud_spans(found)
    assert (begin, end) == pytest.approx((0.0, 1.0), abs=0.001)


@pytest.mark.parametrize("name", ["gap.mkv", "gap.nut"])
def test_a_gap_in_the_timestamps_becomes_silence(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write(path, tone(440, 1.0), tone(440, 1.0), starts=[0.0, 2.5])

    found = recording(path)

    first, second = loud_spans(found)
    assert first == pytest.approx((0.0, 1.0), abs=0.001)
    assert second == pytest.approx((2.5, 3.5), abs=0.001)
    assert [remark.code for remark in found.remarks] == ["media_gaps"]


@pytest.mark.parametrize("name", ["gap.mp4", "gap.ts", "gap.mkv"])
def test_a_gap_in_compressed_sound_becomes_silence(tmp_path: Path, name: str) -> None:
    frames = np.split(tone(440, 1.024), 16)
    starts = [number * 0.064 for number in range(16)]
    path = tmp_path / name
    write(
        path,
        *frames,
        *frames,
        starts=[*starts, *(3 + start for start in starts)],
        codec="aac",
        pictures=5.0,
    )

    found = recording(path)

    (first, _), (second, _) = loud_spans(found)
    assert second - first == pytest.approx(3.0, abs=0.005)


def test_an_edit_list_s_delay_is_kept(tmp_path: Path) -> None:
    frames = np.split(tone(440, 1.024), 16)
    path = tmp_path / "edited.mp4"
    write(
        path,
        *frames,
        starts=[0.75 + number * 0.064 for number in range(16)],
        codec="aac",
        pictures=2.0,
    )

    found = recording(path)

    ((begin, _),) = loud_spans(found)
    assert begin == pytest.approx(0.75, abs=0.005)
    assert probe(path).duration == pytest.approx(0.75 + 1.024, abs=0.07)


def test_overlapping_timestamps_drop_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "overlap.mkv"
    write(path, tone(440, 1.0), tone(440, 1.0), starts=[0.0, 0.5])

    found = recording(path)

    assert found.duration == pytest.approx(2.0, abs=0.001)


def test_jitter_puts_no_holes_into_the_sound(tmp_path: Path) -> None:
    sound = tone(440, 1.0)
    late = np.random.default_rng(7).uniform(0.0, 0.019, 50)
    path = tmp_path / "jitter.mkv"
    write(path, *packets(sound), starts=[0.02 * number + late[number] for number in range(50)])

    found = recording(path)

    np.testing.assert_array_equal(found.samples, np.round(sound * 32768).astype(np.int16))


def test_one_wrong_timestamp_moves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "stray.mkv"
    write(path, *packets(tone(440, 1.0)))
    restamped(path, {20: 30_000})

    found = recording(path)

    assert found.duration == pytest.approx(1.0, abs=0.001)


def test_a_clock_that_starts_anew_loses_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "restart.mkv"
    write(path, *packets(tone(440, 1.0)))
    restamped(path, {25 + number: 20 * number for number in range(25)})

    found = recording(path)

    assert found.duration == pytest.approx(1.0, abs=0.001)


def test_a_gap_beyond_the_limit_is_refused_before_any_of_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "absurd.nut"
    write(path, tone(440, 1.0), tone(440, 1.0), starts=[0.0, 1e6])

    with pytest.raises(MediaLimitError, match=r"absurd.nut: wanted at most 48 h, got 277.8 h"):
        recording(path)


def test_sound_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    write(path, tone(440, 10.0))

    with pytest.raises(MediaLimitError, match=r"wanted at most 0.002 h"):
        recording(path, Limits(hours=0.002))


def test_progress_is_seconds_and_never_falls(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    write(path, tone(440, 30.0))

    steps = list(decode(path))

    assert steps == sorted(steps)
    assert 3 <= len(steps) <= 30
    assert steps[-1] == pytest.approx(30.0, abs=5.0)


@given(position=st.floats(0, 1e5), start=st.floats(-1e5, 1e5) | st.none())
def test_a_gap_ends_where_the_frame_starts_or_is_none(position: float, start: float | None) -> None:
    silence = gap(position, start)

    assert silence == 0.0 or start == pytest.approx(position + silence)
    assert silence == 0.0 or silence > GAP_TOLERANCE


@given(st.lists(st.floats(0, 1e5) | st.none()))
def test_timed_frames_are_the_same_in_the_same_order(starts: list[float | None]) -> None:
    stamped = list(enumerate(starts))

    found = list(timed(stamped))

    assert [number for number, _ in found] == [number for number, _ in stamped]


@given(st.lists(st.floats(0, 1e5)).map(sorted))
def test_starts_that_only_grow_are_all_believed(starts: list[float]) -> None:
    stamped = list(enumerate(starts))

    found = list(timed(stamped))

    assert found == stamped
