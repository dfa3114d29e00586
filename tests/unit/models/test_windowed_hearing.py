"""Window by window or out of stretches: the same voices, and nothing heard in vain."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import pytest
from fakes import FAKE_CALIBRATION, LOUD, FakeSegmenter, FakeVad, fake_model, silence, tone
from numpy.typing import NDArray

from diascribe.audio import SAMPLE_RATE, Audio
from diascribe.calibration import Calibration
from diascribe.models.windowed.hearing import WindowListener
from diascribe.models.windowed.prepared import Prepared
from diascribe.models.windowed.voicing import Plan, SharedFeatures, SharingEncoder
from diascribe.protocols import SpeechThresholds
from diascribe.transcript import Model

T = TypeVar("T")
HOP = 1280


@dataclass(frozen=True)
class LevelEncoder:
    """Its one feature is the power of 80 ms, and a voice's vector the mean power and its length."""

    hop: int = HOP
    dimension: int = 2
    calibration: Calibration = FAKE_CALIBRATION
    verification_threshold: float | None = None
    model: Model = field(default_factory=lambda: fake_model("encoding"))
    heard: list[int] = field(default_factory=list)
    """Samples that it was given, each time."""

    def frames(self, samples: int) -> int:
        return samples // self.hop

    def samples(self, frames: int) -> int:
        return frames * self.hop

    def features(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        self.heard.append(samples.shape[1])
        frames = samples.shape[1] // self.hop
        cut = samples[:, : frames * self.hop].reshape(len(samples), 1, frames, self.hop)
        power: NDArray[np.float32] = np.square(cut).mean(axis=3)
        return power

    def lasting(self, masks: NDArray[np.float32]) -> NDArray[np.bool_]:
        lasting: NDArray[np.bool_] = masks.sum(axis=1) >= 5
        return lasting

    def pool(
        self, features: Sequence[NDArray[np.float32]], masks: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        vectors = np.full((len(masks), masks.shape[2], 2), np.nan, np.float32)
        lasting = self.lasting(masks)
        rows = np.flatnonzero(lasting.any(axis=1)).tolist()
        for row, one in zip(rows, features, strict=True):
            chosen = np.arange(one.shape[1]) * masks.shape[1] // one.shape[1]
            weights = masks[row, chosen]
            vectors[row, :, 0] = one @ weights / np.maximum(1, weights.sum(axis=0))
            vectors[row, :, 1] = weights.sum(axis=0)
        vectors[~lasting] = np.nan
        return vectors

    def embed(
        self, windows: NDArray[np.float32], masks: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        rows = self.lasting(masks).any(axis=1)
        return self.pool(list(self.features(windows[rows])), masks)


SEGMENTER = FakeSegmenter(window_s=4.0, frames=40)
PAINTED = np.concatenate(
    [tone(7, 0.1), silence(12), tone(5, 0.2), tone(5, 0.3), silence(3), tone(1, 0.1)]
)


def finished(steps: Generator[float, None, T]) -> tuple[T, list[float]]:
    """The result of steps, and their progress."""
    told = []
    while True:
        try:
            told.append(next(steps))
        except StopIteration as end:
            result: T = end.value
            return result, told


def shared(encoder: SharingEncoder, step_s: float, stretch_s: float) -> WindowListener:
    return WindowListener(
        vad=None,
        segmenter=SEGMENTER,
        encoder=encoder,
        step_s=step_s,
        threads=2,
        voicing=SharedFeatures(encoder, stretch_s),
    )


def by_window(encoder: SharingEncoder, step_s: float) -> WindowListener:
    return WindowListener(vad=None, segmenter=SEGMENTER, encoder=encoder, step_s=step_s, threads=2)


def heard(hearing: WindowListener, samples: NDArray[np.int16] = PAINTED) -> Prepared:
    return finished(hearing.prepare(Audio(samples), SpeechThresholds()))[0]


@pytest.mark.parametrize("step_s", [0.96, 2.0, 0.08])
@pytest.mark.parametrize("stretch_s", [0.0, 4.0, 5.2, 9.6, 48.0])
def test_stretches_give_the_vectors_of_windows(step_s: float, stretch_s: float) -> None:
    wanted = heard(by_window(LevelEncoder(), step_s))

    found = heard(shared(LevelEncoder(), step_s, stretch_s))

    assert found.voices.owners.tolist() == wanted.voices.owners.tolist()
    assert found.voices.vectors == pytest.approx(wanted.voices.vectors, rel=1e-4, abs=1e-7)
    assert np.array_equal(found.voices.seconds, wanted.voices.seconds)
    assert np.array_equal(found.voices.alone, wanted.voices.alone)
    assert np.array_equal(found.activity, wanted.activity)


def test_windows_that_begin_between_frames_take_the_nearest() -> None:
    wanted = heard(by_window(LevelEncoder(), 1.0))

    found = heard(shared(LevelEncoder(), 1.0, 9.6))

    assert found.voices.owners.tolist() == wanted.voices.owners.tolist()


def test_stretches_hear_every_second_once() -> None:
    each, stretched = LevelEncoder(), LevelEncoder()

    heard(by_window(each, 0.96), tone(60))
    heard(shared(stretched, 0.96, 9.6), tone(60))

    assert sum(stretched.heard) / SAMPLE_RATE == pytest.approx(60, abs=1.5)
    assert len(stretched.heard) == 7


@pytest.mark.parametrize("duration", [10, 11, 20, 49, 60])
def test_no_stretch_is_a_short_rest(duration: float) -> None:
    encoder = LevelEncoder()

    heard(shared(encoder, 0.96, 9.6), tone(duration))

    assert max(encoder.heard) <= 9.6 * SAMPLE_RATE
    assert max(encoder.heard) - min(encoder.heard) <= len(encoder.heard) * HOP


def test_stretches_of_silence_are_not_heard() -> None:
    encoder = LevelEncoder()

    heard(shared(encoder, 0.96, 4.0), np.concatenate([tone(4), silence(40), tone(4)]))

    assert sum(encoder.heard) / SAMPLE_RATE < 24


def test_without_a_detector_speech_is_where_anybody_is_counted() -> None:
    found = heard(by_window(LevelEncoder(), 1.0), np.concatenate([silence(4), tone(4), silence(4)]))

    spoken = np.flatnonzero(found.speech) * SEGMENTER.grid.step
    assert (spoken.min(), spoken.max()) == pytest.approx((4.0, 7.9), abs=0.11)
    assert len(by_window(LevelEncoder(), 1.0).models) == 2


def test_progress_never_falls_and_reaches_the_end() -> None:
    for hearing in (by_window(LevelEncoder(), 0.96), shared(LevelEncoder(), 0.96, 5.2)):
        _, told = finished(hearing.prepare(Audio(PAINTED), SpeechThresholds()))

        assert told == sorted(told)
        assert told[-1] == pytest.approx(len(PAINTED) / SAMPLE_RATE)


@dataclass(frozen=True)
class ProudSegmenter(FakeSegmenter):
    """Hears somebody in everything, and refuses silence."""

    def activity(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        assert np.square(windows).mean(axis=1).min() > LOUD**4
        return super().activity(windows)


def test_digital_silence_is_shown_to_no_network() -> None:
    hearing = WindowListener(
        vad=FakeVad(),
        segmenter=ProudSegmenter(),
        encoder=LevelEncoder(),
        step_s=2.5,
        threads=1,
    )

    found = heard(hearing, np.concatenate([tone(5), silence(20), tone(5)]))

    assert found.activity.any(axis=(1, 2)).sum() == 4
    assert not heard(hearing, silence(8)).activity.any()


@pytest.mark.parametrize("step", [0.5, 1.0, 12.5, 12.0, 25.0, 31.25])
@pytest.mark.parametrize("size", [125, 126, 300])
def test_a_plan_completes_every_window_once_its_last_frame_is_there(step: float, size: int) -> None:
    plan = Plan(windows=40, step=step, length=125, size=size)

    for stretch in plan:
        done, end = plan.complete(stretch), plan.frame(stretch + 1)
        assert all(plan.start(one) + 125 <= end for one in range(done))
        assert done == 40 or plan.start(done) + 125 > end
    assert plan.complete(plan.stretches - 1) == 40
