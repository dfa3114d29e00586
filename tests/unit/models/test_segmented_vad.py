"""Speech where a segmentation hears anybody."""

import numpy as np
import pytest
from fakes import FakeSegmenter, silence, tone
from numpy.typing import NDArray

from diascribe.audio import Audio
from diascribe.engine.steps import finish_seconds
from diascribe.models.segmented_vad import SegmentedVad

VAD = SegmentedVad(FakeSegmenter())


def heard(*parts: NDArray[np.int16]) -> NDArray[np.float32]:
    return finish_seconds(VAD.probabilities(Audio(np.concatenate(parts))))


def test_speech_is_where_anybody_is_heard() -> None:
    found = heard(silence(3.0), tone(4.0), silence(5.0))

    spoken = np.flatnonzero(found > 0.5)
    assert (spoken[0], spoken[-1]) == (30, 69)  # tenths of a second
    assert len(spoken) == 40


@pytest.mark.parametrize("seconds", [0.0, 0.05, 1.0, 5.0, 5.1, 12.34])
def test_there_is_a_frame_for_every_moment(seconds: float) -> None:
    found = heard(tone(seconds) if seconds else silence(0.0))

    assert len(found) == int(np.ceil(round(seconds * 16_000) / 1600))
    assert found.min(initial=1.0) >= 0.0


def test_progress_ends_with_the_recording() -> None:
    steps = VAD.probabilities(Audio(tone(12.0)))

    assert list(steps)[-1] == pytest.approx(12.0)


def test_the_result_names_the_network_as_what_found_speech() -> None:
    assert VAD.model.stage == "activity"
    assert VAD.model.name == "fake-segmentation"
