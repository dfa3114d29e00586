"""Known voices with the models in the package, on recordings of people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from diascribe import Engine, load
from diascribe.engine.identify.people import Voiceprint
from diascribe.engine.steps import finish
from diascribe.errors import SampleError

EAGLE = "picovoice/eagle"


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with load(cores=1) as engine:
        yield engine


def hear(engine: Engine, path: Path) -> Voiceprint:
    assert engine.enroller is not None
    return finish(engine.enroller.hear(path, name=path.name))


def test_a_person_is_named_and_a_stranger_is_not(engine: Engine, shared_data: Path) -> None:
    folder = shared_data / EAGLE
    samples = [f"{folder / f'speaker_1_utt_{i}.wav'}#Ada" for i in (1, 2)]

    found = {
        name: engine.diarize(folder / f"{name}_test_utt.wav", speaker_samples=samples).speakers
        for name in ("speaker_1", "speaker_2")
    }

    assert "Ada" in {one.name for one in found["speaker_1"]}
    assert {one.name for one in found["speaker_2"]} == {None}


def test_one_voice_is_alike_at_any_level_and_unlike_another(
    engine: Engine, shared_data: Path
) -> None:
    threshold = engine.enroller.encoder.verification_threshold if engine.enroller else None
    mine = [hear(engine, shared_data / EAGLE / f"speaker_1_utt_{i}.wav").vector for i in (1, 2)]
    other = hear(engine, shared_data / EAGLE / "speaker_2_test_utt.wav").vector

    assert threshold is not None
    assert mine[0] @ mine[1] > threshold
    assert mine[0] @ other < threshold


@pytest.mark.parametrize(
    ("sample", "message"),
    [
        ("sim/dev/d1_2spk_1m.wav", r"holds 2 voices, the others for \d+\.\d s: wanted one voice"),
        ("odd_media/digital_silence.wav", "is silent: wanted at least 3 s of speech"),
        ("librispeech/test-other/1688/1688-142285-0002.flac", r"holds 2\.\d s of speech: wanted"),
    ],
)
def test_samples_that_say_too_little_are_refused(
    engine: Engine, shared_data: Path, sample: str, message: str
) -> None:
    with pytest.raises(SampleError, match=message):
        hear(engine, shared_data / sample)
