"""A recording's levels, taken in blocks, are those of its frames; its windows in batches."""

import numpy as np
import pytest

from diascribe.algorithms.windows import Windows, count_windows
from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.models.pyannet import GRID, frames_in
from diascribe.models.windowed.sound import LEVEL_BLOCK, Sound


def sound(samples: int) -> Sound:
    """Noise that grows louder, in windows of 5 s."""
    noise = np.random.default_rng(0).normal(0, 3000, samples) * np.linspace(0.1, 1, samples)
    audio = Audio(noise.astype(np.int16)[:, None])
    windows = Windows(
        count=count_windows(audio.duration, window_s=5.0, step_s=2.5),
        step_s=2.5,
        window_s=5.0,
        frames=frames_in(5.0),
        grid=GRID,
    )
    return Sound(audio, windows)


def test_a_frame_s_level_is_that_of_25_ms_on_either_side_over_seams_of_blocks_too() -> None:
    heard = sound(150 * SAMPLE_RATE)

    levels = heard.levels()

    assert len(levels) == heard.windows.total_frames > LEVEL_BLOCK
    samples = heard.audio.read(0, 150 * SAMPLE_RATE)
    for frame in (0, 7, LEVEL_BLOCK - 1, LEVEL_BLOCK, 8800):
        middle = round(GRID.middle(frame) * SAMPLE_RATE)
        around = samples[max(0, middle - 400) : middle + 400].astype(np.float64)
        assert levels[frame] == pytest.approx(10 * np.log10(np.mean(around**2)), abs=0.01)


def test_frames_beyond_the_end_are_as_loud_as_the_last() -> None:
    heard = sound(SAMPLE_RATE)

    levels = heard.levels()

    assert len(set(levels[60:].tolist())) == 1  # the recording has 59 frames
    assert levels[60] > -40


@pytest.mark.parametrize(("seconds", "sizes"), [(3.0, [1, 1, 1]), (10.0, [2, 1]), (99.0, [3])])
def test_a_batch_lasts_so_long_and_is_never_empty(seconds: float, sizes: list[int]) -> None:
    heard = sound(10 * SAMPLE_RATE)

    batches = heard.batches_of(seconds)

    assert [one.stop - one.start for one in batches] == sizes
    assert batches[-1].stop == heard.windows.count
