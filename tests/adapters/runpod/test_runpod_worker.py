"""Jobs from their input to their answer, and nothing left of them."""

import asyncio
import io
import json
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from cli_command import fake_engine
from fakes import FakeDiarizer, FakeEncoder, FakeRecognizer, FakeShelf, FakeVad, silence, tone
from media_files import write
from numpy.typing import NDArray
from runpod_worker import RULES, a_worker, answered, quiet, serving_files

from diascribe.adapters import logs
from diascribe.adapters.run import Watch
from diascribe.audio import Audio
from diascribe.engine.identify.enrolling import Enroller
from diascribe.errors import ModelError
from diascribe.protocols import SpeechThresholds
from diascribe.storage.fetching import Fetcher
from diascribe.transcript import Model, Turn

TOKEN = "hf_a-token-that-nobody-may-read"  # noqa: S105 - of nobody


def talk(path: Path, level: float) -> Path:
    """Five seconds of speech between pauses; the fakes take its level for a voice."""
    samples = np.concatenate([silence(1.0), tone(5.0, level), silence(1.0)])
    write(path, samples.astype(np.float64) / 32_767)
    return path


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    talk(folder / "team.wav", 0.1)
    return folder


def test_a_recording_is_answered_as_the_document_shows(tmp_path: Path, files: Path) -> None:
    with serving_files(files) as address:
        answer = answered(a_worker(tmp_path / "jobs"), {"audio_file": f"{address}/team.wav"})

    (segment,) = answer["segments"]
    assert segment["text"].startswith("word1 word2")
    assert {"word", "start", "end"} <= segment["words"][0].keys()
    assert "speaker" not in segment
    assert "speakers" not in answer
    assert (answer["detected_language"], answer["language_probability"]) == ("en", 1.0)
    assert list((tmp_path / "jobs").iterdir()) == []


def test_problems_of_a_request_are_a_list(tmp_path: Path) -> None:
    answer = answered(a_worker(tmp_path), {"batch_size": -5, "min_speakers": 3, "max_speakers": 1})

    assert [one.split(":")[0] for one in answer["error"]] == [
        "audio_file",
        "batch_size",
        "min_speakers 3 is more than max_speakers 1",
    ]


def test_a_recording_that_is_none_fails_and_leaves_nothing(tmp_path: Path, files: Path) -> None:
    (files / "notes.mp3").write_text("no sound at all")

    with serving_files(files) as address:
        answer = answered(a_worker(tmp_path / "jobs"), {"audio_file": f"{address}/notes.mp3"})

    assert answer["error"].startswith("invalid_media: ")
    assert list((tmp_path / "jobs").iterdir()) == []


def test_what_nobody_foresaw_tells_no_secret(tmp_path: Path, files: Path) -> None:
    def fail() -> NoReturn:
        raise RuntimeError(TOKEN)

    worker = a_worker(tmp_path / "jobs", warm=type("Cold", (), {"engine": staticmethod(fail)})())
    with serving_files(files) as address:
        answer = answered(worker, {"audio_file": f"{address}/team.wav"})

    assert answer == {"error": "internal: RuntimeError in the worker"}
    assert list((tmp_path / "jobs").iterdir()) == []


@dataclass(frozen=True)
class BrokenDiarizer(FakeDiarizer):
    """Fails over its weights, as one that wants a token would."""

    def prepare(self, audio: Audio, speech: SpeechThresholds) -> Generator[float, None, float]:
        yield from super().prepare(audio, speech)
        raise ModelError("no diarizer today")


def test_diarization_that_cannot_run_is_a_warning(tmp_path: Path, files: Path) -> None:
    worker = a_worker(tmp_path / "jobs", fake_engine(diarizer=BrokenDiarizer()))

    with serving_files(files) as address:
        given = {"audio_file": f"{address}/team.wav", "diarization": True}
        answer = answered(worker, given)

    assert answer["segments"][0]["text"].startswith("word1")
    warning = {one["code"]: one["message"] for one in answer["warnings"]}["diarization_failed"]
    assert warning == "no diarizer today"
    assert "speakers" not in answer


def test_alignment_that_cannot_run_is_a_warning(tmp_path: Path, files: Path) -> None:
    german = FakeShelf(one=FakeRecognizer(languages=("de",)))
    worker = a_worker(tmp_path / "jobs", fake_engine(shelf=german))

    with serving_files(files) as address:
        given = {"audio_file": f"{address}/team.wav", "language": "de", "align_output": True}
        answer = answered(worker, given)

    assert answer["segments"][0]["words"][0]["timing"] == "recognizer"
    assert "no_aligner" in {one["code"] for one in answer["warnings"]}


def test_subtitles_are_answered_on_request(tmp_path: Path, files: Path) -> None:
    with serving_files(files) as address:
        given = {"audio_file": f"{address}/team.wav", "formats": ["srt", "vtt"]}
        answer = answered(a_worker(tmp_path / "jobs"), given)

    assert answer["srt"].startswith("1\n00:00:00,")
    assert answer["vtt"].startswith("WEBVTT")


def test_debugging_tells_times_and_memory(tmp_path: Path, files: Path) -> None:
    with serving_files(files) as address:
        given = {"audio_file": f"{address}/team.wav", "debug": True}
        answer = answered(a_worker(tmp_path / "jobs"), given)

    assert answer["debug"]["usage"]["peak_memory_mb"] > 10
    assert "recognition" in answer["debug"]["timings"]


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the adapters log meanwhile."""
    stream = io.StringIO()
    logs.configure(stream, "DEBUG")
    yield stream
    logs.LOG.handlers.clear()


def test_a_token_is_neither_logged_nor_answered(
    tmp_path: Path, files: Path, logged: io.StringIO
) -> None:
    with serving_files(files) as address:
        given = {
            "audio_file": f"{address}/team.wav?token={TOKEN}",
            "huggingface_access_token": TOKEN,
        }
        answer = answered(a_worker(tmp_path / "jobs"), given)

    lines = logged.getvalue().splitlines()
    assert TOKEN not in json.dumps(answer)
    assert TOKEN not in logged.getvalue()
    assert [json.loads(line)["event"] for line in lines] == ["job started", "job done"]


def test_a_store_of_the_job_s_own_is_not_heeded_and_said_so(tmp_path: Path, files: Path) -> None:
    with serving_files(files) as address:
        given = {"audio_file": f"{address}/team.wav"}
        answer = answered(a_worker(tmp_path / "jobs"), given, s3Config={"bucketName": "theirs"})

    assert "store_not_heeded" in {one["code"] for one in answer["warnings"]}


def test_fifty_jobs_with_one_file_name_have_an_answer_each(tmp_path: Path) -> None:
    """Each recording is longer than the one before: a mixed-up one would tell."""
    for place in range(50):
        folder = tmp_path / "files" / str(place)
        folder.mkdir(parents=True)
        write(folder / "team.wav", tone(1.0 + place / 10).astype(np.float64) / 32_767)
    worker = a_worker(tmp_path / "jobs")

    with serving_files(tmp_path / "files") as address, ThreadPoolExecutor(8) as pool:
        given = [{"audio_file": f"{address}/{place}/team.wav"} for place in range(50)]
        answers = list(pool.map(lambda one: answered(worker, one, job="same-id"), given))

    lengths = [round(one["duration"], 1) for one in answers]
    assert lengths == [round(1.0 + place / 10, 1) for place in range(50)]
    assert list((tmp_path / "jobs").iterdir()) == []


def enroller(fetcher: Fetcher) -> Enroller:
    turns = FakeDiarizer()
    return Enroller(vad=FakeVad(), diarizer=turns, encoder=FakeEncoder(), fetcher=fetcher)


@dataclass(frozen=True)
class Spoken(FakeDiarizer):
    """One speaker from beginning to end, whose voice is unlike every stamp that is known."""

    models: tuple[Model, ...] = field(
        default_factory=lambda: (Model("diarization", "spoken", "1"),)
    )


def test_a_name_of_one_job_means_nothing_in_the_next(tmp_path: Path) -> None:
    """The original kept voices by name: another customer's Ada was taken for the first one's."""
    folder = tmp_path / "files"
    folder.mkdir()
    talk(folder / "loud.wav", 0.3)
    talk(folder / "soft.wav", 0.03)
    diarizer = Spoken((Turn(1.0, 6.0, speaker="SPEAKER_00"),))
    engine = fake_engine(diarizer=diarizer, enroller=enroller(Fetcher(allow_private=True)))
    worker = a_worker(tmp_path / "jobs", engine)

    def name(sample: str, recording: str) -> str:
        given = {
            "audio_file": f"{address}/{recording}.wav",
            "diarization": True,
            "speaker_verification": True,
            "speaker_samples": [{"name": "Ada", "url": f"{address}/{sample}.wav"}],
        }
        answer = answered(worker, given)
        return str(answer["speakers"]["SPEAKER_00"]["name"])

    with serving_files(folder) as address:
        first = name("loud", "loud")
        other_tenant = name("soft", "loud")
        again = name("soft", "soft")

    assert (first, other_tenant, again) == ("Ada", "Speaker 0", "Ada")


@dataclass(frozen=True)
class WaitingVad(FakeVad):
    """Hears nothing until it is let, step by step."""

    entered: threading.Event = field(default_factory=threading.Event)

    def probabilities(self, audio: Audio) -> Generator[float, None, NDArray[np.float32]]:
        self.entered.set()
        for _ in range(10_000):
            yield 0.0
            threading.Event().wait(0.001)
        return (yield from super().probabilities(audio))


def test_a_job_that_is_stopped_leaves_nothing(tmp_path: Path, files: Path) -> None:
    vad = WaitingVad()
    worker = a_worker(tmp_path / "jobs", fake_engine(vad=vad))

    async def stop_it(address: str) -> None:
        job = {"id": "a-job", "input": {"audio_file": f"{address}/team.wav"}}
        handling = asyncio.create_task(worker.handle(job))
        await asyncio.to_thread(vad.entered.wait, 30)
        handling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await handling

    with serving_files(files) as address:
        asyncio.run(stop_it(address))

    assert list((tmp_path / "jobs").iterdir()) == []


def test_progress_is_told_by_stages(tmp_path: Path, files: Path) -> None:
    told: list[dict[str, Any]] = []
    worker = a_worker(tmp_path / "jobs", progressing=lambda _, one: told.append(one))

    with serving_files(files) as address:
        job = {"id": "a-job", "input": {"audio_file": f"{address}/team.wav"}}
        asyncio.run(worker.handle(job))

    assert {one["stage"] for one in told} <= {"decoding", "activity", "language", "recognition"}
    assert told
    assert all(one["progress"] is None or 0 <= one["progress"] <= 1 for one in told)


def test_a_debug_default_of_the_environment_counts(tmp_path: Path, files: Path) -> None:
    worker = a_worker(tmp_path / "jobs", rules=replace(RULES, debug=True))

    with serving_files(files) as address:
        answer = worker.answer({"id": "x", "input": {"audio_file": f"{address}/team.wav"}}, quiet())

    assert "debug" in answer


def test_a_stop_is_heeded_before_any_model_is_asked(tmp_path: Path, files: Path) -> None:
    watch = Watch(send=lambda *_: None)
    watch.stop.set()

    with serving_files(files) as address:
        job = {"id": "a-job", "input": {"audio_file": f"{address}/team.wav"}}
        answer = a_worker(tmp_path / "jobs").answer(job, watch)

    assert answer["error"].startswith("stopped")
