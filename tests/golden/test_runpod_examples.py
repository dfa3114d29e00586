"""Every example of the RunPod worker's document, unchanged but for its addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from media_files import recording, write
from pydantic import BaseModel, ConfigDict
from runpod_worker import answered, serving_files

from diascribe.adapters.runpod.environment import read_environment
from diascribe.adapters.runpod.opening import Setup, open_worker
from diascribe.adapters.runpod.worker import Worker
from diascribe.audio import SAMPLE_RATE
from diascribe.settings import read_settings

CONVERSATION = Path(__file__).parents[2] / "examples" / "conversation.opus"

GETTYSBURG = "https://github.com/runpod-workers/sample-inputs/raw/main/audio/gettysburg.wav"

BASIC: dict[str, Any] = {"audio_file": GETTYSBURG}

ALIGNED: dict[str, Any] = {
    "audio_file": GETTYSBURG,
    "align_output": True,
    "batch_size": 32,
    "debug": True,
}

DIARIZED: dict[str, Any] = {
    "audio_file": GETTYSBURG,
    "language": "en",
    "batch_size": 32,
    "temperature": 0.2,
    "align_output": True,
    "diarization": True,
    "huggingface_access_token": "YOUR_HUGGINGFACE_TOKEN",
    "min_speakers": 2,
    "max_speakers": 5,
    "debug": True,
}

VERIFIED: dict[str, Any] = {
    **DIARIZED,
    "audio_file": "https://example.com/audio/sample.mp3",
    "speaker_verification": True,
    "speaker_samples": [
        {"name": "Speaker1", "url": "https://example.com/speaker1.wav"},
        {"name": "Speaker2", "url": "https://example.com/speaker2.wav"},
        {"name": "Speaker3", "url": "https://example.com/speaker3.wav"},
    ],
}

DERIVED: dict[str, Any] = {
    "audio_file": "https://…/minute.m4a",
    "diarization": True,
    "speaker_verification": True,
    "speaker_samples": [
        {"url": "https://…/swami-sample-1.m4a?name=swami"},
        {"url": "https://…/swami-sample-2.m4a#swami"},
    ],
}


class Shown(BaseModel):
    """A part of the document's example of an answer; an answer may tell more."""

    model_config = ConfigDict(strict=True)


class ShownWord(Shown):
    word: str
    start: float
    end: float


class ShownSegment(Shown):
    start: float
    end: float
    text: str
    words: Sequence[ShownWord]


class WithoutSpeakers(Shown):
    segments: Sequence[ShownSegment]
    detected_language: str
    language_probability: float


class SpokenWord(ShownWord):
    speaker: str


class SpokenSegment(ShownSegment):
    speaker: str
    words: Sequence[SpokenWord]


class ShownSpeaker(Shown):
    name: str
    time: float


class WithSpeakers(WithoutSpeakers):
    segments: Sequence[SpokenSegment]
    speakers: dict[str, ShownSpeaker]


PARTS: dict[str, Sequence[tuple[float, float]]] = {
    "gettysburg.wav": ((0.0, 10.4),),
    "sample.mp3": ((0.0, 10.4),),
    "minute.m4a": ((0.0, 10.4),),
    "speaker1.wav": ((22.0, 25.5), (29.4, 33.1)),
    "speaker2.wav": ((10.3, 14.5), (33.2, 37.6)),
    "speaker3.wav": ((25.6, 29.4), (37.6, 40.7)),
    "swami-sample-1.m4a": ((22.0, 25.5), (29.4, 33.1)),
    "swami-sample-2.m4a": ((29.4, 33.1), (22.0, 25.5)),
}
"""Of our own conversation, in place of the document's recordings: seconds of each file."""

CODECS = {".wav": "pcm_s16le", ".mp3": "libmp3lame", ".m4a": "aac"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the recordings of the examples are."""
    folder = tmp_path_factory.mktemp("recordings")
    whole = recording(CONVERSATION).samples
    for name, spans in PARTS.items():
        cut = [whole[round(a * SAMPLE_RATE) : round(b * SAMPLE_RATE)] for a, b in spans]
        sound = np.concatenate(cut).astype(np.float64) / 32_768
        write(folder / name, sound, codec=CODECS[Path(name).suffix])
    with serving_files(folder) as found:
        yield found


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """A worker on the embedded models."""
    folder = tmp_path_factory.mktemp("worker")
    environment = read_environment({"JOBS_DIR": str(folder / "jobs")})
    settings = read_settings(
        {
            "HOME": str(folder),
            "DIASCRIBE_MODELS": str(folder / "models"),
            "DIASCRIBE_ALLOW_PRIVATE_URLS": "1",
        }
    )
    found = open_worker(Setup(environment=environment, settings=settings))
    yield found
    left = list((folder / "jobs").iterdir())
    found.warm.close()
    assert left == []


def moved(value: Any, address: str) -> Any:  # noqa: ANN401 - JSON
    """The same input with its addresses on loopback."""
    if isinstance(value, str) and value.startswith("https://"):
        return f"{address}/{value.rpartition('/')[2]}"
    if isinstance(value, list):
        return [moved(one, address) for one in value]
    if isinstance(value, dict):
        return {name: moved(one, address) for name, one in value.items()}
    return value


def said(answer: dict[str, Any]) -> str:
    return " ".join(one["text"] for one in answer["segments"])


def test_the_basic_example(worker: Worker, address: str) -> None:
    answer = answered(worker, moved(BASIC, address))

    WithoutSpeakers.model_validate(answer)
    assert "the meeting" in said(answer)
    assert "speakers" not in answer
    assert "debug" not in answer


def test_the_example_with_alignment(worker: Worker, address: str) -> None:
    answer = answered(worker, moved(ALIGNED, address))

    WithoutSpeakers.model_validate(answer)
    timings = [word["timing"] for one in answer["segments"] for word in one["words"]]
    assert timings.count("aligned") > len(timings) / 2
    assert answer["applied"]["batch_size"] == 32
    assert answer["debug"]["usage"]["seconds"] > 0


def test_the_example_with_diarization(worker: Worker, address: str) -> None:
    answer = answered(worker, moved(DIARIZED, address))

    found = WithSpeakers.model_validate(answer)
    assert {one.name for one in found.speakers.values()} == {"Speaker 0", "Speaker 1"}
    assert {one.speaker for one in found.segments} == set(found.speakers)
    assert answer["detected_language"] == "en"
    assert "YOUR_HUGGINGFACE_TOKEN" not in str(answer)


def test_the_example_with_samples_of_voices(worker: Worker, address: str) -> None:
    answer = answered(worker, moved(VERIFIED, address))

    found = WithSpeakers.model_validate(answer)
    assert [one.name for one in found.speakers.values()] == ["Speaker1", "Speaker2"]


def test_the_example_with_names_out_of_addresses(worker: Worker, address: str) -> None:
    answer = answered(worker, moved(DERIVED, address))

    found = WithSpeakers.model_validate(answer)
    assert [one.name for one in found.speakers.values()] == ["swami", "Speaker 1"]
