"""PyanNet: shapes, windows that do not hear each other, voices told apart."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from media_files import recording
from numpy.typing import NDArray

from diascribe.algorithms.speech import anybody
from diascribe.audio import SAMPLE_RATE
from diascribe.formats import rttm
from diascribe.models.pyannet import PyanNet
from diascribe.span import Span
from diascribe.weights.embedded import PYANNET
from diascribe.weights.session import Session

WINDOW = 5 * SAMPLE_RATE


@cache
def network(window_s: float = 5.0) -> PyanNet:
    return PyanNet(Session(PYANNET.path), "test", window_s=window_s)


def noise(windows: int, samples: int = WINDOW) -> NDArray[np.float32]:
    """(window, time)"""
    random = np.random.default_rng(0)
    return np.cumsum(random.normal(size=(windows, samples)), axis=1).astype(np.float32) * 0.01


@pytest.mark.parametrize("window_s", [5.0, 2.0, 10.0])
def test_activity_has_a_share_for_each_frame_and_local_speaker(window_s: float) -> None:
    samples = noise(2, round(window_s * SAMPLE_RATE))

    activity = network(window_s).activity(samples)

    assert activity.shape == (2, network(window_s).frames, network(window_s).local_speakers)
    assert activity.dtype == np.float32
    assert ((activity >= 0) & (activity <= 1)).all()


def test_frames_lie_in_the_window_by_hand() -> None:
    grid = network().grid

    assert network().frames == 293  # as the published model says for 5 s
    assert grid.middle(0) == 991 / 2 / SAMPLE_RATE
    assert grid.middle(network().frames - 1) + grid.width / 2 <= 5.0
    assert grid.middle(network().frames) + grid.width / 2 > 5.0


def test_windows_do_not_hear_each_other() -> None:
    windows = noise(3)

    together = network().activity(windows)

    for window in range(3):
        alone = network().activity(windows[[window]])
        np.testing.assert_allclose(together[window], alone[0], atol=1e-5)


def test_how_loud_a_window_is_changes_nothing() -> None:
    windows = noise(1)

    louder = network().activity(windows * 8)

    np.testing.assert_allclose(louder, network().activity(windows), atol=1e-3)


def test_windows_may_be_views_of_one_another() -> None:
    samples = noise(1, WINDOW + 8000)[0]
    views = np.lib.stride_tricks.sliding_window_view(samples, WINDOW)[::8000]

    assert np.array_equal(network().activity(views), network().activity(views.copy()))


def test_silence_is_nobody() -> None:
    activity = network().activity(np.zeros((1, WINDOW), np.float32))

    assert activity.max() < 0.5


def test_speech_is_heard_where_the_reference_says(shared_data: Path) -> None:
    folder = shared_data / "sim" / "dev"
    (turns,) = rttm.parse((folder / "d1_2spk_1m.rttm").read_text()).values()
    audio = recording(folder / "d1_2spk_1m.wav").mix()
    starts = np.arange(0, 60, 5)
    windows = np.stack([audio.cut(Span(start, start + 5)) for start in starts.tolist()])

    speech = anybody(network().activity(windows)) > 0.5

    middles = [network().grid.middle(frame) for frame in range(network().frames)]
    instants = [[Span(start + one, start + one) for one in middles] for start in starts.tolist()]
    spoken = np.array([[any(t.gap(one) == 0 for t in turns) for one in row] for row in instants])
    clear = np.array([[all(t.gap(one) > 0.25 for t in turns) for one in row] for row in instants])
    assert speech[spoken].mean() > 0.95
    assert (~speech[clear]).mean() > 0.8


def test_two_voices_of_one_window_are_two_local_speakers(shared_data: Path) -> None:
    audio = recording(shared_data / "sim" / "dev" / "d1_2spk_1m.wav").mix()
    window = audio.cut(Span(0, 5))[None]  # one voice to 2.4 s, another from 2.8 s to 4.6 s

    (activity,) = network().activity(window)

    frames = [network().grid.nearest(second) for second in (1.0, 2.2, 3.0, 4.4)]
    first, _, other, _ = who = activity[frames].argmax(axis=1).tolist()
    assert who == [first, first, other, other]
    assert first != other
