"""The mel front end by hand: the scale's published values, triangles, and pure tones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from diascribe.algorithms.mel import mel_filters, mel_power, slaney_hz, slaney_mel

BINS, FFT_SIZE, HOP = 40, 400, 160
FREQUENCIES = np.arange(FFT_SIZE // 2 + 1) * 40.0
"""Hz of the spectrum's lines: 16 kHz over 400."""

SCALE = [(0, 0), (60, 0.9), (110, 1.65), (220, 3.3), (440, 6.6), (1000, 15), (6400, 42)]
"""Hz and mel: below 1 kHz a mel is 66.7 Hz, above it 27 mels multiply by 6.4."""


def corners(bins: int) -> NDArray[np.float64]:
    """Hz (bins + 2,) of all triangles' feet and peaks, evenly spaced in mel up to 8 kHz."""
    top = 15 + 27 * np.log(8) / np.log(6.4)
    mel = np.linspace(0, top, bins + 2)
    return np.where(mel < 15, mel * 200 / 3, 1000 * 6.4 ** ((mel - 15) / 27))


def tone(frequency_hz: float, samples: int = 4000, level: float = 1.0) -> NDArray[np.float32]:
    """(1, time)"""
    phase = 2 * np.pi * frequency_hz * np.arange(samples) / 16_000
    return (level * np.sin(phase)).astype(np.float32)[None]


@pytest.mark.parametrize(("hz", "mel"), SCALE)
def test_the_scale_has_its_published_values(hz: float, mel: float) -> None:
    assert slaney_mel(np.array([hz], float)) == pytest.approx(mel)
    assert slaney_hz(np.array([mel], float)) == pytest.approx(hz)


@given(st.floats(0, 20_000))
def test_the_scale_goes_there_and_back(hz: float) -> None:
    assert slaney_hz(slaney_mel(np.array([hz]))) == pytest.approx(hz, abs=1e-6)


@pytest.mark.parametrize("bins", [10, 40, 80])
def test_each_triangle_has_area_one(bins: int) -> None:
    fine = 1 << 18  # spectral lines 0.06 Hz apart

    area = mel_filters(bins, fine).sum(axis=0, dtype=np.float64) * 16_000 / fine

    np.testing.assert_allclose(area, 1, rtol=1e-3)


def test_a_triangle_rises_from_its_left_foot_to_its_peak_and_falls_to_its_right_foot() -> None:
    feet = corners(BINS)

    filters = mel_filters(BINS, FFT_SIZE)

    for index in range(BINS):
        left, peak, right = feet[index : index + 3]
        height = 2 / (right - left)
        drawn = np.interp(FREQUENCIES, [left, peak, right], [0, height, 0])
        np.testing.assert_allclose(filters[:, index], drawn, atol=1e-7)


def test_triangles_of_equal_height_would_share_every_frequency_between_two() -> None:
    feet = corners(BINS)
    inner = (feet[1] < FREQUENCIES) & (feet[-2] > FREQUENCIES)

    level = mel_filters(BINS, FFT_SIZE) * (feet[2:] - feet[:-2]) / 2

    np.testing.assert_allclose(level[inner].sum(axis=1), 1, rtol=1e-5)


def test_filters_are_made_once_and_cannot_be_changed() -> None:
    filters = mel_filters(BINS, FFT_SIZE)

    assert filters is mel_filters(BINS, FFT_SIZE)
    with pytest.raises(ValueError, match="read-only"):
        filters[0, 0] = 1


@pytest.mark.parametrize("frequency_hz", [200, 400, 1000, 2000, 4000, 7000])
def test_a_pure_tone_is_three_lines_of_known_power(frequency_hz: int) -> None:
    # A periodic Hann window of N leaves a sine of amplitude 1 at N/4, its neighbours at N/8.
    spectrum = np.zeros(len(FREQUENCIES))
    line = frequency_hz // 40
    spectrum[line - 1 : line + 2] = np.square([FFT_SIZE / 8, FFT_SIZE / 4, FFT_SIZE / 8])

    mel = mel_power(tone(frequency_hz), bins=BINS, fft_size=FFT_SIZE, hop=HOP)

    expected = spectrum @ mel_filters(BINS, FFT_SIZE)
    inside = mel[0, 2:-2]  # away from the padded edges
    np.testing.assert_allclose(inside, np.tile(expected, (len(inside), 1)), rtol=1e-3, atol=0.01)


@given(st.floats(300, 7500))
def test_a_tone_is_loudest_in_the_bin_whose_peak_is_near(frequency_hz: float) -> None:
    peaks = corners(BINS)[1:-1]

    mel = mel_power(tone(frequency_hz, 1600), bins=BINS, fft_size=FFT_SIZE, hop=HOP)

    loudest = int(mel[0, 4].argmax())
    assert abs(loudest - int(np.abs(peaks - frequency_hz).argmin())) <= 1


@given(st.integers(200, 3000), st.integers(1, 300))
def test_frames_are_centred_on_every_hop_from_the_first_sample_on(samples: int, hop: int) -> None:
    mel = mel_power(np.zeros((2, samples), np.float32), bins=8, fft_size=FFT_SIZE, hop=hop)

    assert mel.shape == (2, 1 + samples // hop, 8)


def test_a_click_is_loudest_in_the_frame_centred_on_it() -> None:
    click = np.zeros((1, 3200), np.float32)
    click[0, 7 * HOP] = 1

    mel = mel_power(click, bins=BINS, fft_size=FFT_SIZE, hop=HOP)

    heard = mel[0].sum(axis=1)
    assert heard.argmax() == 7
    assert np.flatnonzero(heard > 1e-9).tolist() == [6, 7, 8]


@given(st.floats(0.01, 100))
def test_power_grows_with_the_square_of_the_level(level: float) -> None:
    once = mel_power(tone(440), bins=BINS, fft_size=FFT_SIZE, hop=HOP)

    louder = mel_power(tone(440, level=level), bins=BINS, fft_size=FFT_SIZE, hop=HOP)

    np.testing.assert_allclose(louder, once * level**2, rtol=1e-3, atol=1e-4 * level**2)


def test_windows_do_not_hear_each_other() -> None:
    noise = np.random.default_rng(0).normal(size=(3, 2000)).astype(np.float32)

    together = mel_power(noise, bins=BINS, fft_size=FFT_SIZE, hop=HOP)

    for window in range(3):
        alone = mel_power(noise[[window]], bins=BINS, fft_size=FFT_SIZE, hop=HOP)
        np.testing.assert_allclose(together[window], alone[0], rtol=1e-5)
